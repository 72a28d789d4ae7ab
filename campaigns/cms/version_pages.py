"""What every page of a version shares, its overview, and how its sounds are coming along.

Each act is a POST that calls one function of campaigns.broadcast.versions; a refusal comes back as a sentence (409) with
everything that was typed.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.broadcast import cuts, scripts, versions
from campaigns.broadcast.drafts import draft_of
from campaigns.cms.forms import DetailsForm
from campaigns.cms.preview import preview_of
from campaigns.cms.steps import chip, steps, whose_turn
from campaigns.cms.workbench import script_problem, trail
from campaigns.models import BulletinVersion
from core.cms import cms_page
from core.errors import DomainError
from media.models import Recording

State = BulletinVersion.State


def find_version(request, pk: int) -> BulletinVersion:
    rows = BulletinVersion.objects.visible_to(request.user).select_related(
        "bulletin__hotline", "bulletin__area", "bulletin__author", "language", "programme", "recording", "translator",
        "reviewer", "approver",
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)


def frame(request, version: BulletinVersion, page: str) -> dict:
    """What every page of a version shows: where it stands, whose turn it is, its other pages."""
    events = list(version.events.select_related("actor").order_by("-at", "-pk"))
    tabs = [
        ("version_workbench", _("Overview")), ("version_translate", _("Translation")),
        ("version_record", _("Recording")), ("version_review", _("Native review")), ("version_approve", _("Approval")),
    ]  # fmt: skip
    if scripts.is_source(version):
        tabs = [tab for tab in tabs if tab[0] != "version_translate"]
    return {
        "version": version,
        "bulletin": version.bulletin,
        "language": version.language,
        "source": scripts.is_source(version),
        "breadcrumbs_items": trail(
            version.bulletin,
            {"url": reverse("version_workbench", args=[version.pk]), "label": version.language.label},
        ),
        "header_title": f"{version.bulletin.title} · {version.language.label}",
        "header_icon": "doc-full",
        "tabs": [
            {"url": reverse(name, args=[version.pk]), "label": label, "current": name == page} for name, label in tabs
        ],
        "chip": chip(version),
        "turn": whose_turn(version),
        "steps": steps(version, events),
        "events": events,
        "may": versions.may_move(request.user, version),
        "problem": script_problem(version.bulletin),
        "refused": next((e for e in events if e.act == "refused"), None) if version.state == State.APPROVED else None,
    }


def attempt(act: Callable[[], object], form=None, request=None) -> bool:
    """Runs an act; True when it was done. The refusal goes to the form, or to the page's messages."""
    try:
        act()
    except DomainError as refusal:
        if form is not None:
            form.add_error(None, str(refusal))
        else:
            messages.error(request, str(refusal))
        return False
    return True


@cms_page
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request, pk: int):
    """Where the version stands; its credits; its history. POST changes the credits."""
    version = find_version(request, pk)
    form = DetailsForm(request.POST or None, initial={"credits": version.credits, "audio_only": version.audio_only})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = attempt(
            lambda: versions.describe_version(
                version=version, credits=data["credits"], audio_only=data["audio_only"], actor=request.user
            ),
            form,
        )
        if done:
            messages.success(request, _("Saved."))
            return redirect("version_workbench", pk)
    context = frame(request, version, "version_workbench") | {
        "form": form,
        "seconds": scripts.version_seconds(version),
        "shorter": cuts.plans(version),
        "draft": draft_of(version),
        "preview": preview_of(version),
    }
    return render(request, "campaigns/cms/version.html", context, status=409 if form.is_bound else 200)


@cms_page
@require_safe
def progress(request, pk: int):
    """{"waiting": bool}: is any sound of this version still being worked on? Pages ask it and show themselves anew."""
    version = find_version(request, pk)
    waiting = Recording.objects.filter(pk=version.recording_id or 0, state="waiting").exists()
    waiting = waiting or version.texts.filter(recording__state="waiting").exists()
    if not waiting and version.programme:
        waiting = cuts.sound_state(version)[0] == "waiting" or preview_of(version)["state"] == "waiting"
    draft = draft_of(version)
    waiting = waiting or (draft is not None and draft["state"] == "waiting")
    return JsonResponse({"waiting": waiting})
