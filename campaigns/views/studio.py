"""The studio: a native speaker records a version segment by segment, on a phone, in the browser.

The sounds arrive through the same doors as files do (media uploads, campaigns.cms.recording.add_recording).
"""

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns import scripts, versions
from campaigns.cms.recording import for_page
from campaigns.cms.version_pages import attempt, find_version
from campaigns.models import BulletinVersion
from core.templatetags.look import sentences
from media.audio import describe

# What the first verdict in the browser can find (static/js/verdict.js).
VERDICTS = (
    "silent", "quiet", "noisy", "some-noise", "clipped", "some-clipping", "short-for-script", "long-for-script",
)  # fmt: skip


@never_cache
@login_required
@require_safe
def studio(request, pk: int):
    """The only page of the platform that may use the microphone."""
    version = find_version(request, pk)
    if not attempt(lambda: versions.check_recordable(version=version, actor=request.user), request=request):
        return redirect("version_record", pk)
    lines = [line for line in scripts.lines(version) if line.segment.is_spoken]
    speed = version.language.words_per_minute
    segments = [
        {
            "id": str(line.segment.pk), "number": number, "kind": line.segment.get_kind_display(),
            "lang": version.language.tag if line.text else "vi", "sentences": sentences(line.text or line.segment.text),
            "seconds": scripts.reading_seconds(line.text or line.segment.text, speed),
        }
        for number, line in enumerate(lines, start=1)
    ]  # fmt: skip
    context = {
        "version": version,
        "segments": segments,
        "sounds": _sounds(version),
        "verdicts": _verdicts(),
        "words": studio_words(),
        "speed": speed,
        "untranslated": len(versions.missing_text(version)),
    }
    response = render(request, "campaigns/studio.html", context)
    response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)"
    return response


@never_cache
@require_safe
def sounds(request, pk: int):
    """{"sounds": {segment: {title, state, words}}}: what the server has of a version and what it thinks of it."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": "signed-out"}, status=401)
    return JsonResponse({"sounds": _sounds(find_version(request, pk))})


def _sounds(version: BulletinVersion) -> dict[str, dict]:
    found = {}
    for text in version.texts.select_related("recording").exclude(recording=None):
        shown = for_page(text.recording)
        words = [f"{message} {advice}" for message, advice, _severity in shown["findings"]] or [shown["reason"]]
        found[str(text.segment_id)] = {
            "title": text.recording.title, "state": text.recording.state, "words": [w for w in words if w],
        }  # fmt: skip
    return found


def _verdicts() -> dict[str, str]:
    known = {code: " ".join(map(str, describe(code))) for code in VERDICTS}
    return known | {"cut": _("The page was closed while this was spoken; what was said until then is here.")}


def studio_words() -> dict[str, str]:
    """What static/js/studio.js says; {braces} are filled in there."""
    return {
        "where": _("{n} of {all} · {kind} · about {time}"),
        "record": _("Record"),
        "stop": _("Stop"),
        "hold": _("Hold the text"),
        "goOn": _("Let the text go on"),
        "recording": _("Recording. Read calmly; the line to read is marked."),
        "stopped": _("Stopped and kept on this device. Listen, then use it or record again."),
        "take": _("Take {n} · {time}"),
        "best": _("this one is sent"),
        "good": _("sounds good"),
        "again": _("better record again"),
        "use": _("Use this take"),
        "remove": _("Delete this take"),
        "sure": _("Delete this take? It cannot be brought back."),
        "toRecord": _("not recorded yet"),
        "notChosen": _("choose a take"),
        "toSend": _("waiting to be sent"),
        "checking": _("being checked"),
        "usable": _("usable"),
        "notUsable": _("not usable"),
        "left": _("Segments without a usable sound: {n}"),
        "sending": _("Sending"),
        "waiting": _("No connection: goes on by itself when it is back."),
        "failed": _("This could not be sent. It is kept on this device; open the page again to go on."),
        "full": _("This device has no room left. Delete takes you do not need."),
        "fine": _("level is good"),
        "tooLoud": _("too loud: hold the phone further away"),
        "tooQuiet": _("quiet: come closer"),
        "refused": _(
            "The microphone is not allowed here. Tap the lock beside the address, allow the microphone, and tap Record again."
        ),
        "absent": _("No microphone was found. Plug one in, or open this page on a phone."),
        "inUse": _("Another app is using the microphone. Close calls and recorders, and tap Record again."),
        "insecure": _(
            "This browser gives no microphone here. Open the page with https in a newer browser, or send a file."
        ),
        "broken": _("The microphone did not start ({error}). Tap Record again, or send a file."),
    }
