"""The kept figures of training: the list with the form that keeps them, one of them beside what is counted now, as XLSX."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.sheets import xlsx_answer
from courses import compliance, snapshots
from courses.forms import DateInput
from courses.models import ComplianceSnapshot
from courses.spreadsheet import compliance_xlsx
from courses.views.compliance import ACT, SHOWN, TITLES
from people.permissions import areas_for, may
from places.forms import AreaForm

A_PAGE = 40


class KeepForm(AreaForm):
    on = forms.DateField(label=_("As of"), widget=DateInput)
    purpose = forms.CharField(
        label=_("What for"), max_length=160, required=False,
        help_text=_("For example: the report of the year 2026. No names of people."),
    )  # fmt: skip

    field_order = ("on", "area", "purpose")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        field.required = True
        offered = [choice for choice in field.widget.choices if choice[0]]
        # Who looks after one commune has nothing to choose.
        field.widget.choices = offered if len(offered) == 1 else [("", "–"), *offered]


@login_required
@require_http_methods(["GET", "POST"])
def kept(request):
    if not may(request.user, ACT):
        raise PermissionDenied
    form = None
    if may(request.user, snapshots.ACT):
        first = {"on": request.GET.get("on") or f"{timezone.localdate()}", "area": request.GET.get("area", "")}
        form = KeepForm(
            request.POST or None, initial=first, areas=areas_for(request.user, snapshots.ACT).order_by("level", "name")
        )
    elif request.method == "POST":
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        try:
            found = snapshots.keep(actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _t("Kept. These figures do not change any more."))
            return redirect("courses:snapshot", found.pk)
    rows = (
        ComplianceSnapshot.objects.visible_to(request.user).defer("lines", "missing").select_related("area", "taken_by")
    )
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form, "page": page, "lines": [(one, snapshots.total(one)) for one in page],
        "opened": request.method == "POST" or "area" in request.GET or not page.paginator.count,
    }  # fmt: skip
    return render(request, "courses/snapshots.html", context, status=409 if request.method == "POST" else 200)


def _tables(one: ComplianceSnapshot, now: compliance.Figures) -> list[tuple]:
    return [(title, snapshots.table(one, name, now)) for name, title in TITLES.items()]


@login_required
@require_safe
def snapshot(request, pk: int):
    one = get_object_or_404(
        ComplianceSnapshot.objects.visible_to(request.user).select_related("area", "taken_by"), pk=pk
    )
    now = snapshots.living(one)
    missing = snapshots.missing(one)
    context = {
        "one": one, "total": snapshots.total(one), "now": now.total, "tables": _tables(one, now),
        "missing": compliance.named(missing[:SHOWN]), "more": max(0, len(missing) - SHOWN),
    }  # fmt: skip
    return render(request, "courses/snapshot.html", context)


@login_required
@require_safe
def snapshot_file(request, pk: int):
    one = get_object_or_404(ComplianceSnapshot.objects.visible_to(request.user).select_related("area"), pk=pk)
    now = snapshots.living(one)
    data = compliance_xlsx(
        one.on, snapshots.total(one), _tables(one, now), missing=snapshots.missing(one), kept=one, living=now.total
    )
    return xlsx_answer(data, f"tap-huan-da-chot-{one.on:%Y-%m-%d}-{one.pk}")
