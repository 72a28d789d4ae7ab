"""The script: what is spoken in which order, how long it takes to read, and what a changed text makes stale."""

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns.models import Bulletin, BulletinVersion, Segment, SegmentText, VersionEvent
from core.errors import DomainError
from media.models import Recording

# Silence between two spoken segments when the script asks for no pause of its own, seconds.
GAP_SECONDS = 0.6


@dataclass(frozen=True)
class Line:
    """A segment as one version speaks it. `text` is "" where it is still untranslated; `stale` where the source moved
    on since this text, or this recording, was last checked against it."""

    segment: Segment
    text: str
    stale: bool
    row: SegmentText | None


def playing_order(segments: list[Segment]) -> list[Segment]:
    """Segments as they are aired: as written, then the key message once more, and the hotline call spoken last.

    Only a jingle that closes the script stands behind it: music, so that the last word is still the number.
    """
    end = len(segments)
    while end and not segments[end - 1].is_spoken:
        end -= 1
    body = [s for s in segments[:end] if s.kind != Segment.Kind.HOTLINE]
    key = [s for s in body if s.kind == Segment.Kind.KEY_MESSAGE]
    hotline = [s for s in segments[:end] if s.kind == Segment.Kind.HOTLINE]
    closing = [s for s in segments[end:] if s.kind == Segment.Kind.JINGLE]
    return [*body, *key[-1:], *hotline[-1:], *closing]


def check_script(segments: list[Segment]) -> None:
    """Refuses a script that cannot be broadcast: empty text, no key message, not exactly one hotline call."""
    kinds = [s.kind for s in segments]
    if kinds.count(Segment.Kind.KEY_MESSAGE) < 1:
        raise DomainError(_("The script has no key message. Add one: it is repeated before the hotline call."))
    if kinds.count(Segment.Kind.HOTLINE) != 1:
        raise DomainError(_("The script needs exactly one hotline call: it is always spoken last."))
    for number, segment in enumerate(segments, start=1):
        if segment.is_spoken and not segment.text.strip():
            raise DomainError(_("Segment %(number)s has no text yet.") % {"number": number})
        if segment.kind == Segment.Kind.JINGLE and segment.jingle_id is None:
            raise DomainError(_("Segment %(number)s is a jingle without a sound. Choose one.") % {"number": number})


def script_of(bulletin: Bulletin) -> list[Segment]:
    """The saved segments of a bulletin in the order of writing. One query."""
    return list(Segment.objects.filter(bulletin_id=bulletin.pk).select_related("jingle"))


def lines(version: BulletinVersion) -> list[Line]:
    """Every segment of the bulletin as this version speaks it, in script order. Two queries."""
    rows = {row.segment_id: row for row in version.texts.select_related("recording__owner")}
    source = is_source(version)
    found = []
    for segment in script_of(version.bulletin):
        row = rows.get(segment.pk)
        own = segment.text if source else (row.text if row else "")
        text = own if segment.is_spoken else ""
        stale = bool(segment.is_spoken and row and row.based_on and row.based_on != segment.revision)
        found.append(Line(segment, text, stale, row))
    return found


def is_source(version: BulletinVersion) -> bool:
    """Is this the Vietnamese version, whose text is the script itself?"""
    return version.language.tag == "vi"


def reading_seconds(text: str, words_per_minute: int) -> float:
    """Seconds to read a text aloud: words between spaces (in Vietnamese: syllables) ÷ the language's speed."""
    return len(text.split()) * 60 / words_per_minute


def version_seconds(version: BulletinVersion, found: list[Line] | None = None) -> float:
    """Estimated length of the broadcast, seconds: reading time in playing order, pauses and jingles as they are.

    Where a translation is still missing the Vietnamese text stands in for it. `found`: the version's lines, if read
    already.
    """
    by_segment = {line.segment.pk: line for line in (lines(version) if found is None else found)}
    total = 0.0
    for segment in playing_order([line.segment for line in by_segment.values()]):
        if segment.kind == Segment.Kind.PAUSE:
            total += segment.pause_seconds
        elif segment.kind == Segment.Kind.JINGLE:
            total += (segment.jingle.duration or 0) if segment.jingle else 0
        else:
            text = by_segment[segment.pk].text or segment.text
            total += reading_seconds(text, version.language.words_per_minute) + GAP_SECONDS
    return total


def missing_text(version: BulletinVersion) -> list[Segment]:
    """Spoken segments without a translation, or with one that is stale. None in Vietnamese or an audio-only version."""
    if is_source(version) or version.audio_only:
        return []
    return [line.segment for line in lines(version) if line.segment.is_spoken and (not line.text or line.stale)]


def missing_recordings(version: BulletinVersion) -> list[Segment]:
    """Spoken segments whose sound is missing, not ready, or made from an older text."""
    if version.recording_id:
        fresh = version.recorded_digest == spoken_digest(version) and version.recording.state != "refused"
        return [] if fresh else [s for s in script_of(version.bulletin) if s.is_spoken]
    return [
        line.segment
        for line in lines(version)
        if line.segment.is_spoken
        and (line.stale or line.row is None or line.row.recording is None or line.row.recording.state != "ready")
    ]


def programme_parts(version: BulletinVersion) -> list[dict]:
    """The parts of the broadcast in playing order (media.models.Programme says their shape).

    One recording of the whole keeps the jingles that open and close the script around it; segment by segment,
    everything is there with GAP_SECONDS of silence wherever the script has no pause.
    """
    by_segment = {line.segment.pk: line for line in lines(version)}
    segments = [line.segment for line in by_segment.values()]
    order = playing_order(segments)
    if version.recording_id:
        first = next((n for n, s in enumerate(order) if s.is_spoken), len(order))
        last = next((n for n, s in enumerate(reversed(order)) if s.is_spoken), 0)
        lead = [s for s in order[:first] if s.kind == Segment.Kind.JINGLE]
        tail = [s for s in order[len(order) - last :] if s.kind == Segment.Kind.JINGLE]
        return [
            *(_sound("music", s.jingle) for s in lead), _sound("speech", version.recording),
            *(_sound("music", s.jingle) for s in tail),
        ]  # fmt: skip
    return parts_of(order, by_segment)


def parts_of(order: list[Segment], by_segment: dict[int, Line]) -> list[dict]:
    """Segments as parts of a programme, each with its own recording; `order` is their playing order."""
    parts: list[dict] = []
    for segment in order:
        if segment.kind == Segment.Kind.PAUSE:
            parts.append({"type": "pause", "seconds": segment.pause_seconds})
            continue
        if parts and parts[-1]["type"] != "pause":
            parts.append({"type": "pause", "seconds": GAP_SECONDS})
        if segment.kind == Segment.Kind.JINGLE:
            parts.append(_sound("music", segment.jingle))
        else:
            parts.append(_sound("speech", by_segment[segment.pk].row.recording))
    return parts


def _sound(kind: str, recording: Recording) -> dict:
    return {"type": kind, "sha256": recording.sha256, "path": recording.path}


def spoken_digest(version: BulletinVersion) -> str:
    """sha256 over everything this version says, in playing order: what one recording of the whole was made from."""
    by_segment = {line.segment.pk: line for line in lines(version)}
    order = playing_order([line.segment for line in by_segment.values()])
    said = [[str(s.uid), s.kind, by_segment[s.pk].text or f"rev {s.revision}"] for s in order if s.is_spoken]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def frozen_script(version: BulletinVersion) -> dict:
    """What is read aloud today, in playing order, in the shape kept at approval:
    {title, title_en, number, hotline, hotline_en, seconds, entries: [{kind, text, source}]}.

    `text` is the version's own words ("" where there are none), `source` the Vietnamese ones.
    """
    bulletin, found = version.bulletin, lines(version)
    by_segment = {line.segment.pk: line for line in found}
    return {
        "title": bulletin.title,
        "title_en": bulletin.title_en,
        "number": bulletin.hotline.number,
        "hotline": bulletin.hotline.name,
        "hotline_en": bulletin.hotline.name_en,
        "seconds": version_seconds(version, found),
        "entries": [
            {"kind": s.kind, "text": by_segment[s.pk].text, "source": s.text if s.is_spoken else ""}
            for s in playing_order([line.segment for line in found])
        ],
    }


def script_to_read(version: BulletinVersion) -> dict:
    """The script people read from: what was approved once there is an approval, today's words before that."""
    if version.state in (BulletinVersion.State.APPROVED, BulletinVersion.State.RELEASED) and version.approved_script:
        return version.approved_script
    return frozen_script(version)


@dataclass(frozen=True)
class Signature:
    """A saved script in comparable form. `frame`: title, English title, hotline, month; `rows`: (segment id, kind,
    text, pause, jingle, cut) in order."""

    frame: tuple
    rows: tuple


def script_signature(bulletin: Bulletin) -> Signature:
    """Read from the database, so that an edited form has not touched it yet. Two queries."""
    rows = Segment.objects.filter(bulletin_id=bulletin.pk)
    frame = Bulletin.objects.filter(pk=bulletin.pk).values_list("title", "title_en", "hotline_id", "month")
    return Signature(
        frame=tuple(frame.first() or ()),
        rows=tuple(rows.values_list("pk", "kind", "text", "pause_seconds", "jingle_id", "cut")),
    )


@transaction.atomic
def segments_changed(*, bulletin: Bulletin, before: Signature, actor) -> list[Segment]:
    """Called after the script was saved; `before` is its earlier script_signature. Returns the segments that changed.

    The rule, chosen so that nobody airs what nobody approved:

    - A changed text raises its segment's revision. That segment's translations and recordings are stale until someone
      checks them (campaigns.broadcast.versions.mark_checked), translates or records them again.
    - A version not yet on the air falls back to the first step that has to be done again, also from an approval: to
      `draft` when its text is stale, else to `translated`. What is still right stays: often only checks remain.
    - Another order, pause, jingle, length, title or hotline changes no text, but it changes the broadcast: what was recorded,
      reviewed or approved has to pass those steps again.
    - A released version goes on serving the programme and the words that were approved (BulletinVersion.
      approved_script). To change what is on the air, withdraw the bulletin and release a corrected copy.
    """
    from campaigns.broadcast.versions import fall_back

    after = script_signature(bulletin)
    if after == before:
        return []
    earlier = {row[0]: (row[1], row[2]) for row in before.rows}
    changed = []
    for segment in Segment.objects.filter(bulletin_id=bulletin.pk):
        if segment.pk in earlier and earlier[segment.pk] != (segment.kind, segment.text):
            Segment.objects.filter(pk=segment.pk).update(revision=segment.revision + 1)
            segment.revision += 1
            changed.append(segment)
    places = {row[0]: number for number, row in enumerate(after.rows, start=1)}
    note = ", ".join(str(places[segment.pk]) for segment in changed)
    for version in BulletinVersion.objects.filter(bulletin=bulletin).select_related("language", "bulletin"):
        concerned = is_source(version) or version.texts.filter(segment__in=changed, based_on__gt=0).exists()
        fell = fall_back(version, script_changed=True)
        if concerned or fell:
            VersionEvent.objects.create(version=version, act=VersionEvent.Act.STALE, actor=actor, note=note)
    return changed
