"""The loudspeaker register and the repair list of my area, on a phone."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.broadcast import repairs, station_keys, stations
from campaigns.broadcast.station_forms import ClusterForm, RepairForm, SlotForm, StationForm
from campaigns.models import BroadcastSlot, Repair, SpeakerCluster, Station, StationKey
from people.permissions import areas_for, may, require
from places.models import AdministrativeUnit

KEEP = "campaigns.keep_stations"


def _commune(request) -> AdministrativeUnit | None:
    """The commune of this visit: from the address, else the only one; None for whoever looks after several."""
    mine = areas_for(request.user, KEEP).communes()
    wanted = request.GET.get("xa", "") or request.POST.get("xa", "")
    if wanted:
        if not wanted.isdecimal():
            raise Http404
        return get_object_or_404(mine, pk=wanted)
    few = list(mine[:2])
    return few[0] if len(few) == 1 else None


def _kept_by(user):
    """Stations the person may change, also those of communes that have since merged."""
    return Station.objects.filter(commune__in=set().union(*areas_for(user, KEEP).ancestry().values()))


def _home(unit: AdministrativeUnit, user) -> AdministrativeUnit:
    """The commune of today, in the person's area, that a station's commune has become."""
    today = AdministrativeUnit.objects.filter(pk=unit.pk).successors()
    return today.filter(pk__in=areas_for(user, KEEP).values("pk")).order_by("name").first() or unit


def _address(commune: AdministrativeUnit) -> str:
    return f"{reverse('campaigns:stations')}?xa={commune.pk}"


@login_required
@require_GET
def register(request):
    """One commune's loudspeakers, or the list of communes for whoever looks after several."""
    require(request.user, KEEP)
    commune = _commune(request)
    if commune is None:
        lines = stations.overview(areas_for(request.user, KEEP).communes())
        page = Paginator(lines, 100).get_page(request.GET.get("page"))
        return render(request, "campaigns/stations_overview.html", {"page": page})
    several = areas_for(request.user, KEEP).communes()[:2].count() > 1
    context = {"commune": commune, "register": stations.register_of(commune), "several": several}
    return render(request, "campaigns/stations.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def station(request, pk: int | None = None):
    """Enters a station (`?xa=` its commune) or changes one."""
    require(request.user, KEEP)
    if pk is None:
        commune = _commune(request)
        if commune is None:
            raise Http404
        row = Station(commune=commune)
    else:
        row = get_object_or_404(_kept_by(request.user).select_related("commune"), pk=pk)
        commune = _home(row.commune, request.user)
    form = StationForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        stations.save_station(actor=request.user, station=form.save(commit=False))
        messages.success(request, _("Saved."))
        return redirect(_address(commune))
    context = {
        "form": form,
        "commune": commune,
        "back": _address(commune),
        "title": row.name if pk else _("New station"),
    }
    return render(request, "campaigns/station_form.html", context, status=409 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def cluster(request, station_pk: int | None = None, pk: int | None = None):
    """Enters a cluster of a station, or changes one."""
    require(request.user, KEEP)
    mine = _kept_by(request.user).select_related("commune")
    if pk is None:
        row = SpeakerCluster(station=get_object_or_404(mine, pk=station_pk))
    else:
        row = get_object_or_404(
            SpeakerCluster.objects.filter(station__in=mine).select_related("station__commune"), pk=pk
        )
    commune = _home(row.station.commune, request.user)
    aired = bool(pk) and row.airings.exists()
    form = ClusterForm(request.POST or None, instance=row, commune=commune, aired=aired)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        stations.save_cluster(
            actor=request.user, cluster=form.save(commit=False), settlements=list(data.get("settlements", [])),
            correction=data.get("correction", False),
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect(_address(commune))
    title = _("New cluster of %(station)s") % {"station": row.station} if pk is None else row.name
    context = {"form": form, "commune": commune, "back": _address(commune), "title": title, "is_cluster": True}
    return render(request, "campaigns/station_form.html", context, status=409 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def new_slot(request, station_pk: int):
    """Enters an hour of the week in which a station broadcasts."""
    require(request.user, KEEP)
    row = BroadcastSlot(station=get_object_or_404(_kept_by(request.user).select_related("commune"), pk=station_pk))
    commune = _home(row.station.commune, request.user)
    form = SlotForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        stations.save_slot(actor=request.user, slot=form.save(commit=False))
        messages.success(request, _("Saved."))
        return redirect(_address(commune))
    title = _("Broadcast hour of %(station)s") % {"station": row.station}
    context = {"form": form, "commune": commune, "back": _address(commune), "title": title}
    return render(request, "campaigns/station_form.html", context, status=409 if form.is_bound else 200)


@login_required
@require_POST
def delete_slot(request, pk: int):
    require(request.user, KEEP)
    rows = BroadcastSlot.objects.filter(station__in=_kept_by(request.user)).select_related("station__commune")
    row = get_object_or_404(rows, pk=pk)
    commune = _home(row.station.commune, request.user)
    stations.delete_slot(actor=request.user, slot=row)
    messages.success(request, _("This hour is gone from the calendar."))
    return redirect(_address(commune))


@login_required
@require_http_methods(["GET", "POST"])
def new_repair(request):
    """Says what is broken in a commune (`?xa=`)."""
    require(request.user, KEEP)
    commune = _commune(request)
    if commune is None:
        raise Http404
    family = AdministrativeUnit.objects.family(commune)
    form = RepairForm(
        request.POST or None,
        stations=list(Station.objects.filter(commune__in=family, is_active=True).order_by("name")),
        clusters=stations.clusters_of(family),
        initial={"where": request.GET.get("loa", "")},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        repairs.open_repair(
            actor=request.user, commune=commune, station=data["station"], cluster=data["cluster"],
            reason=data["reason"], note=data["note"], client_uuid=data["client_uuid"],
        )  # fmt: skip
        messages.success(request, _("It is on the repair list. Mark it as mended when it works again."))
        return redirect(_address(commune))
    context = {"form": form, "commune": commune, "back": _address(commune), "title": _("Report a fault")}
    return render(request, "campaigns/station_form.html", context, status=409 if form.is_bound else 200)


@login_required
@require_GET
def repair_list(request):
    """What waits for a repair in my area, the oldest first; `?cu=1`: what has been mended."""
    if not may(request.user, "campaigns.see_airings"):
        raise PermissionDenied
    ended = request.GET.get("cu") == "1"
    rows = Repair.objects.visible_to(request.user)
    rows = rows.exclude(closed_at=None).order_by("-closed_at") if ended else rows.open()
    rows = rows.select_related("commune", "station", "cluster", "opened_by", "closed_by")
    context = {
        "page": Paginator(rows, 50).get_page(request.GET.get("page")),
        "ended": ended,
        "may_close": may(request.user, KEEP),
    }
    return render(request, "campaigns/repairs.html", context)


@login_required
@require_POST
def close_repair(request, pk: int):
    repair = get_object_or_404(Repair.objects.visible_to(request.user).select_related("commune"), pk=pk)
    repairs.close_repair(repair=repair, actor=request.user)
    messages.success(request, _("Mended. The line is kept under “What has been mended”."))
    return redirect("campaigns:repairs")


@login_required
@require_http_methods(["GET", "POST"])
def keys(request, station_pk: int):
    """The keys of a station's smart loudspeakers. Posting makes one, or replaces one (`key`); it is shown this once."""
    require(request.user, KEEP)
    row = get_object_or_404(_kept_by(request.user).select_related("commune"), pk=station_pk)
    commune, shown = _home(row.commune, request.user), ""
    if request.method == "POST":
        wanted = request.POST.get("key", "")
        if wanted:
            old = get_object_or_404(row.keys, pk=wanted if wanted.isdecimal() else 0)
            _key, shown = station_keys.rotate_key(actor=request.user, key=old)
        else:
            _key, shown = station_keys.make_key(actor=request.user, station=row)
    found = [(key, key.is_valid()) for key in row.keys.select_related("made_by", "revoked_by")]
    context = {"station": row, "keys": found, "shown": shown, "back": _address(commune), "commune": commune}
    response = render(request, "campaigns/station_keys.html", context)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def revoke_key(request, pk: int):
    require(request.user, KEEP)
    rows = StationKey.objects.filter(station__in=_kept_by(request.user)).select_related("station__commune")
    key = get_object_or_404(rows, pk=pk)
    station_keys.revoke_key(actor=request.user, key=key)
    messages.success(request, _("The key no longer works."))
    return redirect("campaigns:keys", key.station_id)
