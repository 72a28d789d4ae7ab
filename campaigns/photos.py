"""Pictures from phones and editors, kept as pixels only: no place, no time, no camera, no thumbnail of what was cut away."""

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
# Enough for a poster of A4 at arm's length: the original of what the site shows.
LONGEST_ORIGINAL = 2400
_FORMATS = ("JPEG", "PNG", "WEBP")
# format → (suffix, how it is written anew). A drawing stays sharp and keeps what is see-through.
_KEPT = {
    "JPEG": (".jpg", {"quality": 88, "optimize": True}),
    "PNG": (".png", {"optimize": True}),
    "WEBP": (".webp", {"quality": 88}),
    "AVIF": (".avif", {"quality": 75}),
}


@dataclass(frozen=True)
class Clean:
    """A picture without metadata, and the ending its name has."""

    data: bytes
    width: int
    height: int
    suffix: str = ".jpg"


def clean_photo(file, *, longest: int = LONGEST_SIDE) -> Clean:
    """A photo from a phone as a JPEG: an uploaded file (anything with `.read()`), judged by its content, written anew; no side
    longer than `longest` pixels."""
    picture, _kind = _opened(file, _FORMATS, longest)
    return _written(picture.convert("RGB"), "JPEG", ".jpg", {"quality": 82, "optimize": True}, longest)


def clean_original(file) -> Clean:
    """The original of a picture of the site, in its own format, written anew."""
    picture, kind = _opened(file, tuple(_KEPT), LONGEST_ORIGINAL)
    see_through = kind != "JPEG" and ("A" in picture.getbands() or "transparency" in picture.info)
    suffix, options = _KEPT[kind]
    return _written(picture.convert("RGBA" if see_through else "RGB"), kind, suffix, options, LONGEST_ORIGINAL)


def _opened(file, formats: tuple[str, ...], longest: int) -> tuple[Image.Image, str]:
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise DomainError(_("The picture is larger than 10 MB. Nothing was kept. Take it again at a smaller size."))
    unreadable = DomainError(
        _("This file is not a picture that can be read. Send a JPEG, PNG or WebP; nothing was kept.")
    )
    try:
        with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
            picture = Image.open(io.BytesIO(data), formats=formats)
            if picture.width * picture.height > MAX_PIXELS:
                raise DomainError(_("The picture has more than 40 megapixels. Nothing was kept. Send a smaller one."))
            kind = picture.format
            picture.draft("RGB", (longest, longest))
            # Turned as it was held: the mark that says so goes with the rest.
            picture = ImageOps.exif_transpose(picture)
            picture.load()
    except (
        UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning, Image.DecompressionBombError,
    ) as error:  # fmt: skip
        raise unreadable from error
    return picture, kind


def _written(picture: Image.Image, kind: str, suffix: str, options: dict, longest: int) -> Clean:
    picture.thumbnail((longest, longest))
    # A new picture of the same pixels: what Pillow carries along (EXIF, XMP, comments, colour profile) stays behind.
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    bare.save(out, kind, **options)
    return Clean(out.getvalue(), *bare.size, suffix)
