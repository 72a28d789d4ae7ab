"""Programmes: an ordered list of parts, rendered once per profile and kept by content."""

import hashlib
import json
from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from media import jobs
from media.audio import PREVIEWS, PROFILES, Levels, Pause, Sound, content_key, render, render_preview
from media.models import Programme, Recording, Rendition
from media.storage import absolute, install, workdir

# What listeners and stations can download; `master` is kept, not offered.
PUBLIC_PROFILES = ("horn", "horn-small", "phone", "phone-aac")
# What a voice on a page is made into: for listening on a phone, and an MP3 to take away.
LISTENING_PROFILES = ("phone", "phone-aac", "horn-small")


def _key(parts: list[dict]) -> str:
    """sha256 of the parts' canonical form: what is in the sounds, not where they lie or what else is said of them."""
    bare = [{k: part[k] for k in ("type", "sha256", "seconds") if k in part} for part in parts]
    return hashlib.sha256(json.dumps(bare, sort_keys=True).encode()).hexdigest()


def _sounds(parts: list[dict], levels: dict[str, Levels] | None = None) -> list:
    known = levels or {}
    return [
        Pause(part["seconds"])
        if part["type"] == "pause"
        else Sound(absolute(part["path"]), part["sha256"], part["type"] == "music", known.get(part["sha256"]))
        for part in parts
    ]


def _levels(parts: list[dict]) -> dict[str, Levels]:
    """What was measured in the parts' recordings when they arrived, so that no rendition reads them for it again."""
    wanted = {part["sha256"] for part in parts if "sha256" in part}
    stored = Recording.objects.filter(sha256__in=wanted).order_by("pk").values_list("sha256", "measures")
    found = {sha256: Levels.stored(measures) for sha256, measures in stored}
    return {sha256: levels for sha256, levels in found.items() if levels}


@transaction.atomic
def request_programme(parts: list[dict], profiles: Iterable[str] = PROFILES) -> Programme:
    """The programme of these parts, with a rendition and a job for each profile; what exists already is used again."""
    programme, _created = Programme.objects.get_or_create(key=_key(parts), defaults={"parts": parts})
    for profile in profiles:
        _request(programme, profile)
    return programme


@transaction.atomic
def request_previews(programme: Programme) -> None:
    """Has the programme's beginning made as a village hears it, before and after processing; asked for by a tap."""
    for profile in PREVIEWS:
        _request(programme, profile)


def _request(programme: Programme, profile: str) -> None:
    key = content_key(_sounds(programme.parts), profile)
    rendition, created = Rendition.objects.get_or_create(key=key, defaults={"programme": programme, "profile": profile})
    if created:
        _enqueue(rendition)
    elif rendition.state == Rendition.State.FAILED:
        _again(rendition)


def previews(programme: Programme) -> dict[str, Rendition]:
    """Profile → the newest preview rendition; empty until somebody asked for them."""
    return {
        rendition.profile: rendition for rendition in programme.renditions.filter(profile__in=PREVIEWS).order_by("pk")
    }


def current_renditions(programme: Programme) -> dict[str, Rendition]:
    """Profile → the newest rendition (an older pipeline's stays until the new one is there)."""
    found: dict[str, Rendition] = {}
    for rendition in programme.renditions.filter(profile__in=PROFILES).order_by("pk"):
        there = found.get(rendition.profile)
        if there is None or there.state != Rendition.State.READY or rendition.state == Rendition.State.READY:
            found[rendition.profile] = rendition
    return found


def programme_state(programme: Programme, profiles: Collection[str] = PROFILES) -> tuple[str, str]:
    """("ready" | "waiting" | "failed", the reason in the language of the moment)."""
    renditions = [one for profile, one in current_renditions(programme).items() if profile in profiles]
    for rendition in renditions:
        if rendition.state == Rendition.State.FAILED:
            return "failed", jobs.in_words(rendition.reason)
    if len(renditions) < len(profiles) or any(r.state != Rendition.State.READY for r in renditions):
        return "waiting", ""
    return "ready", ""


@transaction.atomic
def retry_programme(programme: Programme) -> None:
    """The Retry button: starts every failed rendition over."""
    for rendition in programme.renditions.filter(state=Rendition.State.FAILED):
        _again(rendition)


def _again(rendition: Rendition) -> None:
    _waits_again({"rendition": rendition.pk})
    jobs.retry_job(_enqueue(rendition))


def _enqueue(rendition: Rendition):
    return jobs.enqueue("render", rendition.key, {"rendition": rendition.pk})


def _failed(args: dict, reason: str) -> None:
    Rendition.objects.filter(pk=args["rendition"]).update(state=Rendition.State.FAILED, reason=reason)


def _waits_again(args: dict) -> None:
    Rendition.objects.filter(pk=args["rendition"]).update(state=Rendition.State.WAITING, reason="")


@jobs.handles("render", on_failure=_failed, on_retry=_waits_again)
def render_job(args: dict):
    """Renders one programme in one profile; the file appears whole, the row says ready in the same transaction."""
    rendition = Rendition.objects.select_related("programme").get(pk=args["rendition"])
    profile, make = (
        (PROFILES | PREVIEWS)[rendition.profile],
        render_preview if rendition.profile in PREVIEWS else render,
    )
    with workdir() as folder:
        parts = rendition.programme.parts
        sounds = _sounds(parts, _levels(parts))
        made = make(sounds, rendition.profile, folder / f"out{profile.suffix}", folder)
        # The result's own hash is in the name: a worker that lost its lease and comes late with other bytes (another
        # ffmpeg) never changes the file whose size and sha256 are in the row.
        place = f"renditions/{rendition.key[:2]}/{rendition.key}-{made.sha256[:12]}{profile.suffix}"
        install(made.path, absolute(place))

    def finish() -> None:
        Rendition.objects.filter(pk=rendition.pk).update(
            state=Rendition.State.READY, reason="", path=place, size=made.bytes, sha256=made.sha256,
            duration=made.duration_s, lufs=made.lufs, true_peak=made.true_peak_db, waveform=list(made.waveform),
            finished_at=timezone.now(),
        )  # fmt: skip

    return finish
