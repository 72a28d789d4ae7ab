"""The season of 30 July: its public pages and calendars, and the desks of the province and the communes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from campaigns.models import Event, EventResult, Season, Seating
from campaigns.season import kits, registrations, results, seasons
from campaigns.season.calendar import calendar, json_ld_script
from campaigns.season.forms import EventForm, SeasonForm, StatusForm
from campaigns.season.seasons import KEEP_EVENT, KEEP_SEASON
from core.errors import DomainError
from core.text import fold
from people.permissions import areas_for, may, require

WITH = ("season__hotline", "season__area", "commune")


def _kept(request, response):
    """Strangers' pages may be kept a minute; a postponement must be seen soon."""
    if request.user.is_authenticated:
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, max_age=60)
    return response


# For everybody ----------------------------------------------------------------------------------------------------


def _season_asked(request) -> Season | None:
    """`?nam=2026`, else the latest season that shows an event."""
    shown = Season.objects.filter(events__in=Event.objects.public()).distinct()
    wanted = request.GET.get("nam", "")
    return get_object_or_404(shown, year=wanted) if wanted.isdecimal() else shown.first()


@require_safe
def events(request):
    """The season: every commune's rally, found without accents (`?q=`)."""
    season = _season_asked(request)
    rows = Event.objects.public().filter(season=season).select_related("commune")
    query = request.GET.get("q", "").strip()[:80]
    if query:
        rows = rows.filter(commune__search_key__contains=fold(query))
    context = {
        "season": season,
        "page": Paginator(rows, 60).get_page(request.GET.get("page")),
        "query": query,
        "may_keep": may(request.user, KEEP_EVENT),
    }
    return _kept(request, render(request, "campaigns/events/season.html", context))


@require_safe
def event(request, pk: int):
    """Before, during and after: one page. Unpublished, it is seen by those who look after it."""
    rows = Event.objects.select_related(*WITH, "seating")
    found = rows.public().filter(pk=pk).first()
    mine = None
    if request.user.is_authenticated:
        mine = rows.visible_to(request.user).filter(pk=pk).first()
    found = found or mine
    if found is None:
        raise Http404
    context = {
        "event": found,
        "address": kits.address(found),
        "json_ld": json_ld_script(found),
        "may_keep": mine is not None and may(request.user, KEEP_EVENT, found.commune),
    }
    if found.face == "after":
        result = results.shown(found)
        context |= {
            "result": result, "figures": results.public_figures(result) if result else [],
            "photos": list(found.photos.shown()),
        }  # fmt: skip
    elif seating := getattr(found, "seating", None):
        context |= {"seating": seating, "closed": registrations.closed(found, seating)}
    return _kept(request, render(request, "campaigns/events/event.html", context))


def _ics(found: list[Event], name: str, file: str) -> HttpResponse:
    response = HttpResponse(calendar(found, name), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file}.ics"'
    response["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
def event_file(request, pk: int):
    found = get_object_or_404(Event.objects.public().select_related(*WITH), pk=pk)
    return _ics([found], found.title, kits.name_of(found, "su-kien"))


@require_safe
def subscription(request):
    """All published events of this year's season, or of one commune (`?xa=`), for calendars that look again."""
    rows = Event.objects.public().filter(starts_at__year__gte=timezone.localdate().year - 1).select_related(*WITH)
    wanted = request.GET.get("xa", "")
    if wanted.isdecimal() and len(wanted) < 10:
        rows = rows.filter(commune=wanted)
    return _ics(list(rows[:4000]), _("Events of 30 July"), "su-kien")


# The province's desk ----------------------------------------------------------------------------------------------


@login_required
@require_GET
def desk(request):
    """My seasons with the progress of their kits, and my events."""
    require(request.user, KEEP_EVENT)
    rows = Event.objects.visible_to(request.user).select_related("season", "commune")
    mine = []
    if may(request.user, KEEP_SEASON):
        areas = areas_for(request.user, KEEP_SEASON)
        mine = [(one, seasons.progress(one)) for one in Season.objects.filter(area__in=areas)[:5]]
    context = {
        "seasons": mine,
        "to_approve": _to_approve(request.user),
        "may_season": may(request.user, KEEP_SEASON),
        "page": Paginator(rows.order_by("-season__year", "commune__name"), 60).get_page(request.GET.get("page")),
    }
    return render(request, "campaigns/events/desk.html", context)


def _to_approve(user):
    """Reports of somebody else that wait for this person."""
    units = areas_for(user, results.APPROVE)
    if not units:
        return []
    rows = EventResult.objects.filter(state=EventResult.State.SUBMITTED).exclude(author=user)
    rows = rows.filter(event__commune__in=set().union(*units.ancestry().values()))
    return rows.select_related("event__commune", "author").order_by("changed_at")[:60]


@login_required
@require_http_methods(["GET", "POST"])
def edit_season(request, pk: int | None = None):
    require(request.user, KEEP_SEASON)
    areas = areas_for(request.user, KEEP_SEASON)
    row = get_object_or_404(Season.objects.filter(area__in=areas), pk=pk) if pk else Season()
    chosen = row.terms.all() if pk else ()
    form = SeasonForm(request.POST or None, instance=row, areas=areas.order_by("-level", "name"), chosen=chosen)
    if request.method == "POST" and form.is_valid():
        seasons.save_season(actor=request.user, season=form.save(commit=False), terms=form.terms)
        messages.success(request, _("Saved. Communes that have their kit already are offered what changed."))
        return redirect("events:desk")
    title = _("Season %(year)s") % {"year": row.year} if pk else _("New season")
    return form_page(request, title, form, reverse("events:desk"))


@login_required
@require_POST
def make_kits(request, pk: int):
    require(request.user, KEEP_SEASON)
    season = get_object_or_404(Season.objects.filter(area__in=areas_for(request.user, KEEP_SEASON)), pk=pk)
    seasons.make_kits(season=season, actor=request.user)
    messages.success(request, _("The kits are being made. Communes that have theirs keep it as it is."))
    return redirect("events:desk")


# The commune's desk -----------------------------------------------------------------------------------------------


def form_page(request, title: str, form, back: str, commune=None, button: str = "", back_label: str = ""):
    context = {
        "title": title, "forms": [form], "back": back, "back_label": back_label or _("Events"), "commune": commune,
        "button": button or _("Save"),
    }  # fmt: skip
    return render(request, "campaigns/village/form.html", context, status=409 if form.is_bound else 200)


def own_event(request, pk: int) -> Event:
    found = get_object_or_404(Event.objects.visible_to(request.user).select_related(*WITH), pk=pk)
    require(request.user, KEEP_EVENT, found.commune)
    return found


@login_required
@require_GET
def kit(request, pk: int):
    """The commune's kit: papers, prints, announcement, what the season changed, publishing."""
    found = own_event(request, pk)
    context = {
        "event": found,
        "papers": kits.PAPERS,
        "prints": list(kits.PRINTS),
        "offers": seasons.offers(found),
        "seating": Seating.objects.filter(event=found).first(),
        "status_form": StatusForm(initial={"status": found.status, "note": found.status_note}),
    }
    return render(request, "campaigns/events/kit.html", context)


@login_required
@require_GET
def file(request, pk: int, kind: str):
    """One paper or print of the kit."""
    found = own_event(request, pk)
    if kind in kits.PAPERS:
        data, content_type, end = kits.paper(found, kind), kits.DOCX, "docx"
    elif kind in kits.PRINTS:
        data, content_type, end = kits.print_pdf(found, kind), "application/pdf", "pdf"
    else:
        raise Http404
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{kits.name_of(found, kind)}.{end}"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def edit(request, pk: int):
    found = own_event(request, pk)
    form = EventForm(request.POST or None, instance=found, chosen=found.integrated)
    if request.method == "POST" and form.is_valid():
        seasons.change_event(event=form.save(commit=False), actor=request.user, terms=form.terms)
        messages.success(request, _("Saved."))
        return redirect("events:kit", pk)
    return form_page(request, found.title, form, reverse("events:kit", args=[pk]), found.commune)


@login_required
@require_POST
def take_offers(request, pk: int):
    found = own_event(request, pk)
    seasons.take_offers(event=found, actor=request.user, names=request.POST.getlist("name"))
    messages.success(request, _("Done. What you did not tick stays as you wrote it."))
    return redirect("events:kit", pk)


@login_required
@require_POST
def publish(request, pk: int):
    found = own_event(request, pk)
    try:
        seasons.publish_event(event=found, actor=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The event is published."))
    return redirect("events:kit", pk)


@login_required
@require_POST
def set_status(request, pk: int):
    found = own_event(request, pk)
    form = StatusForm(request.POST)
    if form.is_valid():
        try:
            seasons.set_status(event=found, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("note", str(refusal))
        else:
            messages.success(request, _("Saved. It stands on top of the page and in the calendars that follow it."))
            return redirect("events:kit", pk)
    return form_page(request, found.title, form, reverse("events:kit", args=[pk]), found.commune)
