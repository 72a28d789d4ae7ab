"""Who owes a report, who has sent it, and how late."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from places.models import AdministrativeUnit
from reports.models import Report, ReportRequest

State = Report.State
# What is missing stands first.
_ORDER = {"": 0, State.DRAFT: 1, State.RETURNED: 2, State.SIGNED: 3, State.SUBMITTED: 4, State.ACCEPTED: 5}


def day_of(request: ReportRequest) -> date:
    """The day on which the units are looked up: the last day in time, or today while that is still to come."""
    return min(request.due_on, timezone.localdate())


def owing(request: ReportRequest):
    """Units that owe a report (a queryset). A unit that has ended by then does not: what became of it reports for it."""
    return AdministrativeUnit.objects.within(request.period.area, on=day_of(request)).filter(level=request.form.level)


def owed_by(request: ReportRequest, unit: AdministrativeUnit):
    """Who writes what `unit` would have written: itself, or the units it became (a queryset)."""
    heirs = AdministrativeUnit.objects.filter(pk=unit.pk).successors(day_of(request))
    return owing(request).filter(pk__in=heirs.values("pk"))


@dataclass(frozen=True)
class Standing:
    """A unit and its report. `first_sent`: when any of its reports was sent first, corrected ones included."""

    unit: AdministrativeUnit
    report: Report | None
    first_sent: datetime | None
    due_on: date

    @property
    def state(self) -> str:
        return self.report.state if self.report else ""

    @property
    def is_sent(self) -> bool:
        return self.state in (State.SUBMITTED, State.ACCEPTED)

    @property
    def days_late(self) -> int:
        """0 when it came in time; else days after the last day in time, up to today while nothing has been sent."""
        until = timezone.localdate(self.first_sent) if self.first_sent else timezone.localdate()
        return max(0, (until - self.due_on).days)

    @property
    def shape(self) -> str:
        if self.state == State.ACCEPTED:
            return "done"
        if self.is_sent:
            return "due" if self.days_late else "done"
        return "over" if self.days_late else "due" if self.report else "plain"


def standings(request: ReportRequest, units=None) -> list[Standing]:
    """Every unit that owes a report (or those of `units`, a queryset), what is missing first, then by name. Two queries
    (and the one that `units` takes)."""
    found = list(owing(request) if units is None else units)
    rows = Report.objects.filter(request=request, unit__in=[unit.pk for unit in found]).defer("frozen", "computed")
    newest: dict[int, Report] = {}
    first: dict[int, datetime] = {}
    for row in rows.order_by("created_at", "pk"):
        newest[row.unit_id] = row
        if row.submitted_at:
            first[row.unit_id] = min(first.get(row.unit_id, row.submitted_at), row.submitted_at)
    lines = [Standing(unit, newest.get(unit.pk), first.get(unit.pk), request.due_on) for unit in found]
    return sorted(lines, key=lambda one: (_ORDER[one.state], one.unit.search_key))
