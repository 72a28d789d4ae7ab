"""The figures of a report: each line's indicator asked about the report's unit and period."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from places.models import AdministrativeUnit
from reports.indicators import REGISTRY, Scope, Value
from reports.models import FormLine, Report, ReportAct, ReportRequest
from reports.obligations import day_of


def lines_of(report: Report) -> list[FormLine]:
    rows = FormLine.objects.filter(section__form=report.request.form_id, is_active=True, section__is_active=True)
    return list(rows.select_related("section", "adds_up").order_by("section__position", "section", "position", "pk"))


def is_share(line: FormLine) -> bool:
    """Is the line a part of a whole: by its indicator, or as its form says where people enter it?"""
    source = line.adds_up or line
    indicator = REGISTRY.get(source.indicator)
    return indicator.is_share if indicator else source.is_share


def source_of(line: FormLine, request: ReportRequest) -> str:
    """Where the figure of a line comes from: "added" up from the units' reports; "counted" by an indicator, also the one of the
    units' line where this request adds no reports up (a review of several years); else "manual"."""
    if line.adds_up_id and request.adds_up_id:
        return "added"
    return "counted" if (line.adds_up or line).indicator else "manual"


def scope_of(report: Report, first: date | None = None, last: date | None = None) -> Scope:
    """What the report counts, with all that is known today: the period up to today, in the unit and all that became it."""
    period = report.request.period
    first, last = first or period.starts_on, min(last or period.ends_on, timezone.localdate())
    units = AdministrativeUnit.objects.filter(pk=report.unit_id)
    if report.unit.level == AdministrativeUnit.Level.COMMUNE:
        return Scope(communes=units, first=first, last=last, known=timezone.localdate())
    below = AdministrativeUnit.objects.within(
        report.unit, on=max(last, min(day_of(report.request), timezone.localdate()))
    )
    return Scope(communes=below.communes(), first=first, last=last, known=timezone.localdate(), units=below)


def years_of(report: Report) -> list[tuple[int, date, date]]:
    """(year, first, last day) of each year of a review that has begun; nothing for a yearly report."""
    period = report.request.period
    if not period.is_review:
        return []
    last = min(period.ends_on, timezone.localdate())
    return [
        (year, max(period.starts_on, date(year, 1, 1)), min(last, date(year, 12, 31)))
        for year in range(period.starts_on.year, last.year + 1)
    ]


def counted(report: Report) -> dict:
    """Line id → {"part", "whole", "rows", "rule"} and for reviews {"years": {year: [part, whole]}}, of every line that an
    indicator counts. Nothing is saved."""
    scope = scope_of(report)
    years = [(year, scope_of(report, first, last)) for year, first, last in years_of(report)]
    found: dict[str, dict] = {}
    values: dict[str, dict] = {}
    for line in lines_of(report):
        key = line.indicator or (line.adds_up.indicator if line.adds_up_id else "")
        indicator = REGISTRY.get(key)
        if indicator is None:
            continue
        if key not in values:
            values[key] = _said(indicator.count(scope)) | {
                "rows": indicator.rows(scope).count(),
                "rule": indicator.rule,
            }
            if years:
                values[key]["years"] = {str(year): list(_said(indicator.count(one)).values()) for year, one in years}
        found[str(line.pk)] = values[key]
    return found


def _said(value: Value) -> dict:
    return {"part": _plain(value.part), "whole": value.whole}


def _plain(number):
    """A whole number without a decimal point."""
    number = round(float(number), 2)
    return int(number) if number.is_integer() else number


@transaction.atomic
def count(*, report: Report, actor=None) -> Report:
    """Counts the figures of a draft anew. What people wrote beside them stays."""
    report = (
        Report.objects.select_for_update().select_related("request__period", "request__form", "unit").get(pk=report.pk)
    )
    if not report.is_open:
        raise DomainError(_("A signed report keeps its figures. Nothing was counted."))
    period, today = report.request.period, timezone.localdate()
    if today < period.starts_on:
        raise DomainError(_("The period has not begun yet. Nothing was counted."))
    report.computed, report.counted_at = counted(report), timezone.now()
    report.counted_until = min(period.ends_on, today)
    report.save(update_fields=["computed", "counted_at", "counted_until"])
    if actor is not None:
        ReportAct.objects.create(report=report, kind=ReportAct.Kind.COUNTED, by=actor)
    return report


def is_stale(report: Report) -> bool:
    """Were the figures of a draft counted before its period was over, or more than a day ago?"""
    if report.counted_at is None or report.counted_until is None:
        return True
    due = min(report.request.period.ends_on, timezone.localdate())
    return report.counted_until < due or timezone.now() - report.counted_at > timedelta(days=1)


def difference(report: Report) -> list[dict]:
    """What a frozen report says beside what would be counted now, for each line that something counts:
    [{"line", "then": (part, whole), "now": (part, whole), "moved"}]. Nothing is saved."""
    live, found = counted(report), []
    for line in (line for section in report.frozen["sections"] for line in section["lines"]):
        now = live.get(str(line["id"]))
        then = (line["area_part"], line["area_whole"]) if line["source"] == "added" else (line["part"], line["whole"])
        if now is None or then[0] is None:
            continue
        today = (now["part"], now["whole"])
        found.append({"line": line, "then": then, "now": today, "moved": then != today})
    return found
