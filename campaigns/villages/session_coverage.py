"""Which settlements have had no direct session for how long, as of a day: border and remote first, longest first."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from campaigns.models import DirectSession
from places.models import AdministrativeUnit, Settlement

SPANS = (3, 6, 12)


@dataclass(frozen=True)
class Line:
    """One settlement. `months`: the longest of the spans it has gone without a session, 0 when it had one lately."""

    settlement: Settlement
    commune: AdministrativeUnit
    last: date | None
    times: int
    months: int

    @property
    def is_far(self) -> bool:
        return self.commune.is_border or self.commune.is_remote or self.settlement.is_remote


@dataclass(frozen=True)
class Coverage:
    on: date
    lines: list[Line]

    def without(self, months: int) -> list[Line]:
        return [line for line in self.lines if line.months >= months]

    @property
    def figures(self) -> list[dict]:
        """For each span: settlements without a session in it, how many of them lie on the border or far away."""
        found = []
        for months in SPANS:
            lines = self.without(months)
            found.append({"months": months, "all": len(lines), "far": sum(line.is_far for line in lines)})
        return found


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; 31 March less one month is the end of February."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError(day)


def coverage(*, communes, on: date) -> Coverage:
    """The settlements of a queryset of communes with their last session, as known on a day. Five queries whatever the size.

    A commune that took others over answers for their settlements; a settlement is listed once, under the first of them.
    """
    units = {unit.pk: unit for unit in communes}
    owners: dict[int, int] = {}
    for unit_id, members in AdministrativeUnit.objects.filter(pk__in=units).ancestry().items():
        for member in members:
            owners.setdefault(member, unit_id)
    last: dict[int, date] = {}
    times: dict[int, int] = defaultdict(int)
    held = DirectSession.objects.known_on(on).filter(held_on__lte=on, commune__in=owners, settlements__isnull=False)
    year_ago = months_before(on, 12)
    for settlement, day in held.order_by().values_list("settlements").annotate(last=Max("held_on")):
        last[settlement] = day
    for settlement in held.filter(held_on__gt=year_ago).order_by().values_list("settlements", flat=True):
        times[settlement] += 1
    limits = {months: months_before(on, months) for months in SPANS}
    lines = []
    for settlement in Settlement.objects.current(on).filter(commune__in=owners):
        day = last.get(settlement.pk)
        gone = max((months for months, limit in limits.items() if day is None or day <= limit), default=0)
        lines.append(Line(settlement, units[owners[settlement.commune_id]], day, times[settlement.pk], gone))
    lines.sort(
        key=lambda one: (
            -one.months, not one.is_far, one.last or date.min, one.commune.search_key, one.settlement.search_key
        )
    )  # fmt: skip
    return Coverage(on, lines)
