"""How far the monthly broadcast has come, said so that it shames nobody: a commune beside its own year before and beside the
middle of its neighbours, without their names; an area as numbers of communes, and by name only those that have come further.

Neighbours are the communes that came of the same former districts (since 1/7/2025 there are none); without such, all of the
same parent."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from statistics import median

from places.models import AdministrativeUnit
from reports.coverage import Tile, board

YEAR = 12
# The middle of fewer would say who is meant.
ENOUGH = 3
MOST_NAMED = 8
# Months without a broadcast, of those that had one to air: (from, to).
STEPS = ((0, 0), (1, 2), (3, 5), (6, YEAR))


@dataclass(frozen=True)
class Kept:
    """Months with a broadcast, of those that are over or have one, and had something to air."""

    aired: int
    of: int

    @property
    def share(self) -> float | None:
        return self.aired / self.of if self.of else None


@dataclass(frozen=True)
class TwoYears:
    """A commune in the last twelve months and in the twelve before."""

    commune: AdministrativeUnit
    now: Kept
    before: Kept

    @property
    def gain(self) -> float:
        """Above 0: further than a year before; 0 where there is nothing to compare."""
        if self.now.share is None or self.before.share is None:
            return 0
        return self.now.share - self.before.share


def kept(tiles: list[Tile]) -> Kept:
    """The running month counts from its first broadcast on: until it is over it accuses nobody."""
    aired = sum(tile.status == "aired" for tile in tiles)
    return Kept(aired, aired + sum(tile.status in ("overdue", "missed") for tile in tiles))


def two_years(communes, on: date) -> list[TwoYears]:
    """Of each commune of a queryset, by name. Five queries."""
    rows = board(communes=communes, on=on, count=2 * YEAR).rows
    found = [TwoYears(row.commune, kept(row.tiles[YEAR:]), kept(row.tiles[:YEAR])) for row in rows]
    return sorted(found, key=lambda one: one.commune.search_key)


def by_missing(found: list[TwoYears]) -> list[tuple[int, int, int]]:
    """(from, to, how many communes) for each of STEPS; communes that had nothing to air are in none."""
    missing = Counter(one.now.of - one.now.aired for one in found if one.now.of)
    return [(low, high, sum(missing[number] for number in range(low, high + 1))) for low, high in STEPS]


def further(found: list[TwoYears]) -> list[TwoYears]:
    """Who has come further than a year before, most first; never who has fallen behind."""
    return sorted((one for one in found if one.gain > 0), key=lambda one: -one.gain)[:MOST_NAMED]


def neighbours(commune: AdministrativeUnit, on: date):
    """The other communes of the same former districts, or of the same parent (a queryset)."""
    beside = AdministrativeUnit.objects.current(on).communes().filter(parent=commune.parent_id).exclude(pk=commune.pk)
    families = AdministrativeUnit.objects.filter(parent=commune.parent_id).communes().ancestry()
    districts = dict(
        AdministrativeUnit.objects.filter(
            pk__in=set().union(*families.values()), parent__level=AdministrativeUnit.Level.DISTRICT
        ).values_list("pk", "parent")
    )
    mine = {districts[one] for one in families.get(commune.pk, ()) if one in districts}
    if not mine:
        return beside
    return beside.filter(
        pk__in=[pk for pk, members in families.items() if any(districts.get(one) in mine for one in members)]
    )


def middle(found: list[TwoYears]) -> float | None:
    """The middle share of several communes; None of too few."""
    shares = [one.now.share for one in found if one.now.share is not None]
    return median(shares) if len(shares) >= ENOUGH else None
