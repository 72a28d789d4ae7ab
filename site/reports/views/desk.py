"""What I have to report and until when; who has sent theirs, what is missing first."""

from collections import Counter

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.sheets import workbook, xlsx_answer
from people.models import Membership
from people.permissions import ACTS, areas_for, current_memberships, may, require
from places.models import AdministrativeUnit
from reports import writing
from reports.form_keeping import KEEP
from reports.models import Report, ReportRequest
from reports.obligations import owing, standings
from reports.waiting import own_units

SEE, WRITE, SIGN = "reports.see", "reports.write", "reports.sign"
SHOWN = 4
_REQUEST = ("form", "period__area")


@login_required
@require_GET
def desk(request):
    require(request.user, SEE)
    units = own_units(request.user)
    asked = ReportRequest.objects.visible_to(request.user).select_related(*_REQUEST)
    asked = asked.annotate(
        sent=Count("reports", filter=Q(reports__superseded_at=None, reports__state__in=("submitted", "accepted")))
    )
    found = list(asked.order_by("-due_on", "-pk")[: SHOWN * 3])
    mine = []
    levels = {unit.level for unit in units}
    for number, one in enumerate(one for one in found if one.form.level in levels):
        owed = owing(one).filter(pk__in=[unit.pk for unit in units])
        # What was sent long ago need not stand here; what was never sent does.
        mine += [
            {"request": one, "standing": standing}
            for standing in standings(one, owed)
            if number < SHOWN or not standing.is_sent
        ]
    context = {
        "mine": sorted(mine, key=lambda row: (row["standing"].is_sent, row["request"].due_on)),
        "asked": found if _watches(request.user) else [],
        "may_keep": may(request.user, KEEP),
        "may_write": may(request.user, WRITE),
        "today": timezone.localdate(),
    }
    return render(request, "reports/returns/desk.html", context)


def _watches(user) -> bool:
    """Does the person look after more than a commune?"""
    return any(one.area.level != AdministrativeUnit.Level.COMMUNE for one in current_memberships(user))


def _asked(request, pk: int) -> tuple[ReportRequest, list]:
    require(request.user, SEE)
    found = get_object_or_404(ReportRequest.objects.visible_to(request.user).select_related(*_REQUEST), pk=pk)
    units = owing(found).filter(pk__in=areas_for(request.user, SEE).values("pk"))
    return found, standings(found, units)


@login_required
@require_GET
def board(request, pk: int):
    """A request: every unit of the reader's area, what is missing first, and how late each was."""
    found, rows = _asked(request, pk)
    state = request.GET.get("state", "")
    shown = [one for one in rows if one.state == state] if state in Report.State.values else rows
    page = Paginator(shown, 100).get_page(request.GET.get("page"))
    context = {
        "asked": found,
        "page": page,
        "shown": state if shown is not rows else "",
        "states": [("", _("All"), len(rows)), *_by_state(rows)],
        "callable": _whom_to_call(request.user, page),
        "sent": sum(one.is_sent for one in rows),
        "all": len(rows),
        "late": sum(bool(one.days_late) for one in rows),
        "accepted": sum(one.state == Report.State.ACCEPTED for one in rows),
        "readable": may(request.user, "reports.see_drafts"),
    }
    return render(request, "reports/returns/board.html", context)


def _by_state(rows) -> list[tuple]:
    """(state, label, how many) of the states that occur."""
    numbers = Counter(one.state for one in rows)
    return [(value, label, numbers[value]) for value, label in Report.State.choices if numbers[value]]


def _whom_to_call(user, rows) -> dict[int, list]:
    """Unit → who writes its report, for what has not been sent; for those who may see people. One query."""
    waiting = [one.unit.pk for one in rows if not one.is_sent]
    if not waiting or not may(user, "people.see"):
        return {}
    found: dict[int, list] = {}
    seen = areas_for(user, "people.see").filter(pk__in=waiting)
    roles = Membership.objects.current().in_roles(*ACTS[WRITE]).filter(area__in=seen, user__is_active=True)
    for one in roles.select_related("user").order_by("user__name", "pk"):
        if one.user not in found.setdefault(one.area_id, []):
            found[one.area_id].append(one.user)
    return found


@login_required
@require_GET
def board_file(request, pk: int):
    """The lateness log as a spreadsheet."""
    found, rows = _asked(request, pk)
    head = [_("Unit"), _("State"), _("First sent"), _("Last day in time"), _("Days late")]
    lines = [
        [
            one.unit.label,
            str(one.report.get_state_display()) if one.report else _("not begun"),
            timezone.localtime(one.first_sent).replace(tzinfo=None) if one.first_sent else "",
            found.due_on,
            one.days_late,
        ]
        for one in rows
    ]
    return xlsx_answer(workbook(str(found), {_("Reports"): (head, lines)}), f"bao-cao-{found.due_on:%Y}-{found.pk}")


@login_required
@require_POST
def begin(request, pk: int, unit: int):
    require(request.user, WRITE)
    found = get_object_or_404(ReportRequest.objects.visible_to(request.user).select_related(*_REQUEST), pk=pk)
    place = get_object_or_404(areas_for(request.user, WRITE), pk=unit)
    report = writing.begin(actor=request.user, request=found, unit=place)
    return redirect("reports:report", report.pk)


def download(data: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
