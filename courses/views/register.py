"""Certificates for their holders and for those who keep the register. What is not yours does not exist (404)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from courses import certificates as acts
from courses.batches import order_batch
from courses.forms import IssueForm, ReasonForm, ReplaceForm
from courses.models import Batch, Certificate, CertificateEvent, Course
from courses.paper import certificates_pdf
from courses.views.certificates import SHAPES, shown_state
from media import storage
from media.jobs import in_words
from people.permissions import may, require

_WITH = ("register__issuer__area", "register__issuer__parent", "course__organiser__area")
# Papers that may be printed: those whose code says nothing worse than that their time is over.
PRINTED = ("valid", "expiring", "expired")
# act → (function, form, the states in which it is offered, permission)
ACTS = {
    "replace": (acts.supersede_certificate, ReplaceForm, acts.IN_FORCE, "courses.certify"),
    "suspend": (acts.suspend_certificate, ReasonForm, acts.IN_FORCE, "courses.revoke"),
    "restore": (acts.restore_certificate, ReasonForm, ("suspended",), "courses.revoke"),
    "revoke": (acts.revoke_certificate, ReasonForm, ("valid", "expiring", "expired", "suspended"), "courses.revoke"),
}


def _shown(rows) -> list[Certificate]:
    """With `state`, `state_label` and `shape` of today."""
    found = list(rows)
    for one in found:
        one.state = acts.state_of(one)
        one.state_label, one.shape = shown_state(one.state), SHAPES[one.state]
        one.is_printed = one.state in PRINTED
    return found


@login_required
@require_safe
def mine(request):
    rows = Certificate.objects.filter(holder=request.user).select_related(*_WITH).prefetch_related("events")
    return render(request, "courses/my_certificates.html", {"certificates": _shown(rows)})


@login_required
@require_safe
def paper(request, code: str):
    rows = Certificate.objects.visible_to(request.user).select_related(*_WITH).prefetch_related("events")
    found = get_object_or_404(rows, code=code)
    if acts.state_of(found) not in PRINTED:
        raise Http404
    response = HttpResponse(certificates_pdf([found]), content_type="application/pdf")
    name = found.label.replace("/", "-")
    response["Content-Disposition"] = f'inline; filename="giay-chung-nhan_{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_safe
def register(request):
    """The book, newest first; `?q=` name, number or code, `?course=` the short name of a course."""
    require(request.user, "courses.revoke")
    wanted, course = request.GET.get("q", "").strip()[:80], request.GET.get("course", "")[:50]
    rows = Certificate.objects.kept_by(request.user).search(wanted).select_related(*_WITH).prefetch_related("events")
    if course:
        rows = rows.filter(course__code=course)
    page = Paginator(rows.order_by("-issued_on", "-register__year", "-number"), 50).get_page(request.GET.get("page"))
    page.object_list = _shown(page.object_list)
    context = {
        "page": page, "wanted": wanted, "course": course, "courses": Course.objects.kept_by(request.user),
        "may_issue": may(request.user, "courses.certify"),
        "batches": Batch.objects.filter(course__in=Course.objects.kept_by(request.user)).select_related("course")[:5],
    }  # fmt: skip
    return render(request, "courses/register.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def issue(request):
    require(request.user, "courses.certify")
    courses = Course.objects.kept_by(request.user)
    data = request.POST if request.method == "POST" else None
    form = IssueForm(data, courses=courses, initial={"course": courses.filter(code=request.GET.get("course")).first()})
    if form.is_valid():
        said = form.cleaned_data
        common = {name: said[name] for name in ("course", "on", "signer")} | {"actor": request.user}
        try:
            if len(said["people"]) == 1:
                made = acts.issue_certificate(holder=said["people"][0], **common)
                messages.success(request, _("Issued: number %(number)s.") % {"number": made.label})
                return redirect("courses:certificate", made.code)
            return redirect("courses:batch", order_batch(holders=said["people"], **common).pk)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
    return render(request, "courses/issue.html", {"form": form}, status=409 if form.is_bound else 200)


@login_required
@require_safe
def batch(request, pk: int):
    """How far it is, who was refused and why, and the file to print."""
    rows = Batch.objects.filter(course__in=Course.objects.kept_by(request.user)).select_related("course")
    found = get_object_or_404(rows, pk=pk)
    refused = list(found.entries.exclude(refusal="").select_related("holder"))
    for one in refused:
        one.said = in_words(one.refusal)
    context = {
        "batch": found, "refused": refused, "wanted": found.entries.count(),
        "issued": found.entries.exclude(certificate=None).count(),
    }  # fmt: skip
    return render(request, "courses/batch.html", context)


@login_required
@require_safe
def batch_file(request, pk: int):
    found = get_object_or_404(Batch.objects.filter(course__in=Course.objects.kept_by(request.user)), pk=pk)
    if not found.path:
        raise Http404
    response = FileResponse(storage.absolute(found.path).open("rb"), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="giay-chung-nhan_{found.course.code}_{found.on}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def certificate(request, code: str):
    """One certificate with its history and, for who may, its acts; `act` names the one that was filled in."""
    rows = Certificate.objects.kept_by(request.user).select_related(*_WITH, "holder", "issued_by")
    found = get_object_or_404(rows.prefetch_related("events__actor"), code=code)
    _shown([found])
    area = found.course.organiser.area
    offered = {
        name: form
        for name, (_function, form, states, right) in ACTS.items()
        if found.state in states and may(request.user, right, area)
    }
    forms = {name: form(prefix=name, initial={"signer": found.signer}) for name, form in offered.items()}
    asked = request.POST.get("act", "")
    if request.method == "POST":
        if asked not in offered:
            messages.error(request, _("The certificate has changed meanwhile. Look at it as it stands now."))
            return redirect("courses:certificate", code)
        form = forms[asked] = offered[asked](request.POST, prefix=asked)
        if form.is_valid():
            try:
                changed = ACTS[asked][0](certificate=found, actor=request.user, **form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, _("Done. The code says so from now on."))
                return redirect("courses:certificate", changed.code)
    labels = {
        "replace": (_("Replace by a corrected one"), _("Replace"), ""),
        "suspend": (_("Suspend"), _("Suspend"), "quiet"),
        "restore": (_("Put in force again"), _("Put in force again"), ""),
        "revoke": (_("Revoke"), _("Revoke for good"), "danger"),
    }
    shown = [(name, *labels[name], form) for name, form in forms.items()]
    events = [(event, CertificateEvent.Kind(event.kind).label) for event in found.events.all()]
    context = {"certificate": found, "acts": shown, "events": events, "asked": asked}
    return render(request, "courses/certificate.html", context, status=409 if request.method == "POST" else 200)
