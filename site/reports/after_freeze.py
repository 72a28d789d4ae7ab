"""What happens elsewhere once a report has been sent: results of 30 July stand, the figures of training are kept, sounds kept as
proof are no longer needed.

Results are frozen in the transaction that sends: if one was taken back meanwhile, nothing is sent. For the rest a call is
made for each commune's report with `areas` (a queryset of the unit; `ancestry` gives all that became it), `first` and `last`
(the period, both days included). It runs in a job and may come twice, so it must be safe to run twice. A part of the platform
that is to be called has its function in AFTER_FREEZE.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date

from django.utils import timezone

from campaigns.broadcast.proof_retention import delete_proofs
from campaigns.season.results import freeze_results, results_figures
from core.errors import DomainError
from courses import snapshots
from courses.models import ComplianceSnapshot
from media import jobs
from places.models import AdministrativeUnit
from reports.models import Report

AFTER_FREEZE: tuple[Callable[..., object], ...] = (delete_proofs,)


def order(report: Report) -> None:
    """Called in the transaction that sends the report."""
    if report.unit.level == AdministrativeUnit.Level.COMMUNE:
        period = report.request.period
        counted = results_figures(area=report.unit, first=period.starts_on, last=period.ends_on)
        freeze_results(results=counted.approved, report=str(report))
    jobs.enqueue("report-frozen", str(report.pk), {"report": report.pk})


@jobs.handles("report-frozen")
def frozen_job(args: dict):
    report = Report.objects.select_related("unit", "request__period").get(pk=args["report"])
    period = report.request.period
    _keep_training(report)
    areas = AdministrativeUnit.objects.filter(pk=report.unit_id)
    if report.unit.level != AdministrativeUnit.Level.COMMUNE:
        # The communes answer for themselves; the province's report closes nothing of theirs that they have not sent.
        return
    for call in AFTER_FREEZE:
        call(areas=areas, first=period.starts_on, last=period.ends_on)


def _keep_training(report: Report) -> None:
    """What the report says of trained officers, with who was missing; a unit where nobody must be trained has nothing to keep."""
    with suppress(DomainError):
        snapshots.keep(area=report.unit, on=_last_day(report), purpose=str(report)[:160], source=_source(report))


def _last_day(report: Report) -> date:
    """Of what a sent report counts."""
    return min(report.request.period.ends_on, timezone.localdate(report.submitted_at))


def _source(report: Report) -> str:
    return f"report:{report.pk}"


def training_of(report: Report, reader) -> ComplianceSnapshot | None:
    """The figures of training kept when this report was sent, if there are and the reader looks after them."""
    seen = ComplianceSnapshot.objects.visible_to(reader).filter(area=report.unit_id, source=_source(report))
    return seen.defer("lines", "missing").first()
