"""What kind of sound a file holds, by its content and never by its name."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from media.audio import ffmpeg
from media.audio.errors import AudioRefused

_HEAD = 4096


@dataclass(frozen=True)
class Probe:
    """container as sniffed, codec as ffmpeg names it, sample_rate in Hz."""

    container: str
    codec: str
    sample_rate: int
    channels: int


def sniff(head: bytes) -> str | None:
    """The container's name from a file's first bytes; None for anything that is not one of ours."""
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"fLaC":
        return "flac"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:9] == b"#!AMR-WB\n" or head[:6] == b"#!AMR\n":
        return "amr"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "matroska"
    if head[4:8] == b"ftyp":
        return "mov"
    if head[:3] == b"ID3":
        return "mp3"
    if len(head) > 4 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "aac"
    if len(head) > 4 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06 != 0 and head[2] >> 4 != 15:
        return "mp3"
    return None


_STREAM = re.compile(r"Stream #0:\d+.*?: Audio: (\w+).*?, (\d+) Hz, ([^,]+)")
_CHANNELS = {"mono": 1, "stereo": 2, "2.1": 3, "quad": 4, "5.0": 5, "5.1": 6, "7.1": 8}


def probe(path: Path) -> Probe:
    """Reads a file's head and asks ffmpeg for its first sound. AudioRefused says what is wrong with it."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise AudioRefused("empty", _("The file is empty. Please choose the recording again."))
    container = sniff(head)
    if container is None:
        raise AudioRefused(
            "unknown", _("This is not a sound file we can use. Send MP3, M4A, WAV, OGG, FLAC, AMR, 3GP or WebM.")
        )
    stream = ffmpeg.source(path, longest=0.5).output("pipe:", format="null", map_metadata=-1)
    report = ffmpeg.run(stream, timeout=20).stderr
    found = _STREAM.search(report)
    if not found:
        raise AudioRefused("no-audio", _("There is no sound in this file."))
    codec, rate, layout = found.group(1), int(found.group(2)), found.group(3).strip()
    if layout in _CHANNELS:
        channels = _CHANNELS[layout]
    else:
        number = re.match(r"\d+", layout)
        channels = int(number.group()) if number else 1
    if not 4000 <= rate <= 384_000 or not 1 <= channels <= 8:
        raise AudioRefused("odd-format", _("The sound has an unusual format. Save it as MP3 or WAV and send it again."))
    return Probe(container, codec, rate, channels)
