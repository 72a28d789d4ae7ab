"""Nobody forgets a report: its unit is reminded 30, 14, 7 and 1 days before the last day in time.

Those who write are told each time, the head who signs in the last week too. A report that was sent ends it. Nobody is told the
same twice, nothing leaves in the quiet hours, and the ways to reach a person are those of the broadcast's reminders.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns.broadcast.channels import channels
from campaigns.broadcast.reminders import AWAKE
from media import jobs
from people.models import Membership, User
from people.permissions import ACTS
from places.models import AdministrativeUnit
from reports.models import Report, ReportReminder, ReportRequest
from reports.obligations import owed_by, standings

STEPS = (1, 7, 14, 30)
HEAD_FROM = 7


def step_of(days_left: int) -> int | None:
    """The step a day belongs to: the smallest that is not over yet, so that a day without power loses no reminder."""
    return next((step for step in STEPS if 0 <= days_left <= step), None)


def plan(now: datetime) -> int:
    """Writes down who is to be reminded at this hour, and has all that is unsent sent; how many are under way."""
    local = timezone.localtime(now)
    if local.hour not in AWAKE:
        return 0
    today = local.date()
    wanted: list[ReportReminder] = []
    asked = list(ReportRequest.objects.filter(due_on__gte=today).select_related("period__area", "form"))
    for request in asked:
        if step := step_of(request.days_left(today)):
            wanted += _rows(request, step)
    # What is there already stays as it is: nobody is told twice.
    ReportReminder.objects.bulk_create(wanted, ignore_conflicts=True)
    unsent = ReportReminder.objects.filter(request__in=asked, sent_at=None, dropped_at=None).order_by("pk")
    found = list(unsent.values_list("pk", flat=True))
    for pk in found:
        with transaction.atomic():
            jobs.retry_job(jobs.enqueue("report-reminder", str(pk), {"reminder": pk}))
    return len(found)


def _rows(request: ReportRequest, step: int) -> list[ReportReminder]:
    waiting = {one.unit.pk: one.unit for one in standings(request) if not one.is_sent}
    heirs: dict[int, list[int]] = {}
    for pk, members in AdministrativeUnit.objects.filter(pk__in=waiting).ancestry().items():
        for member in members:
            heirs.setdefault(member, []).append(pk)
    roles = ACTS["reports.write"] | (ACTS["reports.sign"] if step <= HEAD_FROM else frozenset())
    rows = Membership.objects.current().in_roles(*roles).filter(area__in=heirs, area__level=request.form.level)
    rows = rows.filter(user__is_active=True, user__locked_at=None).select_related("user")
    told = {(row.user, unit) for row in rows for unit in heirs[row.area_id]}
    return [
        ReportReminder(person=person, request=request, unit=waiting[unit], days=step, channel=name)
        for person, unit in sorted(told, key=lambda pair: (pair[1], pair[0].pk))
        for name, way in channels().items()
        if way.reaches(person)
    ]


@jobs.handles("report-reminder")
def reminder_job(args: dict):
    """Sends one reminder, if the report still waits; in the quiet hours it is left for the morning's plan."""
    reminder = ReportReminder.objects.select_related(
        "person", "unit", "request__form", "request__period__area"
    ).get(pk=args["reminder"])  # fmt: skip
    if reminder.sent_at or reminder.dropped_at or timezone.localtime().hour not in AWAKE:
        return None
    way, person = channels().get(reminder.channel), reminder.person
    gone = not person.is_active or person.locked_at or step_of(reminder.request.days_left()) != reminder.days
    if way is None or gone or not _waits(reminder):
        return lambda: _finish(reminder, dropped_at=timezone.now())
    subject, body = words(reminder)
    way.send(person, subject, body)
    return lambda: _finish(reminder, sent_at=timezone.now(), subject=subject[:200], body=body)


def _finish(reminder: ReportReminder, **fields) -> None:
    ReportReminder.objects.filter(pk=reminder.pk, sent_at=None, dropped_at=None).update(**fields)


def _waits(reminder: ReportReminder) -> bool:
    """Does the unit, or what became of it, still owe the report?"""
    units = owed_by(reminder.request, reminder.unit)
    return any(not one.is_sent for one in standings(reminder.request, units))


def words(reminder: ReportReminder) -> tuple[str, str]:
    """(subject, body) in the person's language."""
    person: User = reminder.person
    with override(person.written_language):
        request = reminder.request
        days = request.days_left()
        subject = _("%(unit)s: %(report)s is due on %(day)s") % {
            "unit": reminder.unit.label, "report": request.form.label, "day": f"{request.due_on:%d/%m/%Y}",
        }  # fmt: skip
        begun = Report.objects.current().filter(request=request, unit=reminder.unit).first()
        context = {
            "reminder": reminder, "request": request, "days": days, "begun": begun,
            "link": settings.SITE_URL + reverse("reports:desk"),
        }  # fmt: skip
        return subject, render_to_string("reports/email/reminder.txt", context)
