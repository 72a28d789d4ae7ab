"""Findings and visits: lists, one finding with its log, and the forms of those who raise, answer and close."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.broadcast.desk_forms import VoidForm
from core.errors import DomainError
from people.permissions import areas_for, may, require
from reports import supervision
from reports.models import Finding, Visit
from reports.watch_forms import AnswerForm, CloseForm, FindingForm, ReturnForm, VisitForm

SEE = "reports.see_findings"
PER_PAGE = 30


def _areas(user, act: str):
    return areas_for(user, act).order_by("level", "name")


@login_required
@require_GET
def findings(request):
    """What is open stands first, then what is answered; closed ones by `?da-xong=1`."""
    require(request.user, SEE)
    closed = request.GET.get("da-xong") == "1"
    rows = Finding.objects.visible_to(request.user).with_state().select_related("area", "organisation")
    rows = rows.filter(state=Finding.CLOSED) if closed else rows.exclude(state=Finding.CLOSED).order_by("-state", "due")
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "closed": closed,
        "may_raise": may(request.user, "reports.raise_finding"),
        "query": "da-xong=1" if closed else "",
    }
    return render(request, "reports/findings.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def raise_finding(request):
    require(request.user, "reports.raise_finding")
    form = FindingForm(request.POST or None, areas=_areas(request.user, "reports.raise_finding"))
    if request.method == "POST" and form.is_valid():
        try:
            found = supervision.raise_finding(actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The finding is handed over. You will be told of the answer."))
            return redirect("reports:finding", found.pk)
    return _form(request, _("Raise a finding"), form, _("Hand it over"), "reports:findings")


@login_required
@require_GET
def finding(request, pk: int):
    return _finding(request, _found(request, pk))


def _found(request, pk: int) -> Finding:
    rows = Finding.objects.visible_to(request.user).with_state()
    return get_object_or_404(rows.select_related("area", "organisation", "raised_by"), pk=pk)


def _acts(user, found: Finding) -> dict:
    """act → (its form, what its button says), for what this person may do now."""
    acts = {}
    if found.state == Finding.OPEN and may(user, "reports.answer_finding", found.area):
        acts["answer"] = (AnswerForm, _("Answer"))
    if found.state != Finding.CLOSED and supervision.is_finder(user, found):
        if found.state == Finding.ANSWERED:
            acts["return"] = (ReturnForm, _("Not settled yet"))
        acts["close"] = (CloseForm, _("Close it"))
    return acts


def _finding(request, found: Finding, bound=None, status: int = 200):
    acts = {
        name: {
            "form": bound if bound is not None and isinstance(bound, form) else form(auto_id=f"{name}-%s"),
            "label": label,
        }
        for name, (form, label) in _acts(request.user, found).items()
    }
    context = {"finding": found, "steps": found.steps.select_related("actor"), "acts": acts}
    return render(request, "reports/finding.html", context, status=status)


@login_required
@require_http_methods(["POST"])
def step(request, pk: int, act: str):
    """One step of a finding: `answer`, `return` or `close`."""
    found = _found(request, pk)
    functions = {
        "answer": supervision.answer_finding, "return": supervision.return_finding, "close": supervision.close_finding,
    }  # fmt: skip
    forms = {"answer": AnswerForm, "return": ReturnForm, "close": CloseForm}
    form = forms[act](request.POST, auto_id=f"{act}-%s")
    if not form.is_valid():
        return _finding(request, found, form, 409)
    try:
        functions[act](actor=request.user, finding=found, **form.cleaned_data)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _finding(request, _found(request, pk), form, 409)
    messages.success(request, _("Recorded."))
    return redirect("reports:finding", pk)


@login_required
@require_GET
def visits(request):
    require(request.user, SEE)
    rows = Visit.objects.visible_to(request.user).select_related("area", "organisation", "logged_by", "voided_by")
    context = {
        "page": Paginator(rows.prefetch_related("answers__question"), PER_PAGE).get_page(request.GET.get("page")),
        "may_log": may(request.user, "reports.log_visit"),
    }
    return render(request, "reports/visits.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def log_visit(request):
    require(request.user, "reports.log_visit")
    communes = areas_for(request.user, "reports.log_visit").communes().order_by("name")
    form = VisitForm(request.POST or None, areas=communes)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            supervision.log_visit(
                actor=request.user, area=data["area"], visited_on=data["visited_on"], answers=form.answers(),
                note=data["note"], client_uuid=data["client_uuid"],
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The visit is recorded."))
            return redirect("reports:visits")
    return _form(request, _("Write down a visit"), form, _("Record it"), "reports:visits")


@login_required
@require_http_methods(["GET", "POST"])
def void_visit(request, pk: int):
    visit = get_object_or_404(Visit.objects.visible_to(request.user).select_related("area"), pk=pk)
    if visit.logged_by_id != request.user.pk:
        raise PermissionDenied
    if visit.voided_at:
        # A second tap, or the back button: it is done already.
        return redirect("reports:visits")
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        supervision.void_visit(actor=request.user, visit=visit, reason=form.cleaned_data["reason"])
        messages.success(request, _("The record no longer counts. It stays readable with its reason."))
        return redirect("reports:visits")
    return _form(request, _("Wrong record?"), form, _("Void this record"), "reports:visits", line=str(visit))


def _form(request, title: str, form, button: str, back: str, line: str = ""):
    context = {"title": title, "form": form, "button": button, "back": back, "line": line}
    return render(request, "reports/form.html", context, status=409 if form.is_bound else 200)
