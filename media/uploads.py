"""Uploads that arrive in chunks over a bad connection. Every acknowledged byte is on disk."""

import os
import time
import uuid
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from media.models import Recording, Upload
from media.storage import fsync_folder, sha256_of

MAX_SIZE = 200 * 2**20
MAX_CHUNK = 2 * 2**20
# What one person may have open at a time, so that nobody fills the disk by beginning and never finishing.
MAX_OPEN = 2**30
STALE_AFTER = timedelta(days=7)


class WrongOffset(DomainError):
    """The client goes on from `upload.received`."""

    code = "wrong-offset"


class NoSpace(DomainError):
    code = "no-space"


class TakenIn(DomainError):
    """The file has arrived and is a recording already: there is nothing left to send."""

    code = "taken-in"


def part_path(upload: Upload) -> Path:
    return _folder() / f"{upload.pk}.part"


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "parts"


def bare_name(filename: str) -> str:
    """The last part of a name that a phone sent, without folders and signs that no list or header can carry."""
    name = "".join(c for c in filename.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())
    return name.strip()[:255] or "audio"


def start_upload(*, owner, upload_id: uuid.UUID, filename: str, size: int) -> Upload:
    """Opens an upload; asking again with the same id goes on with the one there is. Another's raises DoesNotExist."""
    if not 0 < size <= MAX_SIZE:
        raise DomainError(_("A file may have up to 200 MB, and must not be empty."))
    taken_in = Recording.objects.filter(sent_as=upload_id).first()
    if taken_in:
        if taken_in.owner_id != owner.pk:
            raise Upload.DoesNotExist
        raise TakenIn(_("This file has arrived already."))
    with transaction.atomic():
        mine = Upload.objects.filter(owner=owner).exclude(pk=upload_id)
        if (mine.aggregate(open=Sum("size"))["open"] or 0) + size > MAX_OPEN:
            raise DomainError(
                _(
                    "You have begun many files and not finished them. Finish one, or wait a week: then they are removed."
                ),
                code="too-many",
            )
        upload, created = Upload.objects.get_or_create(
            pk=upload_id, defaults={"owner": owner, "filename": bare_name(filename), "size": size}
        )
        if upload.owner_id != owner.pk:
            raise Upload.DoesNotExist
        if not created and upload.size != size:
            raise DomainError(_("This is another file than the one that was begun. Start again."))
        _look(upload)
    return _complete(upload)


def receive_chunk(*, upload: Upload, offset: int, data: bytes) -> Upload:
    """Appends a chunk at `offset`. A chunk that is already there is acknowledged again.

    WrongOffset when it does not join what has arrived, NoSpace when the disk is full; what has arrived is kept.
    """
    if len(data) > MAX_CHUNK:
        raise DomainError(_("The piece is too large."), code="too-large")
    try:
        with transaction.atomic():
            upload = Upload.objects.select_for_update().get(pk=upload.pk)
            joins = _append(upload, offset, data)
    except OSError as error:
        raise NoSpace(
            _("The server cannot store more just now. What has arrived is kept: try again later, and tell us.")
        ) from error
    if not joins:
        raise WrongOffset(_("Pieces are missing before this one."))
    return _complete(upload)


def _append(upload: Upload, offset: int, data: bytes) -> bool:
    """Whether the chunk joins what has arrived. Called with the row locked."""
    if offset < 0 or offset + len(data) > upload.size:
        raise DomainError(_("The piece does not fit into the file."))
    if upload.state == Upload.State.COMPLETE:
        return True
    path, there = part_path(upload), _look(upload)
    if offset + len(data) <= upload.received:
        return True
    if offset != upload.received:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("r+b" if there else "w+b") as file:
        file.seek(offset)
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
    if not there:
        fsync_folder(path.parent)
    upload.received, upload.touched_at = offset + len(data), timezone.now()
    upload.save(update_fields=["received", "touched_at"])
    return True


def _look(upload: Upload) -> int:
    """How many bytes lie on the disk. After a repair or a restored backup that may be fewer than were acknowledged:
    then the phone goes on from there."""
    path = part_path(upload)
    there = path.stat().st_size if path.exists() else 0
    if there < upload.received and upload.state == Upload.State.RECEIVING:
        upload.received = there
        upload.save(update_fields=["received"])
    return there


def _complete(upload: Upload) -> Upload:
    """Names a whole file by its content. Outside the transaction: hashing 200 MB must not hold up other writers."""
    if upload.received == upload.size and upload.state == Upload.State.RECEIVING:
        digest = sha256_of(part_path(upload))
        Upload.objects.filter(pk=upload.pk).update(state=Upload.State.COMPLETE, sha256=digest)
        upload.state, upload.sha256 = Upload.State.COMPLETE, digest
    return upload


def complete_upload(*, owner, upload_id: uuid.UUID) -> Upload | None:
    """A person's upload that has arrived whole, with its part on the disk."""
    upload = Upload.objects.filter(pk=upload_id, owner=owner, state=Upload.State.COMPLETE).first()
    return upload if upload and part_path(upload).exists() else None


def remove_upload(upload: Upload) -> None:
    """Lets go of an upload that was taken in elsewhere, or refused; of its part when that is certain."""
    part = part_path(upload)
    upload.delete()
    transaction.on_commit(lambda: part.unlink(missing_ok=True))


def store_whole(*, owner, file) -> Upload:
    """The same for a browser without JavaScript: a whole file from a form (a Django UploadedFile)."""
    upload = start_upload(owner=owner, upload_id=uuid.uuid4(), filename=file.name, size=file.size)
    file.seek(0)
    while block := file.read(MAX_CHUNK):
        upload = receive_chunk(upload=upload, offset=upload.received, data=block)
    return upload


def delete_stale() -> int:
    """Removes uploads nobody has touched for a week and their parts, and parts whose upload has become a recording."""
    removed = 0
    for upload in Upload.objects.filter(touched_at__lt=timezone.now() - STALE_AFTER):
        # The row first, and only if it is still untouched: a phone may come back this very moment.
        if Upload.objects.filter(pk=upload.pk, touched_at=upload.touched_at).delete()[0]:
            part_path(upload).unlink(missing_ok=True)
            removed += 1
    for part in _folder().glob("*.part"):
        if part.stat().st_mtime < time.time() - STALE_AFTER.total_seconds() and not _known(part.stem):
            part.unlink(missing_ok=True)
    return removed


def _known(name: str) -> bool:
    try:
        return Upload.objects.filter(pk=uuid.UUID(name)).exists()
    except ValueError:
        return False
