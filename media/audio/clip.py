"""A short clip from a phone, kept as sound only: ten seconds, one channel, none of what else was in the file."""

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from media.audio import ffmpeg
from media.audio.errors import AudioRefused
from media.audio.measure import measure, mixed

# What is kept of a clip, seconds: enough to be recognised (bench/fingerprint.py), too short to hold a conversation.
KEPT = 10.0
# A shorter clip cannot be recognised well enough.
SHORTEST = 6.0
# A longer one was not meant as a clip.
LONGEST = 60.0
# AAC: every phone and browser plays it.
SUFFIX, CONTENT_TYPE = ".m4a", "audio/mp4"
_OUTPUT = {
    "format": "ipod", "acodec": "aac", "audio_bitrate": "48k", "ar": 32_000, "ac": 1, "movflags": "+faststart",
    "map_metadata": -1, "fflags": "+bitexact", "flags:a": "+bitexact",
}  # fmt: skip


@dataclass(frozen=True)
class Clip:
    """`seconds` kept; `snr_db`: how far the voice stands out of what is around it."""

    seconds: float
    snr_db: float


def cut_clip(path: Path, target: Path) -> Clip:
    """Writes the middle of a phone's recording to `target`: at its ends it is the phone that is heard being handled.

    AudioRefused says what is wrong with it.
    """
    found = measure(path, longest=LONGEST + 1)
    if found.duration_s > LONGEST:
        raise AudioRefused("too-long", _("This recording is too long. Ten seconds are enough; nothing was kept."))
    if found.duration_s < SHORTEST:
        raise AudioRefused("too-short", _("This recording is too short. Record ten seconds; nothing was kept."))
    if found.speech_db < -65:
        raise AudioRefused("silent", _("Nothing can be heard in this recording. Nothing was kept; record it again."))
    kept = min(KEPT, found.duration_s)
    start = (found.duration_s - kept) / 2
    stream = mixed(ffmpeg.source(path, longest=LONGEST + 1), found.mixdown)
    stream = stream.filter("atrim", start=round(start, 3), duration=round(kept, 3)).filter("asetpts", "PTS-STARTPTS")
    ffmpeg.run(stream.output(str(target), **_OUTPUT), timeout=60)
    return Clip(kept, found.snr_db)
