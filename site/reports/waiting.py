"""What waits for a person in the reports, shown where their work begins: a report that is due, sent back or signed and not
sent; reports to answer; findings to answer or to judge. Nothing is asked of those who have no such duty."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.permissions import ACTS, areas_for, current_memberships, may
from places.models import AdministrativeUnit
from reports.kept import SECONDS
from reports.models import Finding, Report, ReportRequest
from reports.obligations import Standing, owing, standings
from reports.reminders import STEPS

WRITE, SIGN, ACCEPT = "reports.write", "reports.sign", "reports.accept"
# A report that nobody has sent is called for from the first reminder on, and for a year after its last day.
LONGEST = timedelta(days=366)
# More findings than these stand on their own page.
MOST = 5


@dataclass(frozen=True)
class Waiting:
    """`what` is to be done, `more` about it, and how soon: `state` and `word` of its chip."""

    what: str
    more: str
    url: str
    state: str
    word: str


def waiting_for(user) -> list[Waiting]:
    # For most of the year nothing waits for anybody, and the pages where a person's work begins pay nothing for that.
    is_due, is_sent, is_found = cache.get_or_set(f"reports:waiting:{timezone.localdate()}", _anywhere, SECONDS)
    found = _to_write(user) if is_due else []
    found += _to_judge(user) if is_sent else []
    return found + (_findings(user) if is_found else [])


def _anywhere() -> tuple[bool, bool, bool]:
    """Whether anywhere in the country a report is due, one that was sent waits for an answer, a finding for its next step."""
    findings = Finding.objects.with_state().filter(state__in=[Finding.OPEN, Finding.ANSWERED])
    return (
        _due().exists(),
        Report.objects.filter(state=Report.State.SUBMITTED).exists(),
        findings.exists(),
    )


def _due():
    today = timezone.localdate()
    return ReportRequest.objects.filter(due_on__lte=today + timedelta(days=max(STEPS)), due_on__gte=today - LONGEST)


def own_units(user) -> list[AdministrativeUnit]:
    """The units whose reports the person writes or signs: their own, not all those below."""
    areas = {one.area_id for one in current_memberships(user) if one.role in ACTS[WRITE] | ACTS[SIGN]}
    found = AdministrativeUnit.objects.filter(pk__in=areas)
    return list(found.successors().order_by("name")) if areas else []


def _to_write(user) -> list[Waiting]:
    units, found = own_units(user), []
    if not units:
        return found
    asked = _due().visible_to(user).filter(form__level__in={unit.level for unit in units})
    for request in asked.select_related("form", "period__area").order_by("due_on", "pk"):
        owed = owing(request).filter(pk__in=[unit.pk for unit in units])
        found += [_report(request, one) for one in standings(request, owed) if not one.is_sent]
    return found


def _report(request: ReportRequest, one: Standing) -> Waiting:
    words = {
        "": _("not begun"),
        Report.State.SIGNED: _("signed, to be sent"),
        Report.State.RETURNED: _("sent back: write the corrected report"),
    }
    state = words.get(one.state) or one.report.get_state_display()
    return Waiting(
        f"{request.form.label} · {request.period.label}", f"{one.unit.label} · {state}",
        reverse("reports:report", args=[one.report.pk]) if one.report else reverse("reports:desk"),
        *_how_soon(request.days_left()),
    )  # fmt: skip


def _how_soon(days: int) -> tuple[str, str]:
    if days < 0:
        return "over", ngettext("%(late)s day late", "%(late)s days late", -days) % {"late": -days}
    if days == 0:
        return "over", _("last day: today")
    return "due", ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def _to_judge(user) -> list[Waiting]:
    if not may(user, ACCEPT):
        return []
    sent = Report.objects.current().filter(state=Report.State.SUBMITTED, unit__parent__in=areas_for(user, ACCEPT))
    numbers = dict(
        sent.exclude(signed_by=user).exclude(written_by=user).order_by().values_list("request").annotate(Count("pk"))
    )
    asked = ReportRequest.objects.filter(pk__in=numbers).select_related("form", "period").order_by("due_on", "pk")
    return [
        Waiting(
            f"{one.form.label} · {one.period.label}", _("reports that have come and wait for your answer"),
            f"{reverse('reports:board', args=[one.pk])}?state={Report.State.SUBMITTED}", "due", f"{numbers[one.pk]}",
        )
        for one in asked
    ]  # fmt: skip


def _findings(user) -> list[Waiting]:
    found = []
    rows = Finding.objects.with_state().select_related("area").order_by("due", "pk")
    if may(user, "reports.answer_finding"):
        family = set().union(*areas_for(user, "reports.answer_finding").ancestry().values())
        open_ones = rows.filter(area__in=family, state=Finding.OPEN)[:MOST]
        found += [(one, _("to be answered"), _how_soon((one.due - timezone.localdate()).days)) for one in open_ones]
    if may(user, "reports.raise_finding"):
        mine = {one.organisation_id for one in current_memberships(user) if one.role in ACTS["reports.raise_finding"]}
        answered = rows.filter(organisation__in=mine, state=Finding.ANSWERED)
        found += [(one, _("close it, or say what is still missing"), ("due", _("answered"))) for one in answered[:MOST]]
    return [
        Waiting(
            _("Finding: %(area)s") % {"area": one.area.label}, f"{one.get_subject_display()} · {do}",
            reverse("reports:finding", args=[one.pk]), *soon,
        )
        for one, do, soon in found
    ]  # fmt: skip
