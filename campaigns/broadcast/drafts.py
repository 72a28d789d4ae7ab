"""Draft voices: a machine reads a version's words of today, for those who work on it and nobody else."""

import hashlib
import json

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.broadcast.bulletins import require_act
from campaigns.broadcast.scripts import lines, playing_order
from campaigns.models import BulletinVersion, DraftVoice
from core.errors import DomainError
from media import jobs, voices
from media.storage import absolute, install, sha256_of, workdir

State, VersionState = DraftVoice.State, BulletinVersion.State

# Until somebody has recorded it: then there is a voice to listen to.
BEFORE_THE_RECORDING = (VersionState.DRAFT, VersionState.TRANSLATED)


def pieces_of(version: BulletinVersion) -> list[str]:
    """What the version says in its own language, in playing order; segments without a text are left out. Two queries."""
    found = lines(version)
    text = {line.segment.pk: line.text.strip() for line in found}
    return [text[s.pk] for s in playing_order([line.segment for line in found]) if s.is_spoken and text[s.pk]]


def _digest(version: BulletinVersion, pieces: list[str]) -> str:
    said = [version.language.tag, version.language.words_per_minute, pieces]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _problem(version: BulletinVersion, pieces: list[str]) -> str:
    """Why no machine can read this version now; "" when one can."""
    engine = voices.engine()
    if engine is None:
        return _(
            "This server has no speech engine. Drafts can be read aloud once an administrator has installed espeak-ng."
        )
    if not engine.speaks(version.language.tag):
        return _("There is no machine voice for this language, and none is imitated: only its people speak it here.")
    return "" if pieces else _("There is no text to read yet.")


def draft_of(version: BulletinVersion) -> dict | None:
    """For `_draft.html`: {"problem", "state": "" | "waiting" | "failed" | "ready", "reason", "draft"}; None once the
    version is recorded. A draft of other words is as if there were none."""
    if version.state not in BEFORE_THE_RECORDING:
        return None
    pieces = pieces_of(version)
    draft = DraftVoice.objects.filter(version=version, digest=_digest(version, pieces)).first()
    if draft is None:
        return {"problem": _problem(version, pieces), "state": "", "reason": "", "draft": None}
    return {"problem": "", "state": draft.state, "reason": jobs.in_words(draft.reason), "draft": draft}


@transaction.atomic
def request_draft(*, version: BulletinVersion, actor) -> DraftVoice:
    """Has the words of today read by the machine. Asking again for the same words changes nothing; a failed one is
    started over."""
    require_act(actor, "campaigns.see_workbench", version.bulletin)
    if version.state not in BEFORE_THE_RECORDING:
        raise DomainError(_("This version is recorded already: listen to the recording."))
    pieces = pieces_of(version)
    if problem := _problem(version, pieces):
        raise DomainError(problem)
    digest = _digest(version, pieces)
    DraftVoice.objects.get_or_create(version=version)
    draft = DraftVoice.objects.select_for_update().get(version=version)
    if draft.digest == digest and draft.state != State.FAILED:
        return draft
    old = draft.path
    draft.digest, draft.state, draft.reason = digest, State.WAITING, ""
    draft.path, draft.size, draft.sha256, draft.asked_at = "", 0, "", timezone.now()
    draft.save()
    if old:
        transaction.on_commit(lambda: absolute(old).unlink(missing_ok=True))
    jobs.retry_job(jobs.enqueue("draft-voice", f"{draft.pk}-{digest}", {"draft": draft.pk, "digest": digest}))
    return draft


def _row(args: dict):
    return DraftVoice.objects.filter(pk=args["draft"], digest=args["digest"])


def _failed(args: dict, reason: str) -> None:
    _row(args).update(state=State.FAILED, reason=reason[:300])


def _waits_again(args: dict) -> None:
    _row(args).update(state=State.WAITING, reason="")


@jobs.handles("draft-voice", on_failure=_failed, on_retry=_waits_again)
def draft_job(args: dict):
    draft = _row(args).select_related("version__language", "version__bulletin").first()
    if draft is None or draft.state == State.READY:
        return None
    version, language = draft.version, draft.version.language
    pieces, engine = pieces_of(version), voices.engine()
    if _digest(version, pieces) != draft.digest:
        # The words have changed since: nobody would be shown it.
        return None
    if problem := _problem(version, pieces):
        raise DomainError(problem)
    with workdir() as folder:
        made = folder / "draft.ogg"
        seconds = voices.read_draft(engine, pieces, language.tag, language.words_per_minute, made, folder)
        digest, size = sha256_of(made), made.stat().st_size
        place = f"drafts/{draft.pk}-{digest[:16]}.ogg"
        install(made, absolute(place))

    def finish() -> None:
        kept = _row(args).update(
            state=State.READY, engine=engine.name, path=place, size=size, sha256=digest, duration=seconds
        )
        if not kept:
            # Asked for with other words meanwhile.
            absolute(place).unlink(missing_ok=True)

    return finish
