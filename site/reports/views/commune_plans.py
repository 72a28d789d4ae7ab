"""The yearly plans of communes: the list, one plan with its progress, writing and issuing it, the paper."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.broadcast.month import plain_name
from campaigns.season.kits import DOCX
from campaigns.season.nd30 import docx
from core.errors import DomainError
from people.permissions import areas_for, may, require
from reports import commune_plans, papers
from reports.flow import works_in
from reports.indicators import REGISTRY
from reports.models import CommunePlan, PlanTask
from reports.report_forms import IssueForm, NewPlanForm, PlanTextsForm, TaskForm
from reports.views.desk import SEE, SIGN, WRITE, download
from reports.views.report import form_page
from reports.waiting import own_units


def _plan(request, pk: int) -> CommunePlan:
    require(request.user, SEE)
    rows = CommunePlan.objects.visible_to(request.user).select_related(
        "unit__parent", "plan", "issued_by", "written_by"
    )
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def plans(request):
    """Every plan the reader may see, by year; the own commune's first step when it has none."""
    require(request.user, SEE)
    rows = (
        CommunePlan.objects.visible_to(request.user)
        .select_related("unit")
        .annotate(tasks_all=Count("tasks"))
        .order_by("-year", "unit__name", "pk")
    )
    mine = [unit for unit in own_units(request.user) if unit.level == "commune"]
    context = {
        "page": Paginator(rows, 60).get_page(request.GET.get("page")),
        "mine": mine if may(request.user, WRITE) else [],
        "today": timezone.localdate(),
    }
    return render(request, "reports/communeplans/plans.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def begin(request, unit: int):
    require(request.user, WRITE)
    place = get_object_or_404(areas_for(request.user, WRITE).communes().select_related("parent"), pk=unit)
    form = NewPlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = commune_plans.begin(
                actor=request.user, unit=place, year=form.cleaned_data["year"],
                from_last_year=form.cleaned_data["start"] == "last",
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("reports:commune_plan", made.pk)
    title = _("Plan of the year: %(unit)s") % {"unit": place}
    return form_page(request, title, form, reverse("reports:commune_plans"), button=_("Begin the plan"))


@login_required
@require_GET
def plan(request, pk: int):
    """Its tasks with what has been done of each, counted from the same facts as the reports."""
    found = _plan(request, pk)
    rows = commune_plans.progress(found)
    for row in rows:
        row.task.indicator_name = REGISTRY[row.task.indicator].name if row.task.indicator in REGISTRY else ""
        row.task.counted_in = REGISTRY[row.task.indicator].unit if row.task.indicator in REGISTRY else ""
    writing = found.is_open and may(request.user, WRITE, found.unit)
    signs = found.is_open and _may_issue(request.user, found)
    context = {
        "plan": found, "rows": rows, "writing": writing, "may_issue": signs, "cost": sum(row.task.cost or 0 for row in rows),
        "done": sum(row.state == "done" for row in rows), "followed": sum(row.value is not None for row in rows),
    }  # fmt: skip
    return render(request, "reports/communeplans/plan.html", context)


def _may_issue(user, found: CommunePlan) -> bool:
    """The head of the same unit, and somebody else than its writer."""
    return works_in(user, SIGN, found.unit) and found.written_by_id != user.pk


def _open(request, pk: int) -> CommunePlan:
    found = _plan(request, pk)
    require(request.user, WRITE, found.unit)
    if not found.is_open:
        raise DomainError(_("This plan is issued and can no longer be changed. Nothing was saved."))
    return found


@login_required
@require_http_methods(["GET", "POST"])
def texts(request, pk: int):
    found = _open(request, pk)
    form = PlanTextsForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        commune_plans.save_plan(actor=request.user, plan=form.save(commit=False))
        messages.success(request, _("Saved."))
        return redirect("reports:commune_plan", pk)
    return form_page(request, _("Texts of the plan"), form, reverse("reports:commune_plan", args=[pk]))


@login_required
@require_http_methods(["GET", "POST"])
def task(request, pk: int, task: int | None = None):
    found = _open(request, pk)
    row = get_object_or_404(found.tasks, pk=task) if task else PlanTask(plan=found)
    row.plan = found
    back = reverse("reports:commune_plan", args=[pk])
    if request.method == "POST" and "remove" in request.POST and task:
        commune_plans.remove_task(actor=request.user, task=row)
        messages.success(request, _("The task was taken out."))
        return redirect(back)
    form = TaskForm(request.POST or None, instance=row, plan=found)
    if request.method == "POST" and form.is_valid():
        commune_plans.save_task(actor=request.user, task=form.save(commit=False))
        messages.success(request, _("Saved."))
        return redirect(back)
    context = {"title": _("Task") if task else _("New task"), "form": form, "back": back, "removable": bool(task)}
    return render(request, "reports/communeplans/task.html", context, status=409 if form.is_bound else 200)


@login_required
@require_POST
def move_task(request, pk: int, task: int):
    found = _open(request, pk)
    row = get_object_or_404(found.tasks, pk=task)
    row.plan = found
    up = request.POST.get("way") == "up"
    commune_plans.move_task(actor=request.user, task=row, up=up)
    # At the button that was pressed, so that it can be pressed again.
    return redirect(f"{reverse('reports:commune_plan', args=[pk])}#task-{task}-{'up' if up else 'down'}")


@login_required
@require_http_methods(["GET", "POST"])
def issue(request, pk: int):
    found = _plan(request, pk)
    if not found.is_open:
        return redirect("reports:commune_plan", pk)
    if not _may_issue(request.user, found):
        raise PermissionDenied
    form = IssueForm(request.POST or None, year=found.year)
    if request.method == "POST" and form.is_valid():
        commune_plans.issue(actor=request.user, plan=found, **form.cleaned_data)
        messages.success(request, _("The plan is issued. It is followed by the same figures as the reports."))
        return redirect("reports:commune_plan", pk)
    text = _("An issued plan is no longer changed.")
    back = reverse("reports:commune_plan", args=[pk])
    return form_page(request, _("Issue the plan"), form, back, button=_("Issue the plan"), text=text)


@login_required
@require_GET
def paper(request, pk: int, kind: str):
    found = _plan(request, pk)
    name = f"ke-hoach_{found.year}_{plain_name(found.unit.name)}"
    said = commune_plans.paper(found)
    if kind == "pdf":
        return download(papers.paper_pdf(said), "application/pdf", f"{name}.pdf")
    return download(docx(said), DOCX, f"{name}.docx")
