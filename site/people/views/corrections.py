"""Corrections: asked for on the account page, settled here by administrators."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from people.corrections import ask_correction, settle_correction
from people.forms import CorrectionForm
from people.models import Correction
from people.permissions import may, require


@login_required
@require_http_methods(["GET", "POST"])
def ask(request):
    form = CorrectionForm(request.POST or None)
    if form.is_valid():
        try:
            ask_correction(user=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Sent to the administrator. The answer stands here."))
            return redirect("people:ask_correction")
    context = {"form": form, "mine": request.user.corrections.all()[:20]}
    return render(request, "people/ask_correction.html", context, status=409 if form.is_bound else 200)


@login_required
def corrections(request):
    """What waits for me, the oldest first."""
    require(request.user, "people.correct")
    rows = Correction.objects.settled_by(request.user)
    waiting = list(rows.open().select_related("user").order_by("at")[:200])
    settled = rows.exclude(settled_at=None).select_related("user", "settled_by").order_by("-settled_at")[:20]
    context = {"waiting": waiting, "settled": settled, "may_invite": may(request.user, "people.invite")}
    return render(request, "people/corrections.html", context)


@login_required
@require_POST
def settle(request, pk: int):
    require(request.user, "people.correct")
    found = get_object_or_404(Correction.objects.settled_by(request.user), pk=pk)
    note, is_done = request.POST.get("note", ""), request.POST.get("done") == "1"
    try:
        settle_correction(correction=found, is_done=is_done, note=note, actor=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Saved. The person reads it on the account page."))
    return redirect("people:corrections")
