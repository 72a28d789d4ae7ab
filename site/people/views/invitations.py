"""Inviting people, following the invitations up, and the page behind the link in the e-mail."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError
from people import invitations
from people.forms import INTERFACE_LANGUAGES, InviteForm, JoinForm
from people.models import Invitation, User
from people.permissions import require

PAGE = 50
_STATES = {
    "accepted": "done",
    "sent": "due",
    "waiting": "due",
    "expired": "over",
    "unsent": "over",
    "cancelled": "plain",
}


@login_required
@require_GET
def invitation_list(request):
    require(request.user, "people.invite")
    rows = Invitation.objects.visible_to(request.user).select_related("organisation", "area", "invited_by")
    page = Paginator(rows.order_by("-created_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    words = {
        "accepted": _("accepted"),
        "sent": _("sent, waiting for an answer"),
        "waiting": _("e-mail leaves shortly"),
        "expired": _("time has run out"),
        "unsent": _("e-mail could not be sent"),
        "cancelled": _("withdrawn"),
    }
    for invitation in page:
        invitation.chip, invitation.words = _STATES[invitation.state], words[invitation.state]
        invitation.is_open = invitation.accepted_at is None and invitation.cancelled_at is None
    return render(request, "people/invitations.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
def new_invitation(request):
    require(request.user, "people.invite")
    form = InviteForm(request.POST or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                invitation = invitations.invite(actor=request.user, **form.invitation())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Invited: %s. The e-mail leaves within a minute.") % invitation.email)
            return redirect("people:invitations")
    return render(request, "people/invite.html", {"form": form})


def _visible(request, pk: int) -> Invitation:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    require(request.user, "people.invite")
    return invitation


@login_required
@require_POST
def resend(request, pk: int):
    return _act(request, pk, invitations.resend, _("A new link goes to %s. The old one no longer works."))


@login_required
@require_POST
def cancel(request, pk: int):
    return _act(request, pk, invitations.cancel, _("Withdrawn. The link sent to %s no longer works."))


def _act(request, pk: int, act, words: str):
    invitation = _visible(request, pk)
    try:
        act(invitation=invitation, actor=request.user)
        messages.success(request, words % invitation.email)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("people:invitations")


@never_cache
@require_http_methods(["GET", "POST"])
def join(request, key: str):
    """The page behind the link. Its address is a secret: not cached, not indexed, and by the policy of the whole site
    ("same-origin") no other site gets it as a referrer. "no-referrer" would make browsers post with `Origin: null`."""
    invitation = invitations.by_key(key)
    if invitation is None:
        raise Http404
    context = {"invitation": invitation, "reason": invitations.refusal(invitation)}
    status = 200
    if context["reason"]:
        status = 410
    elif request.user.is_authenticated:
        context["wrong_account"] = not invitations.is_addressed_to(invitation, request.user)
        if context["wrong_account"]:
            status = 409
        elif request.method == "POST":
            invitations.accept(invitation=invitation, user=request.user)
            messages.success(request, _("Welcome. Your new role is yours now."))
            return redirect("people:account")
    elif User.objects.filter(email=invitation.email).exists():
        context["has_account"] = True
    else:
        language = get_language() if get_language() in dict(INTERFACE_LANGUAGES) else "vi"
        form = context["form"] = JoinForm(
            request.POST or None, email=invitation.email, initial={"name": invitation.name, "language": language}
        )
        if request.method == "POST" and form.is_valid():
            user = invitations.accept_as_new(
                invitation=invitation, name=form.cleaned_data["name"], password=form.cleaned_data["password1"],
                language=form.cleaned_data["language"],
            )  # fmt: skip
            return perform_login(request, user, email_verification="none")
    response = render(request, "people/join.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
