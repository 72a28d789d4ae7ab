"""The coverage board and its spreadsheet, for those who look after an area."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Airing, MissedBroadcast
from people.permissions import areas_for, may
from places.models import AdministrativeUnit
from reports.coverage import Tile, board, communes_on
from reports.forms import CoverageForm
from reports.spreadsheet import coverage_xlsx, words


def _board(request):
    """(form, board) for what the address asks, within the areas the reader looks after."""
    if not may(request.user, "reports.see_coverage"):
        raise PermissionDenied
    mine = areas_for(request.user, "reports.see_coverage")
    form = CoverageForm(request.GET or {"on": f"{timezone.localdate()}"}, areas=mine.order_by("level", "name"))
    if not form.is_valid():
        raise Http404
    data = form.cleaned_data
    units = AdministrativeUnit.objects.within(data["area"]) if data["area"] else mine
    communes = communes_on(units, data["on"])
    return form, board(communes=communes, on=data["on"], language=data["language"])


def _detail(tile: Tile) -> str:
    """What a tile's words add to its state: how often and in which languages it aired, or why it could not."""
    if tile.plays:
        return f", {tile.plays}× ({', '.join(sorted(tile.languages))})"
    return f", {tile.reason}" if tile.reason else ""


@login_required
def coverage(request):
    form, found = _board(request)
    labels = words()
    shapes = {"aired": ("done", "●"), "missed": ("over", "▲"), "overdue": ("over", "▲"), "due": ("due", "◐")}
    rows = [
        {
            "commune": row.commune,
            "tiles": [
                {
                    "month": tile.month,
                    "state": shapes.get(tile.status, ("plain", "○"))[0],
                    "text": tile.plays or shapes.get(tile.status, ("plain", "○"))[1],
                    "label": f"{row.commune.label}, {tile.month:%m/%Y}: {labels[tile.status]}" + _detail(tile),
                    "known": tile.status != "none",
                }
                for tile in row.tiles
            ],
        }
        for row in found.rows
    ]
    return render(
        request, "reports/coverage.html", {"form": form, "board": found, "rows": rows, "query": request.GET.urlencode()}
    )


@login_required
def coverage_file(request):
    _form, found = _board(request)
    response = HttpResponse(
        coverage_xlsx(found), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="phu-song-{found.on:%Y-%m-%d}.xlsx"'
    return response


@login_required
def commune_month(request, pk: int, year: int, month: int):
    """What a commune aired in a month, record by record."""
    if not may(request.user, "reports.see_coverage"):
        raise PermissionDenied
    # Boards of an earlier day also name communes that have merged since.
    commune = AdministrativeUnit.objects.communes().filter(pk=pk).first()
    if (
        commune is None
        or not may(request.user, "reports.see_coverage", commune)
        or not 1 <= month <= 12
        or not 2000 <= year <= 2100
    ):
        raise Http404
    first = date(year, month, 1)
    family = AdministrativeUnit.objects.filter(pk=commune.pk).ancestry()[commune.pk]
    airings = (
        Airing.objects.filter(commune__in=family)
        .aired_in(first)
        .select_related("version__language", "version__bulletin", "operator", "station_key__station", "commune")
        .prefetch_related("clusters")
    )
    missed = MissedBroadcast.objects.filter(commune__in=family, month=first).select_related("operator")
    context = {"commune": commune, "month": first, "airings": airings, "missed": missed, "title": _("Broadcasts")}
    return render(request, "reports/commune_month.html", context)
