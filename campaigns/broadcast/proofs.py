"""Photos and clips that show a broadcast was aired, and the level of proof an airing has from them (models.Proof).

A clip is compared with the month's programmes by a job. What cannot be told stays a clip and says nothing against
anybody: a script that was read aloud live sounds like no recording.
"""

import uuid
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.broadcast.cuts import programmes
from campaigns.models import Airing, AiringProof, Bulletin, BulletinVersion, Proof
from campaigns.photos import clean_photo
from core.errors import DomainError
from media import jobs
from media.audio import AudioRefused
from media.audio.clip import SUFFIX, cut_clip
from media.audio.fingerprint import clip_fingerprints, likeness, verdict
from media.fingerprints import fingerprint_of
from media.models import Rendition
from media.programmes import current_renditions
from media.storage import absolute, install, sha256_of, workdir
from people.permissions import may

KEEP, SEE, DELETE = "campaigns.log_airing", "campaigns.see_proofs", "campaigns.delete_proofs"
# Of each kind: enough for every cluster of a station, too few for an album.
MOST = 4
MAX_CLIP = 10 * 2**20
_BLOCK = 1 << 16


def add_photo(*, airing: Airing, actor, file, nobody_recognised: bool, client_uuid: uuid.UUID) -> AiringProof:
    """Keeps a picture of the loudspeaker, cleaned of all but its pixels. Sending it twice is harmless."""
    if already := _checked(airing, actor, client_uuid, AiringProof.Kind.PHOTO):
        return already
    if not nobody_recognised:
        raise DomainError(_("Only a picture in which nobody can be recognised is kept. Take one of the loudspeaker."))
    with workdir() as folder:
        sent = _received(file, folder / "sent", None)
        _require_fresh(sent)
        with (folder / "sent").open("rb") as whole:
            clean = clean_photo(whole)
        made = folder / "photo.jpg"
        made.write_bytes(clean.data)
        found = {"width": clean.width, "height": clean.height}
        return _keep(airing, actor, client_uuid, AiringProof.Kind.PHOTO, made, sent, found)


def add_clip(*, airing: Airing, actor, file, client_uuid: uuid.UUID) -> AiringProof:
    """Keeps ten seconds of a phone's recording and has them compared. Sending it twice is harmless."""
    if already := _checked(airing, actor, client_uuid, AiringProof.Kind.CLIP):
        return already
    with workdir() as folder:
        sent = _received(file, folder / "sent", MAX_CLIP)
        _require_fresh(sent)
        made = folder / f"clip{SUFFIX}"
        cut = cut_clip(folder / "sent", made)
        found = {"seconds": cut.seconds, "clear_db": cut.snr_db, "verdict": AiringProof.Verdict.WAITING}
        return _keep(airing, actor, client_uuid, AiringProof.Kind.CLIP, made, sent, found)


def _checked(airing: Airing, actor, client_uuid: uuid.UUID, kind: str) -> AiringProof | None:
    """What this sending has made already; else None, if the airing takes one more of the kind from this person."""
    if not may(actor, KEEP, airing.commune):
        raise PermissionDenied
    already = AiringProof.objects.filter(client_uuid=client_uuid).first()
    if already:
        if (already.airing_id, already.kind) != (airing.pk, kind):
            raise DomainError(_("This was already sent for another broadcast. Open the page again."))
        return already
    if airing.voided_at:
        raise DomainError(_("This record was voided. Nothing can be added to it."))
    if airing.proofs.filter(kind=kind, removed_at=None).count() >= MOST:
        raise DomainError(_("This broadcast has 4 of them already. Remove one first."))
    return None


def _received(file, target: Path, most: int | None) -> str:
    """Writes what was sent to `target`, and says its sha256."""
    size = 0
    file.seek(0)
    with target.open("wb") as out:
        while block := file.read(_BLOCK):
            size += len(block)
            if most is not None and size > most:
                raise DomainError(_("The recording is larger than 10 MB. Ten seconds are enough; nothing was kept."))
            out.write(block)
    return sha256_of(target)


def _require_fresh(sent: str) -> None:
    if AiringProof.objects.filter(sent_sha256=sent, removed_at=None).exists():
        raise DomainError(_("This very file was sent before. One file shows one broadcast; nothing was kept."))


@transaction.atomic
def _keep(airing, actor, client_uuid, kind: str, made: Path, sent: str, found: dict) -> AiringProof:
    # A name of its own, not of its content: the file of one person is never deleted with another's.
    place = f"proofs/{kind}s/{client_uuid.hex[:2]}/{client_uuid}{made.suffix}"
    details = {
        "airing": airing, "kind": kind, "sent_sha256": sent, "sha256": sha256_of(made), "path": place,
        "size": made.stat().st_size, "added_by": actor,
    }  # fmt: skip
    try:
        with transaction.atomic():
            proof, created = AiringProof.objects.get_or_create(client_uuid=client_uuid, defaults=details | found)
    except IntegrityError:
        # Two phones sent the same file at the same moment.
        _require_fresh(sent)
        raise
    if created:
        install(made, absolute(place))
        if kind == AiringProof.Kind.CLIP:
            jobs.enqueue("match-clip", str(proof.pk), {"proof": proof.pk})
        _settle(airing.pk)
    return proof


@transaction.atomic
def remove_proof(*, proof: AiringProof, actor, reason: str) -> AiringProof:
    """Deletes the file and lets it prove nothing; that it was there stays on record, with the reason."""
    if not may(actor, KEEP, proof.airing.commune):
        raise PermissionDenied
    if not reason.strip():
        raise DomainError(_("Say in a few words why it is removed."))
    proof = AiringProof.objects.select_for_update().get(pk=proof.pk)
    if proof.removed_at is None:
        place, proof.path = proof.path, ""
        proof.removed_at, proof.removed_by, proof.remove_reason = timezone.now(), actor, reason.strip()[:200]
        proof.save(update_fields=["path", "removed_at", "removed_by", "remove_reason"])
        _settle(proof.airing_id)
        if place:
            transaction.on_commit(lambda: absolute(place).unlink(missing_ok=True))
    return proof


def _settle(airing_id: int) -> None:
    """Brings the airing's level up to date with its proofs. Inside a transaction: two that change at once wait in turn."""
    airing = Airing.objects.select_for_update().get(pk=airing_id)
    levels = AiringProof.objects.proving().filter(airing=airing).order_by().values_list("level", flat=True)
    airing.proof = max([Proof.STATION if airing.station_key_id else Proof.SELF, *levels])
    airing.save(update_fields=["proof"])


# Comparing ---------------------------------------------------------------------------------------------------------


def candidates(airing: Airing) -> list[tuple[BulletinVersion, Rendition]]:
    """What may be heard in a clip of an airing, its own version first: every programme, also the shorter ones, that the
    commune was asked to broadcast in that month."""
    own = airing.version
    asked = Bulletin.objects.in_month(own.bulletin.month).addressed_to(airing.commune)
    others = (
        BulletinVersion.objects.released().filter(bulletin__in=asked).exclude(pk=own.pk).select_related("programme")
    )
    found = []
    for version in (own, *others.order_by("pk")):
        for programme in programmes(version):
            rendition = current_renditions(programme).get("horn")
            if rendition is not None and rendition.state == Rendition.State.READY:
                found.append((version, rendition))
    return found


def _not_judged(args: dict, _reason: str) -> None:
    waiting = AiringProof.objects.filter(pk=args["proof"], verdict=AiringProof.Verdict.WAITING)
    waiting.update(verdict=AiringProof.Verdict.UNSURE)


def _waits_again(args: dict) -> None:
    unsure = AiringProof.objects.kept().filter(pk=args["proof"], verdict=AiringProof.Verdict.UNSURE)
    unsure.update(verdict=AiringProof.Verdict.WAITING)


@jobs.handles("match-clip", on_failure=_not_judged, on_retry=_waits_again)
def match_clip(args: dict):
    """Compares a clip with the month's programmes."""
    proof = AiringProof.objects.select_related("airing__version__bulletin", "airing__version__programme").get(
        pk=args["proof"]
    )
    if not proof.path:
        return lambda: _not_judged(args, "")
    clip = clip_fingerprints(absolute(proof.path))
    compared = []
    for version, rendition in candidates(proof.airing):
        try:
            fit = likeness(clip, fingerprint_of(rendition))
        except AudioRefused:
            # A programme whose file is damaged is no reason to know nothing of the others.
            continue
        if fit is not None:
            compared.append((fit, version))
    said = verdict([fit for fit, _version in compared], proof.clear_db)
    fit, version = min(compared, key=lambda pair: pair[0].difference, default=(None, None))

    def finish() -> None:
        AiringProof.objects.filter(pk=proof.pk).update(
            verdict=said,
            matched=version if said == AiringProof.Verdict.MATCH else None,
            **({"difference": fit.difference, "lead": fit.lead, "second": fit.second} if fit else {}),
        )
        _settle(proof.airing_id)

    return finish
