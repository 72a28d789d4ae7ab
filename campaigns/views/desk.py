"""The radio operator's desk: a month's bulletins, what to download, and what was aired."""

from datetime import date, datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.broadcast import airings, month, packs
from campaigns.broadcast.desk_forms import AiringForm, MissedForm, VoidForm
from campaigns.broadcast.printing import spoken
from campaigns.broadcast.stations import clusters_of
from campaigns.models import Airing, BulletinVersion, Length, MissedBroadcast
from campaigns.querysets import first_of_month
from campaigns.views.phone_words import phone_words
from core.errors import DomainError
from core.text import fold
from people.permissions import areas_for, may
from places.models import AdministrativeUnit


def my_communes(user) -> list[AdministrativeUnit]:
    """The communes a person logs airings for, as of today; at most the first 200 of them."""
    return list(areas_for(user, "campaigns.log_airing").communes().order_by("name")[:200])


def _chosen(request, communes: list[AdministrativeUnit]) -> AdministrativeUnit | None:
    """The commune of this visit: from the address, else the only or the first one."""
    wanted = request.GET.get("xa") or request.POST.get("xa")
    if not wanted:
        return communes[0] if communes else None
    found = [commune for commune in communes if str(commune.pk) == wanted]
    if not found:
        raise Http404
    return found[0]


def own_commune(request) -> AdministrativeUnit:
    """The commune an operator writes for; 404 where there is none, as in an area without communes today."""
    commune = _chosen(request, my_communes(request.user))
    if commune is None:
        raise Http404
    return commune


def _this_month() -> date:
    return first_of_month(timezone.localdate())


def month_asked(request) -> date:
    """The month asked for, `thang=2026-10`; this month without one. 404 for a month to come or for nonsense."""
    wanted = request.GET.get("thang") or request.POST.get("thang")
    if not wanted:
        return _this_month()
    try:
        found = datetime.strptime(wanted, "%Y-%m").date()
    except ValueError:
        raise Http404 from None
    if found > _this_month():
        raise Http404
    return found


def _address(commune: AdministrativeUnit, month_shown: date) -> str:
    """The desk of a commune and a month."""
    address = f"{reverse('campaigns:desk')}?xa={commune.pk}"
    if month_shown != _this_month():
        address += f"&thang={month_shown:%Y-%m}"
    return address


def airing_form(commune: AdministrativeUnit, version: BulletinVersion, data=None) -> AiringForm:
    """`version`: with the lengths it has (BulletinVersionQuerySet.with_lengths)."""
    family, bulletin_month = AdministrativeUnit.objects.family(commune), version.bulletin.month
    return AiringForm(
        data,
        clusters=clusters_of(family),
        formers=month.former_communes(commune, family, bulletin_month),
        past=bulletin_month < _this_month(),
        lengths=month.lengths(version),
    )


def _kept(request, response):
    """Strangers' pages may be kept a minute by whoever stands between (a withdrawal must be seen soon), others' by none."""
    if request.user.is_authenticated:
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, max_age=60)
    # Whose page this is: a phone keeps it for that person only (templates/campaigns/worker.js).
    response["Desk-Person"] = request.user.pk or ""
    return response


def desk(request):
    """Everyone sees what is released this month (or one before, `?thang=2026-10`); an operator sees their commune's month
    and logs it."""
    shown = month_asked(request)
    if request.user.is_authenticated and may(request.user, "campaigns.log_airing"):
        communes = my_communes(request.user)
        commune = _chosen(request, communes)
        if commune is not None:
            return _kept(request, render(request, "campaigns/desk.html", _operator_context(commune, communes, shown)))
    context: dict = _months(shown) | {"phone": phone_words()}
    query = request.GET.get("q", "").strip()[:80]
    if request.GET.get("xa", "").isdecimal():
        commune = get_object_or_404(AdministrativeUnit.objects.current().communes(), pk=request.GET["xa"])
        asked = month.offers(commune, shown)
        context |= {"commune": commune, "offers": asked, "packs": packs.downloads(asked, commune)}
    else:
        versions = [(v, month.renditions(v)) for v in month.released_versions(shown)]
        context |= {"versions": versions}
        if query:
            units = AdministrativeUnit.objects.current().communes()
            context["found"] = list(units.filter(search_key__contains=fold(query)).order_by("name")[:20])
    return _kept(request, render(request, "campaigns/desk_public.html", context | {"query": query}))


def _months(shown: date) -> dict:
    """The month shown and the ways to its neighbours, for templates."""
    current = _this_month()
    later = first_of_month(month.month_end(shown) + timedelta(days=1))
    return {
        "month": shown,
        "is_past": shown < current,
        "earlier": first_of_month(shown - timedelta(days=1)),
        "later": later if later <= current else None,
    }


def _operator_context(commune, communes, shown) -> dict:
    family = AdministrativeUnit.objects.family(commune)
    months = _months(shown)
    with_all = {
        "clusters": clusters_of(family),
        "formers": month.former_communes(commune, family, shown),
        "past": months["is_past"],
    }
    asked = month.offers(commune, shown, family)
    offers = [
        (
            bulletin,
            [
                (one, one.version and AiringForm(**with_all, lengths=month.lengths(one.version), suffix=one.version.pk))
                for one in offered
            ],
        )
        for bulletin, offered in asked
    ]
    logged = list(
        Airing.objects.filter(commune__in=family).aired_in(shown).select_related("version__language", "commune")
    )
    missed = MissedBroadcast.objects.filter(commune__in=family, month=shown).first()
    aired = any(airing.voided_at is None for airing in logged)
    state = month.status(aired=aired, missed=missed is not None, month=shown)
    chips = {
        "aired": ("done", _("aired this month")), "missed": ("over", _("could not air")),
        "overdue": ("over", _("overdue")), "due": ("due", _("air before the month ends")),
        "open": ("plain", _("not aired yet")), "idle": ("plain", _("no bulletin this month")),
    }  # fmt: skip
    # Nobody is late with what was never asked.
    if not asked and state in ("due", "overdue"):
        state = "idle"
    return months | {
        "phone": phone_words(),
        "commune": commune,
        "communes": communes,
        "offers": offers,
        "packs": packs.downloads(asked, commune),
        "airings": logged[:10],
        "state": chips[state][0],
        "state_label": chips[state][1],
        "missed": missed,
        "missed_form": MissedForm(),
    }


def version_page(request, pk: int):
    """A released version: listen, download, read aloud; an operator logs it here."""
    version = get_object_or_404(
        BulletinVersion.objects.released().select_related("bulletin__hotline", "language", "programme"), pk=pk
    )
    version = month.released_versions(version.bulletin.month).get(pk=pk)
    month.read_shorter([version])
    context = {"version": version, "renditions": month.renditions(version), "script": spoken(version)}
    context["shorter"] = month.shorter(version)
    context["phone"] = phone_words()
    if request.user.is_authenticated and may(request.user, "campaigns.log_airing"):
        commune = _chosen(request, my_communes(request.user))
        if commune is not None:
            context |= {"commune": commune, "form": airing_form(commune, version)}
            context["packs"] = packs.downloads(month.offers(commune, version.bulletin.month), commune)
    return _kept(request, render(request, "campaigns/version.html", context))


@login_required
@require_POST
def log(request, pk: int):
    """Records an airing; a refusal comes back with the form as it was filled in."""
    if not may(request.user, "campaigns.log_airing"):
        raise PermissionDenied
    # Withdrawn ones too, to say so; what was never released is nobody's to know of.
    versions = BulletinVersion.objects.with_lengths().filter(state=BulletinVersion.State.RELEASED)
    version = get_object_or_404(versions.select_related("bulletin__hotline", "programme", "language"), pk=pk)
    commune = own_commune(request)
    form = airing_form(commune, version, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            airing = airings.log_airing(
                operator=request.user, version=version, commune=data.get("former") or commune, aired_at=data["aired_at"],
                plays=data["plays"], client_uuid=data["client_uuid"], clusters=data.get("clusters", []),
                cut=data.get("cut", Length.FULL),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Recorded: %(commune)s, %(plays)s times, %(minutes)s minutes.")
                % {"commune": airing.commune, "plays": airing.plays, "minutes": number_format(airing.minutes)},
            )
            return redirect(_address(commune, version.bulletin.month))
    context = {"version": version, "commune": commune, "form": form, "script": spoken(version)}
    return render(request, "campaigns/version.html", context, status=409)


@login_required
@require_POST
def missed(request):
    if not may(request.user, "campaigns.log_airing"):
        raise PermissionDenied
    commune = own_commune(request)
    communes = my_communes(request.user)
    shown = month_asked(request)
    form = MissedForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            airings.report_missed(
                operator=request.user, commune=commune, month=shown, reason=data["reason"], note=data["note"],
                client_uuid=data["client_uuid"],
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. The reason is recorded; someone will see to it."))
            return redirect(_address(commune, shown))
    context = _operator_context(commune, communes, shown) | {"missed_form": form}
    return render(request, "campaigns/desk.html", context, status=409)


@login_required
def history(request):
    """Everything logged in my area, newest first; voided records stay readable with their reason."""
    if not may(request.user, "campaigns.see_airings"):
        raise PermissionDenied
    mine = Airing.objects.visible_to(request.user)
    months = list(mine.dates("aired_on", "month", order="DESC"))
    chosen = next((one for one in months if f"{one:%Y-%m}" == request.GET.get("thang")), None)
    rows = (mine.aired_in(chosen) if chosen else mine).select_related(
        "commune", "operator", "station_key__station", "voided_by", "version__language", "version__bulletin"
    )
    page = Paginator(rows, 30).get_page(request.GET.get("page"))
    context = {"page": page, "months": months, "chosen": chosen, "may_void": may(request.user, "campaigns.log_airing")}
    context["may_see"] = may(request.user, "campaigns.see_proofs")
    return render(request, "campaigns/history.html", context)


@login_required
def void(request, pk: int):
    airing = get_object_or_404(Airing.objects.visible_to(request.user).select_related("commune", "version"), pk=pk)
    if not may(request.user, "campaigns.log_airing", airing.commune):
        raise PermissionDenied
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        airings.void_airing(airing=airing, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The record no longer counts. It stays readable with its reason."))
        return redirect("campaigns:history")
    return render(request, "campaigns/void.html", {"airing": airing, "form": form})
