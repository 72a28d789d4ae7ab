"""Who supports what: a list by partner, and the forms of those who keep it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from people.permissions import areas_for, may, require
from reports import partners as register
from reports.models import Partner, Support
from reports.views.plan import day_asked
from reports.watch_forms import PartnerForm, SupportForm

KEEP = "reports.keep_partners"


@login_required
@require_GET
def partners(request):
    """What is supported on a day, by partner; `?tat-ca=1` also what has ended."""
    require(request.user, "reports.see_dashboard")
    form, on = day_asked(request)
    everything = request.GET.get("tat-ca") == "1"
    rows = Support.objects.visible_to(request.user)
    rows = (rows if everything else rows.current(on)).select_related("area", "campaign", "event__commune", "course")
    held: dict[int, list[Support]] = {}
    for row in rows:
        held.setdefault(row.partner_id, []).append(row)
    known = Partner.objects.all() if may(request.user, KEEP) else Partner.objects.filter(pk__in=held)
    context = {
        "form": form, "on": on, "everything": everything, "may_keep": may(request.user, KEEP),
        "rows": [{"partner": one, "supports": held.get(one.pk, [])} for one in known],
    }  # fmt: skip
    return render(request, "reports/partners.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def edit_partner(request, pk: int | None = None):
    require(request.user, KEEP)
    partner = get_object_or_404(Partner, pk=pk) if pk else Partner()
    form = PartnerForm(request.POST or None, instance=partner)
    if request.method == "POST" and form.is_valid():
        register.enter_partner(actor=request.user, partner=form.instance)
        messages.success(request, _("Saved."))
        return redirect("reports:partners")
    return _form(request, _("Change a partner") if pk else _("Enter a partner"), form)


@login_required
@require_http_methods(["GET", "POST"])
def edit_support(request, pk: int | None = None):
    require(request.user, KEEP)
    areas = areas_for(request.user, KEEP).order_by("level", "name")
    support = get_object_or_404(Support.objects.filter(area__in=areas), pk=pk) if pk else Support()
    initial = {"partner": request.GET.get("doi-tac")} if request.GET.get("doi-tac", "").isdecimal() else None
    form = SupportForm(request.POST or None, instance=support, areas=areas, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = register.enter_support(actor=request.user, support=form.instance)
        messages.success(request, _("Saved."))
        # What does not run today stands in the list of everything.
        runs = Support.objects.current(timezone.localdate()).filter(pk=saved.pk).exists()
        return redirect(reverse("reports:partners") + ("" if runs else "?tat-ca=1"))
    return _form(request, _("Change a support") if pk else _("Enter a support"), form)


def _form(request, title: str, form):
    context = {"title": title, "form": form, "button": _("Save"), "back": "reports:partners"}
    return render(request, "reports/form.html", context, status=409 if form.is_bound else 200)
