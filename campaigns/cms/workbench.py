"""The page of one bulletin: its versions and whose turn it is, its hotline, its history; opening, copying, withdrawing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.broadcast import bulletins, versions
from campaigns.broadcast.month import file_name
from campaigns.broadcast.printing import script_pdf, script_text
from campaigns.broadcast.scripts import check_script, playing_order, reading_seconds, script_of
from campaigns.cms.forms import ReasonForm, VersionForm
from campaigns.cms.steps import chip, page_of, whose_turn
from campaigns.models import Bulletin, BulletinVersion, VersionEvent
from core.cms import cms_page
from core.errors import DomainError


def home() -> dict:
    return {"url": reverse("wagtailadmin_home"), "label": _("Home")}


def trail(bulletin: Bulletin, *more: dict) -> list[dict]:
    """Breadcrumbs down to a bulletin, and further."""
    return [
        home(),
        {"url": reverse("bulletins:index"), "label": _("Bulletins")},
        {"url": reverse("bulletin_workbench", args=[bulletin.pk]), "label": bulletin.title},
        *more,
    ]


def find_bulletin(request, pk: int) -> Bulletin:
    rows = Bulletin.objects.visible_to(request.user).select_related(
        "hotline", "area", "author", "withdrawn_by", "campaign"
    )
    return get_object_or_404(rows, pk=pk)


def script_problem(bulletin: Bulletin) -> str:
    """What the script still lacks before it can be recorded, in one sentence, or ""."""
    try:
        check_script(script_of(bulletin))
    except DomainError as refusal:
        return str(refusal)
    return ""


@cms_page
@require_safe
def bulletin(request, pk: int):
    return _page(request, find_bulletin(request, pk))


def _page(request, found: Bulletin, *, form=None, reason=None, status: int = 200):
    user = request.user
    rows = list(found.versions.select_related("language", "translator", "reviewer", "approver"))
    for version in rows:
        version.bulletin = found
    events = VersionEvent.objects.filter(version__bulletin=found).select_related("actor", "version__language")
    vietnamese = next((v for v in rows if v.language.tag == "vi"), None)
    script = playing_order(script_of(found))
    speed = vietnamese.language.words_per_minute if vietnamese else 180
    open_work = not found.withdrawn_at
    adds = open_work and bulletins.may_act(user, "campaigns.translate", found)
    form = form or VersionForm(bulletin=found)
    context = {
        "bulletin": found,
        "breadcrumbs_items": trail(found),
        "header_title": found.title,
        "header_icon": "doc-full",
        "versions": [
            {"version": v, "chip": chip(v), "turn": whose_turn(v), "url": page_of(v)}
            for v in sorted(rows, key=lambda v: (v.language.position, v.pk))
        ],
        "script": [{"segment": s, "seconds": reading_seconds(s.text, speed) if s.is_spoken else None} for s in script],
        "problem": script_problem(found),
        "on_air": any(v.state == BulletinVersion.State.RELEASED for v in rows),
        "communes": list(found.audience.order_by("name")),
        "events": list(events.order_by("-at", "-pk")[:60]),
        "hotline_fresh": found.hotline.is_fresh(),
        "may_write": open_work and bulletins.may_act(user, "campaigns.write_bulletin", found),
        "may_copy": bulletins.may_act(user, "campaigns.write_bulletin", found),
        "may_withdraw": open_work and bulletins.may_act(user, "campaigns.withdraw", found),
        "form": form if adds and form.fields["language"].queryset.exists() else None,
        "reason": reason or ReasonForm(auto_id="withdraw_%s"),
    }
    return render(request, "campaigns/cms/bulletin.html", context, status=status)


def _require(request, act: str, found: Bulletin) -> None:
    if not bulletins.may_act(request.user, act, found):
        raise PermissionDenied


@cms_page
@require_POST
def add_version(request, pk: int):
    found = find_bulletin(request, pk)
    _require(request, "campaigns.translate", found)
    form = VersionForm(request.POST, bulletin=found)
    if not form.is_valid():
        return _page(request, found, form=form, status=409)
    data = form.cleaned_data
    try:
        made = versions.create_version(
            bulletin=found, language=data["language"], actor=request.user, credits=data["credits"]
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form=form, status=409)
    messages.success(request, _("The version in %(language)s is open.") % {"language": made.language.label})
    return redirect(page_of(made))


@cms_page
@require_POST
def withdraw(request, pk: int):
    found = find_bulletin(request, pk)
    _require(request, "campaigns.withdraw", found)
    form = ReasonForm(request.POST, auto_id="withdraw_%s")
    if not form.is_valid():
        return _page(request, found, reason=form, status=409)
    bulletins.withdraw_bulletin(bulletin=found, actor=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("Withdrawn. It is off every desk from this moment."))
    return redirect("bulletin_workbench", pk)


@cms_page
@require_POST
def copy(request, pk: int):
    made = bulletins.copy_bulletin(bulletin=find_bulletin(request, pk), actor=request.user)
    messages.success(request, _("This is the copy. Choose its month and change what has to be changed."))
    return redirect("bulletins:edit", made.pk)


@cms_page
@require_safe
def script_file(request, pk: int, kind: str):
    """The script of a version as it stands, on paper or as text: for translators and voices, before any release."""
    rows = BulletinVersion.objects.visible_to(request.user).select_related(
        "bulletin__hotline", "bulletin__area", "language"
    )
    version = get_object_or_404(rows, pk=pk)
    if kind not in ("pdf", "txt"):
        raise Http404
    if kind == "pdf":
        response = HttpResponse(script_pdf(version), content_type="application/pdf")
    else:
        response = HttpResponse(script_text(version), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(version, "." + kind)}"'
    return response
