"""Shorter broadcasts from one script: which segments they hold, what stands in their way, and having them made.

A segment says to which length it belongs (Segment.cut). Key message and hotline call belong to every one; the key message
is repeated and the hotline call spoken last in each, as in the full broadcast (scripts.playing_order).
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.broadcast.scripts import GAP_SECONDS, Line, lines, parts_of, playing_order, reading_seconds
from campaigns.models import BulletinVersion, Length, Segment, VersionCut
from core.errors import DomainError
from media.models import Programme
from media.programmes import programme_state, request_programme

# Length → the most seconds it may last, shortest first.
LIMITS = {Length.ONE_MINUTE: 60, Length.THREE_MINUTES: 180}
_ALWAYS = frozenset({Segment.Kind.KEY_MESSAGE, Segment.Kind.HOTLINE})


@dataclass(frozen=True)
class Plan:
    """A shorter broadcast as it would be made: its segments in playing order, its seconds, and in words why it is not
    made ("" if it is)."""

    length: Length
    segments: list[Segment]
    seconds: float
    problem: str


def chosen(segments: list[Segment], length: str) -> list[Segment]:
    """The segments of a script (in script order) that belong to a length, in playing order."""
    if length == Length.FULL:
        return playing_order(segments)
    kept = [s for s in segments if s.kind in _ALWAYS or (s.cut != Length.FULL and int(s.cut) <= int(length))]
    return playing_order(kept)


def plans(version: BulletinVersion) -> list[Plan]:
    """Every shorter length of a version, shortest first. Two queries."""
    return _plans(version, lines(version))


def _plans(version: BulletinVersion, found: list[Line]) -> list[Plan]:
    by_segment = {line.segment.pk: line for line in found}
    script = [line.segment for line in found]
    full = _seconds(version, chosen(script, Length.FULL), by_segment)
    plans: list[Plan] = []
    for length, limit in LIMITS.items():
        order = chosen(script, length)
        seconds = _seconds(version, order, by_segment)
        marked = any(s.kind not in _ALWAYS and s.is_spoken for s in order)
        if version.recording_id:
            problem = _("Made only where every segment has its own recording.")
        elif full <= limit:
            problem = _("The full broadcast is not longer than this.")
        elif not marked:
            problem = _("No segment of the script is chosen for it.")
        elif seconds > limit:
            problem = _("Too long by %(seconds)s seconds: choose fewer segments.") % {
                "seconds": round(seconds - limit + 0.5)
            }
        elif any(order == plan.segments for plan in plans if not plan.problem):
            problem = _("It would be the same as the shorter one.")
        else:
            problem = ""
        plans.append(Plan(length, order, seconds, problem))
    return plans


def _seconds(version: BulletinVersion, order: list[Segment], by_segment: dict[int, Line]) -> float:
    """Length in seconds: recordings as long as they are, what is not recorded yet as long as it takes to read."""
    total, follows_sound = 0.0, False
    for segment in order:
        if segment.kind == Segment.Kind.PAUSE:
            total, follows_sound = total + segment.pause_seconds, False
            continue
        total += GAP_SECONDS if follows_sound else 0
        follows_sound = True
        line = by_segment[segment.pk]
        recording = segment.jingle if segment.kind == Segment.Kind.JINGLE else line.row and line.row.recording
        if recording is not None and recording.duration:
            total += recording.duration
        elif segment.is_spoken:
            total += reading_seconds(line.text or segment.text, version.language.words_per_minute)
    return total


@transaction.atomic
def make(version: BulletinVersion) -> list[VersionCut]:
    """Asks for the sound of every shorter broadcast that can be made; those of an earlier recording are gone."""
    version.shorter.all().delete()
    found = lines(version)
    by_segment = {line.segment.pk: line for line in found}
    return [
        VersionCut.objects.create(
            version=version, length=plan.length, programme=request_programme(parts_of(plan.segments, by_segment))
        )
        for plan in _plans(version, found)
        if not plan.problem
    ]


def programmes(version: BulletinVersion) -> list[Programme]:
    """The sound of the full broadcast and of the shorter ones; none before recording is finished. One query."""
    if version.programme is None:
        return []
    return [version.programme, *(cut.programme for cut in version.shorter.select_related("programme"))]


def sound_state(version: BulletinVersion) -> tuple[str, str]:
    """programme_state of all that would be released together: "failed" before "waiting" before "ready"."""
    states = [programme_state(programme) for programme in programmes(version)]
    for wanted in ("failed", "waiting"):
        for state, reason in states:
            if state == wanted:
                return state, reason
    return "ready", ""


def programme_of(version: BulletinVersion, length: str) -> Programme:
    """The sound of a version in a length; refused where there is none."""
    if length == Length.FULL:
        return version.programme
    cut = next((cut for cut in version.shorter.all() if cut.length == length), None)
    if cut is None:
        raise DomainError(_("This broadcast does not exist in that length."))
    return cut.programme
