"""The organisations of my area: list, add, correct, close."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError
from people.forms import CloseForm, OrganisationForm, SearchForm
from people.models import Organisation
from people.organisations import close_organisation, save_organisation
from people.permissions import may, require

PAGE = 50


@login_required
@require_GET
def organisations(request):
    """Who stands in my area today, with how many roles; `?ended=1` those that are no more."""
    require(request.user, "people.see")
    form = SearchForm(request.GET)
    ended = request.GET.get("ended") == "1"
    today = timezone.localdate()
    rows = Organisation.objects.visible_to(request.user)
    rows = rows.filter(valid_until__lte=today) if ended else rows.exclude(valid_until__lte=today)
    if form.is_valid():
        rows = rows.search(form.cleaned_data["q"])
    in_force = Q(memberships__starts_on__lte=today) & (Q(memberships__ends_on=None) | Q(memberships__ends_on__gt=today))
    rows = rows.select_related("area", "parent").annotate(people=Count("memberships__user", in_force, distinct=True))
    context = {
        "page": Paginator(rows.order_by("name", "pk"), PAGE).get_page(request.GET.get("page")),
        "form": form,
        "ended": ended,
        "may_invite": may(request.user, "people.invite"),
        "may_keep": may(request.user, "people.keep_organisations"),
    }
    return render(request, "people/organisations.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def organisation(request, pk: int | None = None):
    """A new organisation (no `pk`), or one of my area."""
    require(request.user, "people.keep_organisations")
    found = None
    if pk is not None:
        rows = Organisation.objects.visible_to(request.user).select_related("area", "parent")
        found = get_object_or_404(rows, pk=pk)
    form = OrganisationForm(request.POST or None, actor=request.user, organisation=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_organisation(actor=request.user, organisation=found, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved: %(name)s.") % {"name": saved})
            return redirect("people:organisations")
    over = found is not None and found.valid_until is not None
    context = {"organisation": found, "form": form, "close_form": None if found is None or over else CloseForm()}
    return render(request, "people/organisation.html", context)


@login_required
@require_POST
def close(request, pk: int):
    require(request.user, "people.keep_organisations")
    found = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    form = CloseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the first day without it. Nothing was changed."))
        return redirect("people:organisation", pk=pk)
    try:
        close_organisation(organisation=found, on=form.cleaned_data["on"], actor=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("people:organisation", pk=pk)
    messages.success(request, _("Closed. The records stay."))
    return redirect("people:organisations")
