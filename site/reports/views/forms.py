"""The forms, periods and requests of reports, kept on pages by managers and administrators."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError
from people.permissions import areas_for, require
from reports import form_keeping
from reports.form_keeping import KEEP, kept_forms
from reports.indicators import REGISTRY
from reports.models import FormLine, FormSection, ReportForm, ReportingPeriod, ReportRequest
from reports.report_forms import FormForm, FormLineForm, FormSectionForm, PeriodForm, RequestForm
from reports.views.report import form_page


def _areas(user):
    return areas_for(user, KEEP)


def _periods(user):
    return ReportingPeriod.objects.filter(area__in=set().union(*_areas(user).ancestry().values()))


@login_required
@require_GET
def forms(request):
    """All that is kept here: forms, and periods with what is asked in them."""
    require(request.user, KEEP)
    asked = ReportRequest.objects.select_related("form", "adds_up__form").order_by("due_on")
    context = {
        "forms": kept_forms(request.user).select_related("area"),
        "periods": _periods(request.user).select_related("area").prefetch_related(Prefetch("requests", asked))[:20],
    }
    return render(request, "reports/returns/forms.html", context)


@login_required
@require_GET
def form(request, pk: int):
    """A form with its sections and lines."""
    require(request.user, KEEP)
    found = get_object_or_404(kept_forms(request.user), pk=pk)
    lines = FormLine.objects.select_related("adds_up")
    context = {
        "found": found,
        "sections": found.sections.prefetch_related(Prefetch("lines", lines)),
        "names": {key: one.name for key, one in REGISTRY.items()},
    }
    return render(request, "reports/returns/report_form.html", context)


def _edit(request, title: str, form, back: str, save, *, text: str = ""):
    """A page with a form whose row `save` takes; a refusal stands on the form."""
    if request.method == "POST" and form.is_valid():
        try:
            save(form.save(commit=False))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Reports that are signed stay as they are."))
            return redirect(back)
    return form_page(request, title, form, back, text=text)


@login_required
@require_http_methods(["GET", "POST"])
def edit_form(request, pk: int | None = None):
    require(request.user, KEEP)
    row = get_object_or_404(kept_forms(request.user), pk=pk) if pk else ReportForm()
    edited = FormForm(request.POST or None, instance=row, areas=_areas(request.user).exclude(level="commune"))
    back = reverse("reports:form", args=[pk]) if pk else reverse("reports:forms")
    title = _("Heads, recipients and signature") if pk else _("New form")
    return _edit(request, title, edited, back, lambda one: form_keeping.save_form(actor=request.user, form=one))


@login_required
@require_http_methods(["GET", "POST"])
def edit_section(request, pk: int, section: int | None = None):
    require(request.user, KEEP)
    form = get_object_or_404(kept_forms(request.user), pk=pk)
    row = get_object_or_404(form.sections, pk=section) if section else FormSection(form=form)
    edited = FormSectionForm(request.POST or None, instance=row)
    title = _("Section") if section else _("New section")
    return _edit(
        request, title, edited, reverse("reports:form", args=[pk]),
        lambda one: form_keeping.save_form_section(actor=request.user, section=one),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def edit_line(request, pk: int, section: int, line: int | None = None):
    require(request.user, KEEP)
    part = get_object_or_404(FormSection.objects.filter(form__in=kept_forms(request.user), form=pk), pk=section)
    row = get_object_or_404(part.lines, pk=line) if line else FormLine(section=part)
    edited = FormLineForm(request.POST or None, instance=row)
    title = _("Figure") if line else _("New figure")
    return _edit(
        request, title, edited, reverse("reports:form", args=[pk]),
        lambda one: form_keeping.save_form_line(actor=request.user, line=one),
    )  # fmt: skip


@login_required
@require_POST
def move(request, pk: int):
    require(request.user, KEEP)
    form = get_object_or_404(kept_forms(request.user), pk=pk)
    name = "line" if "line" in request.POST else "section"
    rows = FormLine.objects.filter(section__form=form) if name == "line" else form.sections
    asked = request.POST.get(name, "")
    row = get_object_or_404(rows, pk=asked if asked.isdecimal() and len(asked) < 10 else 0)
    up = request.POST.get("way") == "up"
    form_keeping.move(actor=request.user, row=row, up=up)
    # At the button that was pressed, so that it can be pressed again.
    return redirect(f"{reverse('reports:form', args=[pk])}#{name}-{row.pk}-{'up' if up else 'down'}")


@login_required
@require_http_methods(["GET", "POST"])
def edit_period(request, pk: int | None = None):
    require(request.user, KEEP)
    row = get_object_or_404(_periods(request.user), pk=pk) if pk else ReportingPeriod()
    edited = PeriodForm(request.POST or None, instance=row, areas=_areas(request.user).exclude(level="commune"))
    title = _("Reporting period") if pk else _("New reporting period")
    return _edit(
        request, title, edited, reverse("reports:forms"),
        lambda one: form_keeping.save_period(actor=request.user, period=one),
        text=_("A year, or the several years of an interim or final review: both are counted from the same facts."),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def edit_request(request, pk: int, asked: int | None = None):
    require(request.user, KEEP)
    period = get_object_or_404(_periods(request.user), pk=pk)
    row = get_object_or_404(period.requests, pk=asked) if asked else ReportRequest(period=period)
    said = {}
    if not asked:
        for level in ("commune", "province"):
            if due := form_keeping.due_of_the_plan(level, period.ends_on.year):
                said.setdefault("due_on", due)
    edited = RequestForm(request.POST or None, instance=row, forms_kept=kept_forms(request.user), initial=said)
    title = _("Ask for reports: %(period)s") % {"period": period}
    return _edit(
        request, title, edited, reverse("reports:forms"), lambda one: form_keeping.ask(actor=request.user, request=one)
    )  # fmt: skip
