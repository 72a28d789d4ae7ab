"""Recordings: taken in by content, measured by a job, and judged in words a person understands."""

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from media import jobs
from media.audio import AudioRefused, describe, judge, measure, probe
from media.models import Recording, Upload
from media.storage import absolute, keep, sha256_of
from media.uploads import part_path, remove_upload
from media.voices import is_draft


def _place(sha256: str) -> str:
    return f"recordings/{sha256[:2]}/{sha256}"


@transaction.atomic
def receive_recording(
    *, owner, title: str, upload: Upload, kind: str = "speech", expected_seconds: float | None = None
) -> Recording:
    """Takes a finished upload in as a recording and has it checked. The upload's row and part are gone afterwards."""
    upload = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if upload is None or upload.state != Upload.State.COMPLETE:
        raise DomainError(gettext_lazy("The file has not arrived whole yet."))
    recording = _take_in(part_path(upload), upload.sha256, upload.size, owner, title, kind, expected_seconds, link=True)
    recording.sent_as = upload.pk
    recording.save(update_fields=["sent_as"])
    remove_upload(upload)
    return recording


@transaction.atomic
def receive_file(
    *, path: Path, title: str, owner=None, kind: str = "speech", expected_seconds: float | None = None,
    is_synthetic: bool = False,
) -> Recording:  # fmt: skip
    """The same for a file that is on this machine already (demo data, commands). The file stays where it is."""
    recording = _take_in(path, sha256_of(path), path.stat().st_size, owner, title, kind, expected_seconds)
    if is_synthetic:
        recording.is_synthetic = True
        recording.save(update_fields=["is_synthetic"])
    return recording


def _take_in(path, sha256, size, owner, title, kind, expected_seconds, *, link=False) -> Recording:
    if is_draft(path):
        raise DomainError(
            gettext_lazy("This is a draft read by a machine. Only people speak in a broadcast: record it.")
        )
    keep(path, absolute(_place(sha256)), link=link)
    recording = Recording.objects.create(
        kind=kind, title=title[:200], owner=owner, sha256=sha256, path=_place(sha256), size=size,
        expected_seconds=expected_seconds,
    )  # fmt: skip
    jobs.enqueue("analyse", str(recording.pk), {"recording": recording.pk})
    return recording


def _failed(args: dict, reason: str) -> None:
    Recording.objects.filter(pk=args["recording"]).update(state=Recording.State.REFUSED, reason=reason)


def _waits_again(args: dict) -> bool:
    rows = Recording.objects.filter(pk=args["recording"], state=Recording.State.REFUSED)
    return rows.update(state=Recording.State.WAITING, reason="", findings=[]) > 0


@jobs.handles("analyse", on_failure=_failed, on_retry=_waits_again)
def analyse(args: dict):
    """Probes, measures and judges a recording."""
    recording = Recording.objects.get(pk=args["recording"])
    path = absolute(recording.path)
    try:
        found = probe(path)
        measured = measure(path)
    except AudioRefused as refusal:
        code, message = refusal.code, str(refusal)

        def refuse() -> None:
            Recording.objects.filter(pk=recording.pk).update(
                state=Recording.State.REFUSED,
                reason=message,
                findings=[{"code": code, "severity": "refuse"}],
            )

        return refuse
    findings = [] if recording.kind == Recording.Kind.MUSIC else judge(measured, recording.expected_seconds)
    refused = [f for f in findings if f.severity == "refuse"]

    def finish() -> None:
        Recording.objects.filter(pk=recording.pk).update(
            state=Recording.State.REFUSED if refused else Recording.State.READY,
            reason="",
            duration=measured.duration_s,
            codec=found.codec,
            sample_rate=found.sample_rate,
            channels=found.channels,
            measures=measured.as_dict(),
            findings=[{"code": f.code, "severity": f.severity} for f in findings],
            waveform=list(measured.waveform),
        )

    return finish


def refusal(recording: Recording) -> str:
    """Why a recording was refused and what to do, in the language of the moment; "" when it was not."""
    if recording.state != Recording.State.REFUSED:
        return ""
    said = [describe(found["code"]) for found in recording.findings if found["severity"] == "refuse"]
    return " ".join(f"{message} {advice}" for message, advice in said if message) or jobs.in_words(recording.reason)


@transaction.atomic
def retry_recording(recording: Recording) -> None:
    """Has a refused recording checked again, whether the check broke or the sound was not good enough."""
    if _waits_again({"recording": recording.pk}):
        jobs.retry_job(jobs.enqueue("analyse", str(recording.pk), {"recording": recording.pk}))
