"""Fingerprints of finished sounds, made when they are first asked for and kept by content."""

from media.audio.fingerprint import ALGORITHM, fingerprint, pack, unpack
from media.models import Fingerprint, Rendition
from media.storage import absolute


def fingerprint_of(rendition: Rendition) -> list[int]:
    """The words of a rendition that is ready. AudioRefused where its file cannot be read."""
    key = f"{rendition.sha256}-{ALGORITHM}"
    kept = Fingerprint.objects.filter(key=key).first()
    if kept is None:
        words = fingerprint(absolute(rendition.path))
        kept, _new = Fingerprint.objects.get_or_create(key=key, defaults={"words": pack(words)})
    return unpack(bytes(kept.words))
