"""Photos of signed attendance sheets: judged by their content, made small, freed of what a phone writes into a picture (place,
time, device), kept for the trainers and keepers of the class alone."""

import hashlib
import io

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import DomainError
from courses.attendance import keeps_roll
from courses.models import Session, SheetPhoto
from media import storage
from people.models import User

MOST_BYTES, MOST_PIXELS, MOST_PHOTOS = 12 * 2**20, 50_000_000, 12
# Enough to read handwriting on an A4 sheet.
LONGEST = 2200
FORMATS = ("JPEG", "PNG", "WEBP")


def _small(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """The picture as a JPEG of its own, upright, and its size."""
    refusal = DomainError(_("This is no picture that can be read. Send a photo (JPEG, PNG or WebP). Nothing was kept."))
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise DomainError(_("The picture has too many points. Make it smaller. Nothing was kept."))
            # A large JPEG is read at a fraction of its size at once.
            picture.draft("RGB", (LONGEST, LONGEST))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise refusal from error
    upright.thumbnail((LONGEST, LONGEST))
    # Only the points go over to the new picture, nothing that was written beside them.
    clean, out = Image.frombytes("RGB", upright.size, upright.tobytes()), io.BytesIO()
    clean.save(out, "JPEG", quality=80, optimize=True)
    return out.getvalue(), clean.size


def keep_photo(*, session: Session, file, actor: User) -> SheetPhoto:
    """The same photo sent twice is one."""
    if not keeps_roll(actor, session.run):
        raise DomainError(_("Only the trainers of this class take its attendance."))
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise DomainError(_("The photo is larger than 12 MB. Nothing was kept."))
    small, (width, height) = _small(data)
    digest = hashlib.sha256(small).hexdigest()
    target = f"sheets/{digest[:2]}/{digest}.jpg"
    with storage.workdir() as folder:
        (folder / "photo.jpg").write_bytes(small)
        storage.keep(folder / "photo.jpg", storage.absolute(target), link=False)
    with transaction.atomic():
        Session.objects.select_for_update().get(pk=session.pk)
        found = session.photos.filter(sha256=digest, voided_at=None).first()
        if found:
            return found
        if session.photos.filter(voided_at=None).count() >= MOST_PHOTOS:
            raise DomainError(
                _("%(most)s photos of this sitting are kept already. Nothing was added.") % {"most": MOST_PHOTOS}
            )
        return session.photos.create(
            sha256=digest, path=target, size=len(small), width=width, height=height, actor=actor
        )


@transaction.atomic
def void_photo(*, photo: SheetPhoto, reason: str, actor: User) -> SheetPhoto:
    """A wrong photo is no longer shown; that it was there stays."""
    photo = SheetPhoto.objects.select_for_update(of=("self",)).select_related("session__run").get(pk=photo.pk)
    if not keeps_roll(actor, photo.session.run):
        raise DomainError(_("Only the trainers of this class take its attendance."))
    if not reason.strip():
        raise DomainError(_("Give the reason. Nothing was changed."))
    if not photo.voided_at:
        photo.voided_at, photo.voided_by, photo.void_reason = timezone.now(), actor, reason.strip()[:300]
        photo.save(update_fields=["voided_at", "voided_by", "void_reason"])
    return photo
