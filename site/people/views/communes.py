"""The communes of my area: their settlements and the languages spoken there."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError
from core.text import fold
from people.forms import CloseForm, LanguagesForm, SearchForm, SettlementForm
from people.permissions import areas_for, may, require
from places.communes import close_settlement, confirm_languages, save_settlement
from places.models import AdministrativeUnit, Settlement, SpokenLanguage

PAGE = 50


def _commune(request, pk: int) -> AdministrativeUnit:
    return get_object_or_404(areas_for(request.user, "places.see_commune").communes(), pk=pk)


@login_required
@require_GET
def communes(request):
    """The communes of my area; whoever has one only is taken there."""
    require(request.user, "places.see_commune")
    form = SearchForm(request.GET)
    rows = areas_for(request.user, "places.see_commune").communes().order_by("name")
    if form.is_valid() and form.cleaned_data["q"]:
        rows = rows.filter(search_key__contains=fold(form.cleaned_data["q"]))
    elif rows[:2].count() == 1:
        return redirect("people:commune", pk=rows[0].pk)
    spoken = SpokenLanguage.objects.select_related("language").order_by("language__position")
    rows = rows.prefetch_related(Prefetch("spoken", spoken))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    counts = _settlement_counts([unit.pk for unit in page])
    context = {
        "page": page,
        "rows": [(unit, counts[unit.pk]) for unit in page],
        "form": form,
        "may_import": may(request.user, "places.import_settlements"),
    }
    return render(request, "people/communes.html", context)


def _settlement_counts(communes: list[int]) -> dict[int, int]:
    """Settlements of today by commune, those recorded before a merger with them. Three queries."""
    families = AdministrativeUnit.objects.filter(pk__in=communes).ancestry()
    every = set().union(*families.values()) if families else set()
    owners = list(Settlement.objects.current().filter(commune__in=every).values_list("commune", flat=True))
    return {pk: sum(owner in family for owner in owners) for pk, family in families.items()}


@login_required
@require_http_methods(["GET", "POST"])
def commune(request, pk: int):
    """A commune's settlements and languages; POST confirms the languages."""
    unit = _commune(request, pk)
    keeps = may(request.user, "places.keep_commune", unit)
    form = LanguagesForm(request.POST if request.method == "POST" else None, commune=unit)
    if request.method == "POST":
        if not keeps:
            raise PermissionDenied
        if form.is_valid():
            confirm_languages(commune=unit, languages=form.cleaned_data["languages"])
            messages.success(request, _("The languages of the commune are confirmed."))
            return redirect("people:commune", pk=pk)
    spoken = list(unit.spoken.select_related("language").order_by("language__position"))
    context = {
        "commune": unit,
        "settlements": Settlement.objects.within(unit).select_related("commune").order_by("search_key"),
        "spoken": spoken,
        "is_confirmed": all(one.is_confirmed for one in spoken),
        "form": form,
        "keeps": keeps,
        "may_import": may(request.user, "places.import_settlements", unit),
    }
    return render(request, "people/commune.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def settlement(request, pk: int, settlement_pk: int | None = None):
    """A new settlement of a commune (no `settlement_pk`), or one to correct."""
    unit = _commune(request, pk)
    require(request.user, "places.keep_commune", unit)
    found = settlement_pk and get_object_or_404(Settlement.objects.within(unit), pk=settlement_pk)
    form = SettlementForm(request.POST or None, settlement=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_settlement(commune=unit, settlement=found, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved: %(name)s.") % {"name": saved})
            return redirect("people:commune", pk=pk)
    context = {"commune": unit, "settlement": found, "form": form, "close_form": CloseForm() if found else None}
    return render(request, "people/settlement.html", context)


@login_required
@require_POST
def close(request, pk: int, settlement_pk: int):
    unit = _commune(request, pk)
    require(request.user, "places.keep_commune", unit)
    found = get_object_or_404(Settlement.objects.within(unit), pk=settlement_pk)
    form = CloseForm(request.POST)
    try:
        if not form.is_valid():
            raise DomainError(_("Choose the first day without it. Nothing was changed."))
        close_settlement(settlement=found, on=form.cleaned_data["on"])
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("people:settlement", pk=pk, settlement_pk=settlement_pk)
    messages.success(request, _("Closed. The records stay."))
    return redirect("people:commune", pk=pk)
