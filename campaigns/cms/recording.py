"""Recording: sounds for each segment or one for the whole, their verdict in words, and handing over."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.broadcast import scripts, takes, versions
from campaigns.broadcast.bulletins import require_act
from campaigns.cms.forms import RecordingForm
from campaigns.cms.version_pages import attempt, find_version, frame
from campaigns.models import BulletinVersion, Segment
from core.cms import cms_page
from media.audio import describe
from media.models import Recording
from media.recordings import refusal, retry_recording
from media.uploads import store_whole


def for_page(recording: Recording | None) -> dict | None:
    """A recording with its verdict in words: {row, reason, findings [(message, advice, severity)]}."""
    if recording is None:
        return None
    found = [(*describe(item["code"]), item["severity"]) for item in recording.findings]
    return {"row": recording, "reason": refusal(recording), "findings": [f for f in found if f[0]]}


@cms_page
@require_safe
def record(request, pk: int):
    return _record_page(request, find_version(request, pk))


def _record_page(request, version: BulletinVersion, *, refused_in: int | None = None, form=None, status: int = 200):
    found = scripts.lines(version)
    speed = version.language.words_per_minute
    missing = {segment.pk for segment in versions.missing_recordings(version)}
    rows = [
        {
            "number": number,
            "field_id": f"f{line.segment.pk}", "segment": line.segment, "text": line.text or line.segment.text, "line": line,
            "lang": version.language.tag if line.text else "vi",
            "seconds": scripts.reading_seconds(line.text or line.segment.text, speed),
            "recording": for_page(line.row.recording if line.row else None),
            "missing": line.segment.pk in missing, "form": form if refused_in == line.segment.pk else None,
        }
        for number, line in enumerate(found, start=1)
        if line.segment.is_spoken
    ]  # fmt: skip
    sounds = [row["recording"] for row in rows] + [for_page(version.recording)]
    context = frame(request, version, "version_record") | {
        "rows": rows,
        "whole": for_page(version.recording),
        "whole_form": form if refused_in == 0 else None,
        "whole_stale": bool(version.recording_id) and bool(missing),
        "missing": len(missing),
        "untranslated": len(versions.missing_text(version)),
        "seconds": scripts.version_seconds(version, found),
        "waiting": any(sound and sound["row"].state == "waiting" for sound in sounds),
        "retry": any(sound and sound["row"].state == "refused" and not sound["findings"] for sound in sounds),
    }
    return render(request, "campaigns/cms/record.html", context, status=status)


def _segment(request, version: BulletinVersion) -> Segment | None:
    """The segment a form on the recording page is about; None is the whole."""
    value = request.POST.get("segment", "")
    if not value:
        return None
    return get_object_or_404(Segment, pk=value if value.isdecimal() else 0, bulletin=version.bulletin_id)


@cms_page
@require_POST
def add_recording(request, pk: int):
    """Takes a sound in for a segment or the whole; the check runs in a job and its verdict appears on the page."""
    version = find_version(request, pk)
    segment = _segment(request, version)
    form = RecordingForm(request.POST, request.FILES, user=request.user)
    # Asked before the file is looked at, so that nobody sends a long one for nothing.
    if not attempt(lambda: versions.check_recordable(version=version, actor=request.user), request=request):
        return _record_page(request, version, status=409)

    def take_in() -> None:
        upload = form.cleaned_data.get("arrived") or store_whole(owner=request.user, file=form.cleaned_data["file"])
        takes.take_in(version=version, segment=segment, upload=upload, actor=request.user)

    if form.is_valid() and attempt(take_in, form):
        messages.success(request, _("The sound has arrived and is being checked. The verdict appears here by itself."))
        place = f"#s{segment.pk}" if segment else ""
        return redirect(reverse("version_record", args=[pk]) + place)
    return _record_page(request, version, refused_in=segment.pk if segment else 0, form=form, status=409)


@cms_page
@require_POST
def recording_act(request, pk: int, name: str):
    """remove: takes a recording away. fits: says that it still fits the changed text. retry: has it checked again.
    finish: recording is finished."""
    version = find_version(request, pk)
    segment, user = _segment(request, version), request.user
    if segment is not None:
        row = version.texts.filter(segment=segment).first()
        there = row.recording if row else None
    else:
        there = version.recording
    done = {
        "remove": _("Taken away."), "fits": _("Checked: it still fits."), "retry": _("It is being checked again."),
        "finish": _("Recording is finished. The programme is being prepared for the native listener."),
    }[name]  # fmt: skip

    def run() -> None:
        if name == "finish":
            versions.finish_recording(version=version, actor=user)
        elif name == "fits" and segment is not None:
            versions.mark_checked(version=version, segment=segment, actor=user)
        elif name == "retry":
            require_act(user, "campaigns.record", version.bulletin)
            if there is not None:
                retry_recording(there)
        else:
            recording = there if name == "fits" else None
            versions.attach_recording(version=version, recording=recording, segment=segment, actor=user)

    if not attempt(run, request=request):
        return _record_page(request, find_version(request, pk), status=409)
    messages.success(request, done)
    return redirect("version_review" if name == "finish" else "version_record", pk)
