"""The coverage board and its spreadsheet, for those who look after an area."""

from dataclasses import replace
from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.broadcast.proofs import DELETE, SEE
from campaigns.models import Airing, MissedBroadcast, Proof
from core.sheets import xlsx_answer
from people.permissions import areas_for, may
from places.models import AdministrativeUnit
from reports.coverage import WHOLE, Tile, board, communes_on, summed_board
from reports.forms import CoverageForm
from reports.kept import kept
from reports.spreadsheet import coverage_xlsx, proof_words, words

# What stands behind the number of plays: how well it is shown that they were aired.
MARKS = {Proof.PHOTO: "▣", Proof.STATION: "▸", Proof.CLIP: "♪"}
PAGE = 40


def _asked(request):
    """(form, communes) for what the address asks, within the areas the reader looks after."""
    if not may(request.user, "reports.see_coverage"):
        raise PermissionDenied
    mine = areas_for(request.user, "reports.see_coverage")
    # A list of thousands of communes is no choice; whoever looks after a single one has nothing else to choose.
    above = mine.exclude(level=AdministrativeUnit.Level.COMMUNE)
    areas = above if above.exists() else mine
    form = CoverageForm(request.GET or {"on": f"{timezone.localdate()}"}, areas=areas.order_by("level", "name"))
    if not form.is_valid():
        raise Http404
    data = form.cleaned_data
    units = AdministrativeUnit.objects.within(data["area"]) if data["area"] else mine
    return form, communes_on(units, data["on"])


def _board(form, communes):
    """The board of these communes, all twelve months of all of them."""
    return board(communes=communes, on=form.cleaned_data["on"], language=form.cleaned_data["language"])


def _board_page(request, form, communes):
    """(board, page): large areas a page at a time, the sums always of the whole; page is None for small ones. Order and sums
    of a large area stand still for a minute, so that no commune slips from one page to another while somebody turns them."""
    if communes[WHOLE:].exists():
        data = form.cleaned_data
        on, language = data["on"], data["language"]
        whole = kept(
            f"sums:{language}", lambda: summed_board(communes=communes, on=on, language=language),
            area=data["area"], user=request.user, on=on,
        )  # fmt: skip
        page = Paginator(whole.order, PAGE).get_page(request.GET.get("page"))
        # Picked from what the reader may see now: the order may be of a minute ago.
        found = _board(form, communes.filter(pk__in=list(page)))
        return replace(found, totals=[whole.latest]), page
    return _board(form, communes), None


def _detail(tile: Tile, proofs: dict[int, str]) -> str:
    """What a tile's words add to its state: how often, in which languages and how well shown it aired, or why it could not."""
    if tile.plays:
        return f", {tile.plays}× ({', '.join(sorted(tile.languages))}), {proofs[tile.proof]}"
    return f", {tile.reason}" if tile.reason else ""


@login_required
def coverage(request):
    form, communes = _asked(request)
    found, page = _board_page(request, form, communes)
    labels, proofs = words(), proof_words()
    shapes = {"aired": ("done", "●"), "missed": ("over", "▲"), "overdue": ("over", "▲"), "due": ("due", "◐")}
    # Twelve hundred addresses of one shape are written, not looked up one by one.
    shape = reverse("reports:commune_month", args=[0, 2000, 1])
    rows = [
        {
            "label": row.commune.label,
            "tiles": [
                {
                    "state": shapes.get(tile.status, ("plain", "○"))[0],
                    "text": f"{tile.plays}{MARKS.get(tile.proof, '')}"
                    if tile.plays
                    else shapes.get(tile.status, ("plain", "○"))[1],
                    "label": f"{row.commune.label}: {labels[tile.status]}" + _detail(tile, proofs),
                    "url": shape.replace("0/2000-1", f"{row.commune.pk}/{tile.month.year}-{tile.month.month}"),
                }
                if tile.status != "none"
                else None
                for tile in row.tiles
            ],
        }
        for row in found.rows
    ]
    columns = [{"label": f"{month:%m/%y}", "long": f"{month:%m/%Y}"} for month in found.months]
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form, "board": found, "rows": rows, "columns": columns, "query": kept.urlencode(), "page": page,
        "marks": [(MARKS[level], proofs[level]) for level in MARKS], "may_delete": may(request.user, DELETE),
    }  # fmt: skip
    return render(request, "reports/coverage.html", context)


@login_required
def coverage_file(request):
    form, communes = _asked(request)
    found = _board(form, communes)
    return xlsx_answer(coverage_xlsx(found), f"phu-song-{found.on:%Y-%m-%d}")


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
        .prefetch_related("clusters", "proofs")
    )
    missed = MissedBroadcast.objects.filter(commune__in=family, month=first).select_related("operator")
    context = {"commune": commune, "month": first, "airings": airings, "missed": missed, "title": _("Broadcasts")}
    # The words for everybody who watches; the way to what was recorded only for roles that may look after it.
    context["may_see"] = may(request.user, SEE)
    return render(request, "reports/commune_month.html", context)
