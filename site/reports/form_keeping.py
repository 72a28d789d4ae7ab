"""Keeping the forms, periods and requests: by managers and administrators of the area, without code. What was signed keeps
what the form said then; a line or section that is no longer wanted is put out of use, never deleted."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from people.permissions import areas_for, may
from reports import ordering
from reports.models import FormLine, FormSection, Plan, ReportForm, ReportingPeriod, ReportRequest

KEEP = "reports.keep_forms"
# Days after the end of a period until which its report may be due: more is a mistyped year.
LATEST = 366


def kept_forms(user):
    return ReportForm.objects.filter(area__in=set().union(*areas_for(user, KEEP).ancestry().values()))


def _require(actor, area) -> None:
    if not may(actor, KEEP, area):
        raise PermissionDenied


def _saved(row):
    try:
        row.full_clean()
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
    row.save()
    return row


@transaction.atomic
def save_form(*, actor, form: ReportForm) -> ReportForm:
    _require(actor, form.area)
    return _saved(form)


@transaction.atomic
def save_form_section(*, actor, section: FormSection) -> FormSection:
    _require(actor, section.form.area)
    if section.pk is None:
        section.position = section.form.sections.count()
    return _saved(section)


@transaction.atomic
def save_form_line(*, actor, line: FormLine) -> FormLine:
    """A line that adds up another takes one of a form of the units below, never one that adds up itself."""
    form = line.section.form
    _require(actor, form.area)
    if line.adds_up and (line.adds_up.section.form_id == form.pk or line.adds_up.adds_up_id):
        raise DomainError(_("A line can only add up a line that the units below fill in. Nothing was saved."))
    if line.pk is None:
        line.position = line.section.lines.count()
    return _saved(line)


@transaction.atomic
def move(*, actor, row: FormSection | FormLine, up: bool) -> None:
    """One place up or down among those that stand with it."""
    form, siblings = (
        (row.form, row.form.sections) if isinstance(row, FormSection) else (row.section.form, row.section.lines)
    )
    _require(actor, form.area)
    ReportForm.objects.select_for_update().get(pk=form.pk)
    ordering.move(list(siblings.all()), row, up=up)


@transaction.atomic
def save_period(*, actor, period: ReportingPeriod) -> ReportingPeriod:
    _require(actor, period.area)
    return _saved(period)


@transaction.atomic
def ask(*, actor, request: ReportRequest) -> ReportRequest:
    """Asks for reports (or changes until when). The deadline may move while it is still to come."""
    _require(actor, request.period.area)
    # A report may be due before the year is over, but not before its own period has begun.
    if request.due_on <= request.period.starts_on:
        raise DomainError(_("The report would be due before its period. Nothing was saved."))
    if (request.due_on - request.period.ends_on).days > LATEST:
        raise DomainError(_("Check the year: the report would be due long after its period. Nothing was saved."))
    if request.adds_up and request.adds_up.due_on > request.due_on:
        raise DomainError(_("The reports that are added up are due later than this one. Nothing was saved."))
    return _saved(request)


def due_of_the_plan(level: str, year: int) -> date | None:
    """The last day in time that the plan in force says for the units of a level: "before 10/12" ends with the 9th."""
    plans = Plan.objects.filter(starts_on__lte=date(year, 12, 31)).order_by("-starts_on")
    for plan in plans:
        found = plan.deadlines.current(date(year, 11, 30)).filter(level=level).first()
        if found:
            return found.last_day(year)
    return None
