"""The list of acts, for administrators and supervisors."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.sheets import workbook, xlsx_answer
from people.permissions import areas_for, require
from reports.audit import entries
from reports.watch_forms import AuditForm

SEE = "reports.see_audit"
USUAL_DAYS, MOST = 30, 500
# A file may hold a year of a province.
MOST_IN_A_FILE = 20_000


def _asked(request, most: int):
    """(form, entries, first day, last day): the last month, unless the address asks for other days."""
    require(request.user, SEE)
    form = AuditForm(request.GET or {}, areas=areas_for(request.user, SEE).order_by("level", "name"))
    data = form.cleaned_data if form.is_valid() else {}
    last = data.get("last") or timezone.localdate()
    first = data.get("first") or last - timedelta(days=USUAL_DAYS)
    found = []
    if form.is_valid():
        found = entries(
            user=request.user, first=first, last=last, group=data["group"], person=data["person"], area=data["area"],
            most=most,
        )  # fmt: skip
    return form, found, first, last


@login_required
@require_GET
def audit(request):
    form, found, first, last = _asked(request, MOST)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form, "page": Paginator(found, 50).get_page(request.GET.get("page")), "first": first, "last": last,
        "query": kept.urlencode(), "cut": len(found) == MOST,
    }  # fmt: skip
    return render(request, "reports/audit.html", context)


@login_required
@require_GET
def audit_file(request):
    _form, found, first, last = _asked(request, MOST_IN_A_FILE)
    head = [_("When"), _("Who"), _("Act"), _("What"), _("Where"), _("Reason")]
    rows = [
        [timezone.localtime(one.at).strftime("%d/%m/%Y %H:%M"), one.actor, one.act, one.what, one.where, one.reason]
        for one in found
    ]
    about = f"{_('Who did what')} {first:%d/%m/%Y} – {last:%d/%m/%Y}"
    data = workbook(about, {_("Who did what"): (head, rows)})
    return xlsx_answer(data, f"nhat-ky-{first:%Y-%m-%d}-{last:%Y-%m-%d}")
