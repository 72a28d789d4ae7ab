"""How the rest of the platform asks about places: always "as of" a date."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

# Province → district → commune: nothing lies deeper, so "under" is at most this many parents up.
DEPTH = 2


def _valid_on(on: date, prefix: str = "") -> Q:
    ends = f"{prefix}valid_until"
    return Q(**{f"{prefix}valid_from__lte": on}) & (Q(**{ends: None}) | Q(**{f"{ends}__gt": on}))


def _links() -> dict[int, set[int]]:
    """Unit → the units it took over, wholly or in part."""
    from places.models import Succession

    links: dict[int, set[int]] = {}
    for predecessor, successor in Succession.objects.values_list("predecessor_id", "successor_id"):
        links.setdefault(successor, set()).add(predecessor)
    return links


def _reached(pk: int, links: dict[int, set[int]]) -> set[int]:
    if pk not in links:
        return {pk}
    reached, frontier = {pk}, {pk}
    while frontier:
        frontier = set().union(*(links.get(p, set()) for p in frontier)) - reached
        reached |= frontier
    return reached


class AdministrativeUnitQuerySet(models.QuerySet):
    def current(self, on: date | None = None):
        """Units that exist on a day (default today)."""
        return self.filter(_valid_on(on or timezone.localdate()))

    def communes(self):
        return self.filter(level="commune")

    def within(self, unit, on: date | None = None):
        """`unit` and all that lies under it on a day. A unit that is gone by then stands for its successors."""
        return self.within_any([unit], on=on)

    def within_any(self, units, on: date | None = None):
        on = on or timezone.localdate()
        roots = {u.pk for u in self._as_of(units, on)}
        under = Q(pk__in=roots)
        for depth in range(1, DEPTH + 1):
            under |= Q(**{"__".join(["parent"] * depth) + "__in": roots})
        return self.filter(under).current(on)

    def successors(self, on: date | None = None):
        """What became of these units on a day: themselves while they exist, else who took them over (also in part)."""
        on = on or timezone.localdate()
        return self.model._default_manager.filter(pk__in={u.pk for u in self._as_of(list(self), on)})

    def _as_of(self, units, on: date) -> list:
        """Follows succession links, one query a generation, until every unit exists on `on` (or ended heirless)."""
        found, frontier, seen = [], list(units), set()
        while frontier:
            gone = []
            for unit in frontier:
                if unit.is_valid(on):
                    found.append(unit)
                elif unit.valid_until is not None and unit.valid_until <= on:
                    gone.append(unit.pk)
            seen.update(u.pk for u in frontier)
            if not gone:
                break
            frontier = list(
                self.model._default_manager.filter(succession_in__predecessor__in=gone).exclude(pk__in=seen).distinct()
            )
        return list({u.pk: u for u in found}.values())

    def ancestry(self) -> dict[int, set[int]]:
        """For each unit of this queryset: the ids of itself and of every unit that became it, wholly or in part.

        Two queries whatever the size, one where the units are read already: facts stand on the unit of their day and
        are counted for today's through this.
        """
        known = self._result_cache
        return self.ancestry_of(self.values_list("pk", flat=True) if known is None else [unit.pk for unit in known])

    def ancestry_of(self, pks) -> dict[int, set[int]]:
        """`ancestry` of units whose ids are known. One query."""
        links = _links()
        return {pk: _reached(pk, links) for pk in pks}

    def family(self, unit) -> set[int]:
        """`ancestry` of one unit. One query."""
        return _reached(unit.pk, _links())


class SettlementQuerySet(models.QuerySet):
    def current(self, on: date | None = None):
        return self.filter(_valid_on(on or timezone.localdate()))

    def within(self, unit, on: date | None = None):
        """Settlements of `unit` on a day, also those recorded in a commune that has since merged into it."""
        from places.models import AdministrativeUnit

        on = on or timezone.localdate()
        reached = AdministrativeUnit.objects.within(unit, on=on).ancestry()
        return self.current(on).filter(commune__in=set().union(*reached.values()) if reached else set())


class LanguageQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def spoken_in(self, unit):
        """Languages spoken in a commune. Loading carried them over mergers, so the commune's own rows are all there is."""
        return self.active().filter(spoken__unit=unit)
