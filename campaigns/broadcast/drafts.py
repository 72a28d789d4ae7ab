"""Draft voices: a machine reads a version's words of today, for those who work on it and nobody else."""

import hashlib
import json

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.broadcast.bulletins import require_act
from campaigns.broadcast.scripts import lines, playing_order
from campaigns.models import BulletinVersion, DraftVoice
from core.errors import DomainError
from media import jobs
from media.storage import absolute, install, sha256_of, workdir
from media.voices import engine_for, read_draft

State = DraftVoice.State


def pieces_of(version: BulletinVersion) -> list[str]:
    """What the version says in its own language, in playing order; segments without a text are left out. Two queries."""
    found = lines(version)
    text = {line.segment.pk: line.text.strip() for line in found}
    return [text[s.pk] for s in playing_order([line.segment for line in found]) if s.is_spoken and text[s.pk]]


def digest_of(version: BulletinVersion, engine_name: str) -> str:
    said = [engine_name, version.language.tag, version.language.words_per_minute, pieces_of(version)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def draft_of(version: BulletinVersion) -> dict:
    """For `_draft.html`: {"possible", "state": "" | "waiting" | "failed" | "ready", "draft"}; a draft of other words is as
    if there were none."""
    engine = engine_for(version.language.tag)
    if engine is None:
        return {"possible": False, "state": "", "draft": None}
    draft = DraftVoice.objects.filter(version=version).first()
    fresh = draft is not None and draft.digest == digest_of(version, engine.name)
    return {"possible": True, "state": draft.state if fresh else "", "draft": draft if fresh else None}


@transaction.atomic
def request_draft(*, version: BulletinVersion, actor) -> DraftVoice:
    """Has the words of today read by the machine. Asking again for the same words changes nothing; a failed one is
    started over."""
    require_act(actor, "campaigns.see_workbench", version.bulletin)
    engine = engine_for(version.language.tag)
    if engine is None:
        raise DomainError(_("There is no machine voice for this language here."))
    if not pieces_of(version):
        raise DomainError(_("There is no text to read yet."))
    digest = digest_of(version, engine.name)
    draft = DraftVoice.objects.select_for_update().filter(version=version).first()
    if draft is None:
        draft = DraftVoice(version=version)
    elif draft.digest == digest and draft.state != State.FAILED:
        return draft
    old = draft.path
    draft.digest, draft.engine, draft.state, draft.reason = digest, engine.name, State.WAITING, ""
    draft.path, draft.size, draft.sha256, draft.asked_at = "", 0, "", timezone.now()
    draft.save()
    if old:
        transaction.on_commit(lambda: absolute(old).unlink(missing_ok=True))
    jobs.retry_job(jobs.enqueue("draft-voice", f"{draft.pk}-{digest}", {"draft": draft.pk, "digest": digest}))
    return draft


def _failed(args: dict, reason: str) -> None:
    _row(args).update(state=State.FAILED, reason=reason[:300])


def _waits_again(args: dict) -> None:
    _row(args).update(state=State.WAITING, reason="")


def _row(args: dict):
    return DraftVoice.objects.filter(pk=args["draft"], digest=args["digest"])


@jobs.handles("draft-voice", on_failure=_failed, on_retry=_waits_again)
def draft_job(args: dict):
    draft = _row(args).select_related("version__language", "version__bulletin").first()
    if draft is None or draft.state == State.READY:
        return None
    version, language = draft.version, draft.version.language
    engine = engine_for(language.tag)
    if engine is None or digest_of(version, engine.name) != draft.digest:
        # The words have changed since: nobody would be shown it.
        return None
    with workdir() as folder:
        made = folder / "draft.ogg"
        seconds = read_draft(engine, pieces_of(version), language.tag, language.words_per_minute, made, folder)
        digest, size = sha256_of(made), made.stat().st_size
        place = f"drafts/{draft.pk}-{digest[:16]}.ogg"
        install(made, absolute(place))
    return lambda: _row(args).update(state=State.READY, path=place, size=size, sha256=digest, duration=seconds)
