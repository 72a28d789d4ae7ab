"""Pictures from phones, kept as pixels only: no place, no time, no camera, no thumbnail of what was cut away."""

import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import DomainError

MAX_BYTES = 10 * 2**20
MAX_PIXELS = 40_000_000
# Enough to fill a phone and to print in a report; about 250 kB.
LONGEST_SIDE = 1600
_FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True)
class Clean:
    """A JPEG without metadata."""

    data: bytes
    width: int
    height: int


def clean_photo(file, *, longest: int = LONGEST_SIDE) -> Clean:
    """The picture of an uploaded file (anything with `.read()`), judged by its content and written anew; no side longer
    than `longest` pixels."""
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise DomainError(_("The picture is larger than 10 MB. Nothing was kept. Take it again at a smaller size."))
    unreadable = DomainError(
        _("This file is not a picture that can be read. Send a JPEG, PNG or WebP; nothing was kept.")
    )
    try:
        with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
            picture = Image.open(io.BytesIO(data), formats=_FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise DomainError(_("The picture has more than 40 megapixels. Nothing was kept. Send a smaller one."))
            picture.draft("RGB", (longest, longest))
            # Turned as it was held: the mark that says so goes with the rest.
            picture = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as error:
        raise unreadable from error
    picture.thumbnail((longest, longest))
    # A new picture of the same pixels: what Pillow carries along (EXIF, XMP, comments, colour profile) stays behind.
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=82, optimize=True)
    return Clean(out.getvalue(), *bare.size)
