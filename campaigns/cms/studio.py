"""The studio: a native speaker records a version segment by segment, on a phone, in the browser.

The only page of the platform that may use the microphone; it has an address of its own, where the strict content security
policy holds. A take lies in the browser until the server has found it usable (static/js/studio); it arrives through the same
doors as files do.
"""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from campaigns.broadcast import scripts, takes, versions
from campaigns.cms.recording import for_page
from campaigns.cms.studio_words import studio_words, verdict_words
from campaigns.cms.version_pages import attempt, find_version
from campaigns.models import BulletinVersion, Segment
from core.errors import DomainError
from core.templatetags.look import sentences

_POLICY = "geolocation=(), microphone=(self)"
_MODULES = ("takes", "verdict", "microphone", "meter", "prompter", "delivery")


@never_cache
@login_required
@require_safe
def studio(request, pk: int):
    version = find_version(request, pk)
    if not attempt(lambda: versions.check_recordable(version=version, actor=request.user), request=request):
        return redirect("version_record", pk)
    context = {
        "version": version,
        "segments": _segments(version),
        "sounds": _sounds(version),
        "verdicts": verdict_words(),
        "words": studio_words(),
        "modules": {name: static(f"js/studio/{name}.js") for name in _MODULES} | {"upload": static("js/upload.js")},
        "speed": version.language.words_per_minute,
        "untranslated": len(versions.missing_text(version)),
    }
    response = render(request, "campaigns/studio.html", context)
    response["Permissions-Policy"] = _POLICY
    return response


@never_cache
@require_safe
def sounds(request, pk: int):
    """{"sounds": {segment: …}, "person", "csrf"}: what the server has of a version and what it thinks of it.

    `csrf` because signing in again, in another tab, makes the page's own token void.
    """
    if not request.user.is_authenticated:
        return _signed_out()
    version = find_version(request, pk)
    return JsonResponse({"sounds": _sounds(version), "person": str(request.user.pk), "csrf": get_token(request)})


@never_cache
@require_POST
def take(request, pk: int):
    """segment, take (the id of its upload), digest (of the words it was read from). A refusal is 409 with its sentence."""
    if not request.user.is_authenticated:
        return _signed_out()
    version = find_version(request, pk)
    segment = request.POST.get("segment", "")
    found = get_object_or_404(
        Segment, pk=segment if segment.isdecimal() else 0, bulletin=version.bulletin_id, kind__in=Segment.SPOKEN
    )
    try:
        sent = uuid.UUID(request.POST.get("take", ""))
    except ValueError:
        return JsonResponse({"error": "bad-request", "message": "take"}, status=400)
    try:
        takes.receive_take(
            version=version, segment=found, take=sent, digest=request.POST.get("digest", ""), actor=request.user
        )
    except DomainError as refusal:
        return JsonResponse({"error": refusal.code, "message": str(refusal)}, status=409)
    return JsonResponse({"sounds": _sounds(version)})


def _signed_out() -> JsonResponse:
    return JsonResponse({"error": "signed-out"}, status=401)


def _segments(version: BulletinVersion) -> list[dict]:
    """What is to be spoken, one after the other; `seconds` by the language's reading speed."""
    spoken = [line for line in scripts.lines(version) if line.segment.is_spoken]
    return [
        {
            "id": str(line.segment.pk), "number": number, "kind": line.segment.get_kind_display(),
            "lang": version.language.tag if line.text else "vi", "sentences": sentences(takes.words_of(line)),
            "seconds": scripts.reading_seconds(takes.words_of(line), version.language.words_per_minute),
            "digest": takes.digest_of(line),
        }
        for number, line in enumerate(spoken, start=1)
    ]  # fmt: skip


def _sounds(version: BulletinVersion) -> dict[str, dict]:
    """Segment → {take, state, words, src} of the sound the server has for it."""
    found = {}
    for text in version.texts.select_related("recording").exclude(recording=None):
        row, shown = text.recording, for_page(text.recording)
        words = [f"{message} {advice}" for message, advice, _severity in shown["findings"]] or [shown["reason"]]
        found[str(text.segment_id)] = {
            "take": str(row.sent_as or ""), "state": row.state, "words": [w for w in words if w],
            "src": reverse("version_sound", args=[version.pk, row.pk]),
        }  # fmt: skip
    return found
