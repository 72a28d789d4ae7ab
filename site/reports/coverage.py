"""Which communes have broadcast in which month: the plan's "100 % of communes, at least once a month", as of any date.

Counted as known on the day `on`: communes that exist then, records received by then; a record voided later still counts
as of that day. A merged commune counts what its predecessors aired; where a commune was split, each of its successors
counts it, and the totals count it once. A settlement counts as reached when an airing names a loudspeaker cluster that is
heard there (as clusters are registered today); an airing that names none says nothing about settlements.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, DateField, Max, Min, Q, Subquery, Value
from django.db.models import Sum as Total
from django.db.models.functions import TruncMonth
from django.utils import timezone

from campaigns.broadcast.month import month_end, status
from campaigns.models import Airing, Bulletin, MissedBroadcast, Proof, SpeakerCluster
from campaigns.querysets import first_of_month
from places.models import AdministrativeUnit, Settlement

ORDER = {"overdue": 0, "due": 1, "missed": 2, "open": 3, "aired": 4}
# A province is shown whole; of an area of more communes than this, the sums and a page at a time.
WHOLE = 120


@dataclass
class Tile:
    """One commune in one month. status: aired, missed, overdue, due, open or "none" (nothing to air then). proof: that of
    the airing which is shown best (campaigns.models.Proof)."""

    month: date
    status: str = "open"
    plays: int = 0
    minutes: Decimal = Decimal(0)
    languages: set[str] = field(default_factory=set)
    reached: set[int] = field(default_factory=set)
    reason: str = ""
    proof: int = Proof.SELF


@dataclass
class Sum:
    """A month over all communes, each airing counted once."""

    plays: int = 0
    minutes: Decimal = Decimal(0)
    reached: set[int] = field(default_factory=set)


@dataclass
class Row:
    commune: AdministrativeUnit
    tiles: list[Tile]
    settlements: int

    @property
    def overdue(self) -> int:
        return sum(1 for tile in self.tiles if tile.status in ("overdue", "missed"))


@dataclass(frozen=True)
class MonthTotal:
    """Shares from 0 to 1, None where there is nothing to count. `settlements` and `reached` are None where nobody counted
    them (the earlier months of a large area)."""

    month: date
    communes: int
    aired: int
    settlements: int | None
    reached: int | None
    plays: int
    minutes: Decimal

    @property
    def share(self) -> float | None:
        return self.aired / self.communes if self.communes else None

    @property
    def settlement_share(self) -> float | None:
        return self.reached / self.settlements if self.settlements else None


@dataclass(frozen=True)
class Board:
    on: date
    months: list[date]
    rows: list[Row]
    totals: list[MonthTotal]
    language: str = ""
    # The communes and all that became them.
    family: frozenset[int] = frozenset()

    @property
    def latest(self) -> MonthTotal:
        return self.totals[-1]

    @property
    def languages(self) -> set[str]:
        return {tag for row in self.rows for tile in row.tiles for tag in tile.languages}

    @property
    def missing(self) -> list[int]:
        """The ids of the communes that have not aired in the last month though they could, in the board's order."""
        return [row.commune.pk for row in self.rows if row.tiles[-1].status not in ("aired", "none")]

    def rows_of(self, pks: list[int], *, among) -> list[Row]:
        """Of communes of this board; `among` is for a `SummedBoard`."""
        return [row for row in self.rows if row.commune.pk in pks]


def months_until(last: date, count: int = 12) -> list[date]:
    """The first days of `count` months, the last being that of `last`."""
    found = [first_of_month(last)]
    while len(found) < count:
        found.append(first_of_month(found[-1] - timedelta(days=1)))
    return found[::-1]


def communes_on(units, on: date):
    """Communes that existed on a day and are, or have since become, one of today's `units` (a queryset)."""
    if on == timezone.localdate():
        return units.communes()
    family = set().union(*units.communes().ancestry().values())
    return AdministrativeUnit.objects.current(on).communes().filter(pk__in=family)


def begun(communes):
    """The communes with the month of the first bulletin: before its release there was nothing to broadcast, and those months
    accuse nobody. Communes that have it, and have perhaps been read, stay as they are."""
    if "begun" in communes.query.annotations:
        return communes
    first = Bulletin.objects.filter(versions__released_at__isnull=False).order_by("month").values("month")[:1]
    return communes.annotate(begun=Subquery(first))


def board(*, communes, on: date, count: int = 12, language: str = "", known: date | None = None) -> Board:
    """The tile board of a queryset of communes, as of a day. Five queries whatever the size.

    `known`: a later day whose knowledge counts (a report of November is written in December)."""
    months = months_until(on, count)
    communes = begun(communes)
    units = list(communes)
    family = communes.ancestry()
    owners: dict[int, list[int]] = defaultdict(list)
    for unit_id, members in family.items():
        for member in members:
            owners[member].append(unit_id)
    until = timezone.make_aware(datetime.combine((known or on) + timedelta(days=1), time.min))
    heard, settlements = _settlements(owners, on)
    tiles = {unit.pk: {month: Tile(month) for month in months} for unit in units}
    sums = {month: Sum() for month in months}
    seen: set[int] = set()
    # One row for each cluster an airing names, and one for an airing that names none.
    facts = (
        Airing.objects.filter(aired_on__gte=months[0], aired_on__lte=on, received_at__lt=until, commune__in=owners)
        .filter(Q(voided_at=None) | Q(voided_at__gte=until))
        .with_proof(known or on)
        .order_by()
        .values_list("pk", "commune_id", "aired_on", "plays", "minutes", "version__language__tag", "level", "clusters")
    )
    for pk, commune, day, plays, minutes, tag, level, cluster in facts:
        if language and tag != language:
            continue
        month, fresh = day.replace(day=1), pk not in seen
        seen.add(pk)
        reached = heard.get(cluster, frozenset())
        for tile in (tiles[unit_id][month] for unit_id in owners[commune]):
            if fresh:
                tile.plays += plays
                tile.minutes += minutes
                tile.languages.add(tag)
                tile.proof = max(tile.proof, level)
            tile.reached |= reached
        sums[month].reached |= reached
        if fresh:
            sums[month].plays += plays
            sums[month].minutes += minutes
    missed = MissedBroadcast.objects.filter(commune__in=owners, month__in=months, received_at__lt=until)
    for row in missed.order_by("received_at"):
        for unit_id in owners[row.commune_id]:
            tiles[unit_id][row.month].reason = row.get_reason_display()

    rows = []
    for unit in units:
        alone = len(family[unit.pk]) == 1
        for tile in tiles[unit.pk].values():
            tile.reached &= settlements[unit.pk]
            tile.status = _status(tile, unit, alone=alone, today=on)
        rows.append(Row(unit, [tiles[unit.pk][month] for month in months], len(settlements[unit.pk])))
    rows.sort(key=lambda row: (ORDER.get(row.tiles[-1].status, 9), -row.overdue, row.commune.search_key))
    everywhere = set().union(*settlements.values())
    totals = [
        MonthTotal(
            month=month,
            communes=sum(1 for row in rows if row.tiles[number].status != "none"),
            aired=sum(1 for row in rows if row.tiles[number].status == "aired"),
            settlements=len(everywhere),
            reached=len(sums[month].reached & everywhere),
            plays=sums[month].plays,
            minutes=sums[month].minutes,
        )
        for number, month in enumerate(months)
    ]
    return Board(on, months, rows, totals, language, frozenset(owners))


# Large areas ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SummedBoard:
    """An area: its communes' ids in the board's order of the month of `on` (what waits stands first), the sums of each month
    as in a `Board`, settlements only in the last."""

    on: date
    order: list[int]
    missing: list[int]
    totals: list[MonthTotal]
    languages: set[str]
    family: frozenset[int]

    @property
    def latest(self) -> MonthTotal:
        return self.totals[-1]

    def rows_of(self, pks: list[int], *, among) -> list[Row]:
        """The rows of those that are `among` these communes, with the same months, counted anew: five queries."""
        some = among.filter(pk__in=pks)
        return board(communes=some, on=self.on, count=len(self.totals)).rows if pks else []


def summed_board(*, communes, on: date, count: int = 1, language: str = "", known: date | None = None) -> SummedBoard:
    """Where each commune stands, summed by the database: seven queries, and 3,000 communes are cheap enough to be looked at
    a page at a time (`board` of a page has the other months)."""
    months = months_until(on, count)
    month = months[-1]
    units = list(begun(communes).values_list("pk", "valid_from", "search_key", "begun"))
    family = AdministrativeUnit.objects.ancestry_of(unit[0] for unit in units)
    owners: dict[int, list[int]] = defaultdict(list)
    for unit_id, members in family.items():
        for member in members:
            owners[member].append(unit_id)
    until = timezone.make_aware(datetime.combine((known or on) + timedelta(days=1), time.min))
    facts = Airing.objects.filter(aired_on__gte=months[0], aired_on__lte=on, received_at__lt=until).order_by()
    facts = facts.filter(Q(voided_at=None) | Q(voided_at__gte=until))
    if language:
        facts = facts.filter(version__language__tag=language)
    # SQLite would ask Python for the month of each row.
    when = TruncMonth("aired_on") if count > 1 else Value(month, output_field=DateField())
    grouped = facts.annotate(of=when).values_list("commune", "of", "version__language__tag")
    found = [
        row for row in grouped.annotate(Total("plays"), Total("minutes"), Min("pk"), Max("pk")) if row[0] in owners
    ]
    sums, aired = {one: Sum() for one in months}, defaultdict(set)
    for commune, of, _tag, plays, minutes, _first, _last in found:
        sums[of].plays += plays
        sums[of].minutes += minutes
        aired[of].update(owners[commune])
    excused = set()
    missed = MissedBroadcast.objects.filter(month=month, received_at__lt=until)
    for commune in missed.values_list("commune", flat=True):
        excused.update(owners.get(commune, ()))

    rows, counted = [], dict.fromkeys(months, 0)
    for pk, valid_from, name, first in units:
        born = valid_from if len(family[pk]) == 1 else date.min
        for one in months:
            if pk in aired[one] or not (first is None or one < first or born > month_end(one)):
                counted[one] += 1
                word = status(aired=pk in aired[one], missed=pk in excused, month=one, today=on)
            else:
                word = "none"
        rows.append((ORDER.get(word, 9), name, pk, word))
    rows.sort()
    held, reached = _settlements_of(owners, facts, [row[5:] for row in found if row[1] == month], month, on)
    totals = [
        MonthTotal(
            month=one,
            communes=counted[one],
            aired=len(aired[one]),
            settlements=held if one == month else None,
            reached=reached if one == month else None,
            plays=sums[one].plays,
            minutes=sums[one].minutes,
        )
        for one in months
    ]
    return SummedBoard(
        on=on,
        order=[row[2] for row in rows],
        missing=[row[2] for row in rows if row[3] not in ("aired", "none")],
        totals=totals,
        languages={row[2] for row in found},
        family=frozenset(owners),
    )


def _settlements_of(owners, facts, spans, month: date, on: date) -> tuple[int, int]:
    """(all, those that heard something in `month`) of today's settlements in these communes."""
    named = Airing.clusters.through.objects.filter(airing__in=facts.filter(aired_on__gte=month))
    if spans:
        # What is recorded about a month lies close together: saying so spares PostgreSQL the other years' clusters.
        named = named.filter(
            airing__gte=min(first for first, _last in spans), airing__lte=max(last for _, last in spans)
        )
    # Asked of the whole country and picked here: thousands of communes named in a question cost more than the answer.
    here = Settlement.objects.current(on).order_by()
    heard = SpeakerCluster.settlements.through.objects.filter(speakercluster__in=named.values("speakercluster"))
    return tuple(
        sum(number for commune, number in some.values_list("commune").annotate(Count("pk")) if commune in owners)
        for some in (here, here.filter(pk__in=heard.values("settlement")))
    )


def _settlements(owners, on: date) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """(cluster → the settlements that hear it, unit → its settlements), of a day."""
    heard: dict[int, set[int]] = defaultdict(set)
    held: dict[int, set[int]] = defaultdict(set)
    found = Settlement.objects.current(on).filter(commune__in=owners).order_by()
    for pk, commune, cluster in found.values_list("pk", "commune_id", "clusters"):
        heard[cluster].add(pk)
        for unit_id in owners[commune]:
            held[unit_id].add(pk)
    # Settlements without a cluster stand under None, and airings without one too: they must not meet.
    heard.pop(None, None)
    return heard, held


def _status(tile: Tile, unit, *, alone: bool, today: date) -> str:
    unborn = alone and unit.valid_from > month_end(tile.month)
    if not tile.plays and (unborn or unit.begun is None or tile.month < unit.begun):
        return "none"
    return status(aired=tile.plays > 0, missed=bool(tile.reason), month=tile.month, today=today)
