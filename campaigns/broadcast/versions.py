"""The life of a bulletin version: draft → translated → recorded → reviewed → approved → released.

Each function checks who may do it, moves one step, and appends an event. Refusals are DomainErrors with a sentence.
"""

import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from campaigns.broadcast import cuts
from campaigns.broadcast.bulletins import may_act, require_act
from campaigns.broadcast.scripts import (
    check_script,
    frozen_script,
    is_source,
    missing_recordings,
    missing_text,
    programme_parts,
    script_of,
    spoken_digest,
)
from campaigns.models import Bulletin, BulletinVersion, Segment, SegmentText, VersionEvent
from core.errors import DomainError
from media.models import Recording
from media.programmes import request_programme
from media.recordings import refusal
from places.models import Language

logger = logging.getLogger(__name__)
State, Act = BulletinVersion.State, VersionEvent.Act


def _locked(version: BulletinVersion) -> BulletinVersion:
    """The version read again inside the transaction, so that two people cannot both move it."""
    return (
        BulletinVersion.objects.select_for_update(of=("self",))
        .select_related("bulletin", "language")
        .get(pk=version.pk)
    )


def _move(version: BulletinVersion, *, to: str, act: str, actor, note: str = "", **fields) -> BulletinVersion:
    version.state = to
    for name, value in fields.items():
        setattr(version, name, value)
    version.save()
    VersionEvent.objects.create(version=version, act=act, actor=actor, note=note[:500])
    return version


def _expect(version: BulletinVersion, *states: str) -> None:
    if version.state not in states:
        raise DomainError(
            _("This version is at “%(state)s”; somebody may have moved it meanwhile. Nothing was changed.")
            % {"state": version.get_state_display()}
        )


@transaction.atomic
def create_version(*, bulletin: Bulletin, language: Language, actor, credits: str = "") -> BulletinVersion:
    """Opens a version in a language; the one there already is returned unchanged.

    Vietnamese, and a language that is only spoken, have nothing to translate: they begin at the recording.
    """
    require_act(actor, "campaigns.translate", bulletin)
    audio_only = language.mode == Language.Mode.AUDIO_ONLY
    spoken_only = audio_only or language.tag == "vi"
    version, created = BulletinVersion.objects.get_or_create(
        bulletin=bulletin,
        language=language,
        defaults={
            "audio_only": audio_only,
            "credits": credits.strip()[:300],
            "state": State.TRANSLATED if spoken_only else State.DRAFT,
        },
    )
    if created:
        VersionEvent.objects.create(version=version, act=Act.CREATED, actor=actor)
    return version


@transaction.atomic
def describe_version(*, version: BulletinVersion, credits: str, audio_only: bool, actor) -> BulletinVersion:
    """Sets who is credited, and whether the version is only spoken. With text wanted again it waits for its text."""
    version = _locked(version)
    require_act(actor, "campaigns.translate", version.bulletin)
    _expect(version, State.DRAFT, State.TRANSLATED, State.RECORDED, State.REVIEWED)
    if audio_only and is_source(version):
        raise DomainError(_("The Vietnamese version always has its text: it is the script itself."))
    version.credits, version.audio_only = credits.strip()[:300], audio_only
    if audio_only and version.state == State.DRAFT:
        version.state = State.TRANSLATED
    version.save()
    fall_back(version)
    return version


@transaction.atomic
def save_translation(
    *, version: BulletinVersion, segment: Segment, text: str, actor, back_translation: str = ""
) -> SegmentText:
    """Keeps a segment's translation; it is now checked against the segment as it reads today.

    Other words take their recording away. Saving what is there already changes nothing.
    """
    version = _locked(version)
    require_act(actor, "campaigns.translate", version.bulletin)
    if is_source(version):
        raise DomainError(_("The Vietnamese text is the script itself: change it there."))
    if version.state == State.RELEASED:
        raise DomainError(_("This version is on the air. Withdraw the bulletin, or write a new one."))
    if segment.bulletin_id != version.bulletin_id or not segment.is_spoken:
        raise DomainError(_("Only a spoken segment of this bulletin can be translated."))
    row, _created = SegmentText.objects.get_or_create(version=version, segment=segment)
    text, back_translation = text.strip(), back_translation.strip()
    if row.text == text and row.back_translation == back_translation and row.based_on == segment.revision:
        return row
    rewritten = row.text != text
    if rewritten:
        row.recording = None
        row.translator = actor
    row.text, row.back_translation = text, back_translation
    _base(row, segment if text else None)
    row.save()
    if rewritten:
        # First back to the recording, which clears reviewer and approver: a translator is never their own reviewer.
        fall_back(version)
        version.translator = actor
        version.save()
    return row


def _base(row: SegmentText, segment: Segment | None) -> None:
    """Notes which wording of the segment a row was made from; None: from nothing yet."""
    row.based_on = segment.revision if segment else 0
    row.source_text = segment.text if segment else ""


@transaction.atomic
def mark_checked(*, version: BulletinVersion, segment: Segment, actor) -> SegmentText:
    """Says that a stale translation, and its recording, still fit the changed Vietnamese segment."""
    version = _locked(version)
    require_act(actor, "campaigns.translate", version.bulletin)
    segment = Segment.objects.get(pk=segment.pk)
    row = SegmentText.objects.filter(version=version, segment=segment, based_on__gt=0).first()
    if row is None:
        raise DomainError(_("There is nothing to check yet: this segment has neither a text nor a recording."))
    if row.based_on != segment.revision:
        _base(row, segment)
        row.save(update_fields=["based_on", "source_text"])
        place = Segment.objects.filter(bulletin_id=version.bulletin_id, sort_order__lt=segment.sort_order).count() + 1
        VersionEvent.objects.create(version=version, act=Act.CHECKED, actor=actor, note=str(place))
    return row


@transaction.atomic
def finish_translation(*, version: BulletinVersion, actor) -> BulletinVersion:
    """All spoken segments are translated and fresh: hands over to the recording. An audio-only version needs no text."""
    version = _locked(version)
    require_act(actor, "campaigns.translate", version.bulletin)
    _expect(version, State.DRAFT)
    check_script(script_of(version.bulletin))
    missing = missing_text(version)
    if missing:
        raise DomainError(
            _("%(count)s segments are not translated yet, or their Vietnamese text has changed.")
            % {"count": len(missing)}
        )
    return _move(version, to=State.TRANSLATED, act=Act.TRANSLATED, actor=actor, translator=version.translator or actor)


def check_recordable(*, version: BulletinVersion, actor) -> None:
    """Refuses where a recording could not be attached now, whatever it sounds like."""
    require_act(actor, "campaigns.record", version.bulletin)
    _expect(version, State.DRAFT, State.TRANSLATED, State.RECORDED, State.REVIEWED)


@transaction.atomic
def attach_recording(
    *, version: BulletinVersion, recording: Recording | None, actor, segment: Segment | None = None
) -> BulletinVersion:
    """Puts a recording to the whole version, or to one segment (None takes it away).

    One that is still being checked may be attached; finish_recording asks that it be ready. A refused one is refused
    here. Attaching the same one again says that it fits the words of today.
    """
    version = _locked(version)
    check_recordable(version=version, actor=actor)
    if recording is not None and recording.state == Recording.State.REFUSED:
        raise DomainError(_("This recording was refused: %(reason)s") % {"reason": refusal(recording)})
    if segment is None:
        version.recording = recording
        version.recorded_digest = spoken_digest(version) if recording else ""
        version.save(update_fields=["recording", "recorded_digest"])
    else:
        if not segment.is_spoken or segment.bulletin_id != version.bulletin_id:
            raise DomainError(_("Only a spoken segment of this bulletin can be recorded."))
        row, _created = SegmentText.objects.get_or_create(version=version, segment=segment)
        row.recording = recording
        if is_source(version) or version.audio_only or not row.text:
            _base(row, segment if recording or row.text else None)
        row.save()
    if version.state in (State.RECORDED, State.REVIEWED):
        version.state, version.programme, version.reviewer = State.TRANSLATED, None, None
        version.save()
    return version


@transaction.atomic
def finish_recording(*, version: BulletinVersion, actor) -> BulletinVersion:
    """All sounds are there: asks for the loudspeaker programme and the shorter ones the script allows, and hands over to
    the native listener."""
    version = _locked(version)
    require_act(actor, "campaigns.record", version.bulletin)
    _expect(version, State.TRANSLATED)
    check_script(script_of(version.bulletin))
    if missing_text(version):
        raise DomainError(_("The Vietnamese text has changed. Check the translation first."))
    if version.recording_id and version.recording.state != Recording.State.READY:
        raise DomainError(_("The recording is still being checked, or was refused."))
    missing = missing_recordings(version)
    if missing:
        raise DomainError(_("%(count)s segments have no usable recording yet.") % {"count": len(missing)})
    programme = request_programme(programme_parts(version))
    cuts.make(version)
    return _move(
        version, to=State.RECORDED, act=Act.RECORDED, actor=actor, programme=programme,
        translator=version.translator or actor,
    )  # fmt: skip


def makers(version: BulletinVersion) -> set[int]:
    """Ids of everyone whose own work this version is: who wrote or changed the script, translated, or gave a voice."""
    found = {version.bulletin.author_id, version.translator_id}
    found.update(version.texts.values_list("translator_id", flat=True))
    found.update(version.texts.values_list("recording__owner_id", flat=True))
    if version.recording_id:
        found.add(version.recording.owner_id)
    found.update(
        VersionEvent.objects.filter(version__bulletin=version.bulletin_id, act=Act.STALE).values_list(
            "actor_id", flat=True
        )
    )
    found.update(version.events.filter(act__in=[Act.TRANSLATED, Act.RECORDED]).values_list("actor_id", flat=True))
    return found - {None}


@transaction.atomic
def review_version(*, version: BulletinVersion, actor, note: str = "") -> BulletinVersion:
    """A native second listener, who made no part of it, has heard it all and finds it right."""
    version = _locked(version)
    require_act(actor, "campaigns.review", version.bulletin)
    _expect(version, State.RECORDED)
    if actor.pk in makers(version):
        raise DomainError(_("A second person has to listen: you wrote, translated or recorded this version yourself."))
    _expect_programme(version)
    return _move(version, to=State.REVIEWED, act=Act.REVIEWED, actor=actor, note=note.strip(), reviewer=actor)


def _expect_programme(version: BulletinVersion) -> None:
    state, reason = cuts.sound_state(version)
    if state == "waiting":
        raise DomainError(_("The sound is still being prepared. Try again in a minute."))
    if state == "failed":
        raise DomainError(_("The sound could not be prepared: %(reason)s") % {"reason": reason})


@transaction.atomic
def return_version(*, version: BulletinVersion, actor, reason: str) -> BulletinVersion:
    """The listener, or the approver also after approving, sends it back with the reason; all work is open again."""
    version = _locked(version)
    act = "campaigns.approve" if version.state in (State.REVIEWED, State.APPROVED) else "campaigns.review"
    require_act(actor, act, version.bulletin)
    _expect(version, State.RECORDED, State.REVIEWED, State.APPROVED)
    if not reason.strip():
        raise DomainError(_("Say in a few words what has to be changed."))
    back_to = State.TRANSLATED if is_source(version) or version.audio_only else State.DRAFT
    return _move(
        version, to=back_to, act=Act.RETURNED, actor=actor, note=reason.strip(), programme=None, reviewer=None,
        approver=None, approved_script={},
    )  # fmt: skip


@transaction.atomic
def approve_version(*, version: BulletinVersion, actor) -> BulletinVersion:
    """Approved by someone who neither wrote, translated, recorded nor reviewed it. Keeps the words that were approved;
    if its date has come, it is released at once."""
    version = _locked(version)
    require_act(actor, "campaigns.approve", version.bulletin)
    _expect(version, State.REVIEWED)
    if actor.pk in makers(version) | {version.reviewer_id}:
        raise DomainError(
            _("Somebody else has to approve: you wrote, translated, recorded or reviewed this version yourself.")
        )
    _expect_programme(version)
    version = _move(
        version,
        to=State.APPROVED,
        act=Act.APPROVED,
        actor=actor,
        approver=actor,
        approved_script=frozen_script(version),
    )
    if version.bulletin.release_at <= timezone.now():
        release_version(version=version)
        version.refresh_from_db()
    return version


@transaction.atomic
def release_version(*, version: BulletinVersion) -> bool:
    """Puts an approved version on the desk, if its date has come and its hotline is fresh. True when released now.

    A refusal is recorded once a day with its reason, so that the people concerned see it, not once a minute.
    """
    version = _locked(version)
    bulletin = version.bulletin
    if version.state != State.APPROVED or bulletin.withdrawn_at or bulletin.release_at > timezone.now():
        return False
    if not bulletin.hotline.is_fresh():
        if not version.events.filter(act=Act.REFUSED, at__date=timezone.localdate()).exists():
            # Kept as a fact, so in the language of the house, whoever's request or worker this is.
            with override(settings.LANGUAGE_CODE):
                note = gettext("The check of hotline %(number)s has expired. Call it and record the check.")
            VersionEvent.objects.create(
                version=version, act=Act.REFUSED, note=note % {"number": bulletin.hotline.number}
            )
        return False
    _move(version, to=State.RELEASED, act=Act.RELEASED, actor=None, released_at=timezone.now())
    return True


def release_due() -> int:
    """Releases every approved version whose date has come; how many were. One that fails does not hold up the rest."""
    due = BulletinVersion.objects.filter(
        state=State.APPROVED, bulletin__withdrawn_at=None, bulletin__release_at__lte=timezone.now()
    )
    released = 0
    for version in due:
        try:
            released += release_version(version=version)
        except Exception:
            logger.exception("version %s could not be released", version.pk)
    return released


def fall_back(version: BulletinVersion, *, script_changed: bool = False) -> bool:
    """Moves a version that is not on the air back to the first step that has to be done again; True if it moved."""
    if version.state == State.RELEASED:
        return False
    order = list(State)
    if missing_text(version):
        step = State.DRAFT
    elif version.state != State.DRAFT and (script_changed or missing_recordings(version)):
        step = State.TRANSLATED
    else:
        return False
    if order.index(State(version.state)) <= order.index(step):
        return False
    version.state, version.programme, version.reviewer, version.approver = step, None, None, None
    version.approved_script = {}
    version.save()
    return True


def may_move(user, version: BulletinVersion) -> set[str]:
    """What the person could do to this version now, by role, area and state: a set of "describe", "translate",
    "record", "review", "approve", "return". Pages show their forms by it; the functions above check again."""
    if version.bulletin.withdrawn_at:
        return set()
    working = {State.DRAFT, State.TRANSLATED, State.RECORDED, State.REVIEWED}
    open_in = {
        "translate": set(State) - {State.RELEASED} if not is_source(version) else set(),
        "record": working,
        "review": {State.RECORDED},
        "approve": {State.REVIEWED},
    }
    found = {
        name
        for name, states in open_in.items()
        if version.state in states and may_act(user, f"campaigns.{name}", version.bulletin)
    }
    if "translate" in found or "record" in found:
        found |= {"describe"} if version.state in working else set()
    judging = {
        State.RECORDED: "campaigns.review",
        State.REVIEWED: "campaigns.approve",
        State.APPROVED: "campaigns.approve",
    }
    if version.state in judging and may_act(user, judging[version.state], version.bulletin):
        found.add("return")
    return found
