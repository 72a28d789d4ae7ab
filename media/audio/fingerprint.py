"""Is a short clip from a phone the programme that a loudspeaker plays? Chromaprint's words, compared at every offset.

A word (32 bits) tells how the pitches of about 2½ seconds change; one comes every 0.124 s. Of the same sound most bits are
equal, of two different ones half of them. Where the limits lie was measured: bench/fingerprint.py.
"""

from dataclasses import dataclass
from pathlib import Path

from media.audio import ffmpeg

# Part of a kept fingerprint's name: another algorithm's words are not comparable.
ALGORITHM = 1
# Seconds from one word to the next: a third of a frame of 4096 samples at 11,025 Hz.
STEP = 1365 / 11_025
# A clip begins anywhere between two words of the programme, so it is read from several beginnings, seconds.
_BEGINNINGS = tuple(STEP * number / 4 for number in range(4))
# A clip of fewer words (about four seconds) says nothing.
FEWEST = 12
# A clip is the programme's when it differs this little, or when it differs little and stands out by so much from every
# other place. Measured (bench/results/fingerprint.md): other speech never came below 0.32 nor stood out by more than 0.06.
SAME, LIKE, STANDS_OUT = 0.28, 0.38, 0.08
# It is something else only if the voice in it is clear, dB, and nowhere in the programme is anything like it. In more noise
# nobody can tell, and nobody is told that it was something else.
CLEAR, UNLIKE, LOST = 10.0, 0.36, 0.045
# Places nearer than this to the best one are the same place, words: a word's window is as long.
ELSEWHERE = 20


@dataclass(frozen=True)
class Likeness:
    """Where a clip fits a programme best: the share of bits that differ (0 the same, 0.5 nothing in common), at which
    second of the programme it begins, and how much smaller that share is than anywhere else in the programme."""

    difference: float
    second: float
    lead: float


def fingerprint(path: Path, *, start: float = 0.0) -> list[int]:
    """The words of a sound file, from `start` seconds on."""
    stream = ffmpeg.source(path, longest=2 * 3600.0)
    if start:
        stream = stream.filter("atrim", start=start).filter("asetpts", "PTS-STARTPTS")
    written = stream.output("pipe:1", format="chromaprint", fp_format="raw", algorithm=ALGORITHM, ac=1, ar=11_025)
    return unpack(ffmpeg.run(written, timeout=120).stdout)


def clip_fingerprints(path: Path) -> list[list[int]]:
    """A clip's words from each of its beginnings."""
    return [fingerprint(path, start=start) for start in _BEGINNINGS]


def unpack(data: bytes) -> list[int]:
    return [int.from_bytes(data[place : place + 4], "little") for place in range(0, len(data) - 3, 4)]


def pack(words: list[int]) -> bytes:
    return b"".join(word.to_bytes(4, "little") for word in words)


def likeness(clip: list[list[int]], programme: list[int]) -> Likeness | None:
    """The best fit of a clip (from clip_fingerprints) in a programme (from fingerprint); None where either is too short
    to say. The whole clip is compared as one large number: a single count of bits for each place."""
    whole, places = int.from_bytes(pack(programme), "little"), {}
    for beginning, words in enumerate(clip):
        count = len(words)
        if not FEWEST <= count <= len(programme):
            continue
        mine, mask = int.from_bytes(pack(words), "little"), (1 << 32 * count) - 1
        rest = whole
        for offset in range(len(programme) - count + 1):
            differing = ((rest & mask) ^ mine).bit_count() / (32 * count)
            if differing < places.get(offset, (1.0,))[0]:
                places[offset] = (differing, beginning)
            rest >>= 32
    if not places:
        return None
    best = min(places, key=lambda offset: places[offset][0])
    difference, beginning = places[best]
    others = [share for offset, (share, _begun) in places.items() if abs(offset - best) > ELSEWHERE]
    return Likeness(difference, max(0.0, best * STEP - _BEGINNINGS[beginning]), min(others, default=0.5) - difference)


def is_same(found: Likeness) -> bool:
    return found.difference <= SAME or (found.difference <= LIKE and found.lead >= STANDS_OUT)


def verdict(found: list[Likeness], snr_db: float) -> str:
    """ "match" if the clip is one of the programmes it was compared with, "other" if it is clear and like none of them,
    else "unsure"."""
    if any(is_same(one) for one in found):
        return "match"
    unlike = all(one.difference >= UNLIKE and one.lead <= LOST for one in found)
    return "other" if found and unlike and snr_db >= CLEAR else "unsure"
