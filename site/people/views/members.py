"""The people of my area: list, one person's role, ending it, moving it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError
from people.forms import EndForm, SearchForm, TransferForm
from people.membership import end_membership, lock_account, may_lock, transfer_membership, unlock_account
from people.models import Membership
from people.permissions import may, may_grant, require
from people.roles import Role

PAGE = 50


@login_required
@require_GET
def members(request):
    """Who holds which role in my area, today or from a day to come; `?ended=1` shows those that are over."""
    require(request.user, "people.see")
    form = SearchForm(request.GET)
    ended = request.GET.get("ended") == "1"
    over = Q(ends_on__lte=timezone.localdate())
    rows = Membership.objects.visible_to(request.user).filter(over if ended else ~over)
    role = request.GET.get("role", "")
    if role in Role.values:
        rows = rows.in_roles(role)
    if form.is_valid():
        rows = rows.search(form.cleaned_data["q"])
    rows = rows.select_related("user", "organisation", "area").order_by("user__name", "pk")
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "form": form,
        "ended": ended,
        "role": role,
        "roles": Role.choices,
        "may_invite": may(request.user, "people.invite"),
        "corrects": may(request.user, "people.correct"),
        "today": timezone.localdate(),
    }
    return render(request, "people/members.html", context)


def _membership(request, pk: int) -> Membership:
    rows = Membership.objects.visible_to(request.user).select_related("user", "organisation", "area")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def member(request, pk: int):
    membership = _membership(request, pk)
    others = Membership.objects.visible_to(request.user).filter(user=membership.user).exclude(pk=membership.pk)
    over = membership.ends_on is not None and membership.ends_on <= timezone.localdate()
    manages = may_grant(request.user, membership.role, membership.area) and membership.user != request.user
    context = {
        "membership": membership,
        "others": others.select_related("organisation", "area").order_by("-starts_on"),
        "may_change": manages and not over,
        "end_form": EndForm(),
        "may_lock": membership.user != request.user and may_lock(request.user, membership.user),
    }
    return render(request, "people/member.html", context)


@login_required
@require_POST
def end(request, pk: int):
    membership = _membership(request, pk)
    if not may_grant(request.user, membership.role, membership.area):
        raise PermissionDenied
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            end_membership(membership=membership, on=form.cleaned_data["on"], actor=request.user)
            messages.success(request, _("The role ends. What was done under it stays in the records."))
        except DomainError as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, _("Choose the first day without the role. Nothing was changed."))
    return redirect("people:member", pk=pk)


@login_required
@require_POST
def lock(request, pk: int):
    """Locks the account of the person behind a role, or (`open`) opens it again."""
    membership = _membership(request, pk)
    try:
        if "open" in request.POST:
            unlock_account(user=membership.user, actor=request.user)
            messages.success(request, _("The account is open again."))
        else:
            lock_account(user=membership.user, actor=request.user)
            messages.success(request, _("The account is locked. The person is signed out everywhere; roles stay."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("people:member", pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def transfer(request, pk: int):
    membership = _membership(request, pk)
    if not may_grant(request.user, membership.role, membership.area):
        raise PermissionDenied
    form = TransferForm(
        request.POST or None, actor=request.user, roles=(membership.role,), initial={"post": membership.post}
    )
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                moved = transfer_membership(
                    membership=membership, on=form.cleaned_data["on"], actor=request.user, **form.place()
                )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Moved. The old role ends on the day the new one begins."))
            return redirect("people:member", pk=moved.pk)
    return render(request, "people/transfer.html", {"membership": membership, "form": form})
