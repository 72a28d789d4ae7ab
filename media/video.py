"""From a phone's film to a small file that every phone plays: pure steps over the one ffmpeg runner, path in, dataclass out.

H.264 Main and AAC in MP4 (Safari and phones of 2014 play nothing newer), at most 480 lines, within BUDGET bytes a minute.
"""

import contextlib
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from PIL import Image

from core.errors import DomainError
from media.audio import AudioRefused, ffmpeg, probe
from media.audio.measure import loudness
from media.audio.probe import sniff
from media.audio.profiles import TARGET_LUFS

LONGEST = 600.0
MAX_PIXELS = 4096 * 2304
# Bytes a minute: five minutes on a 400 kb/s line take two to load.
BUDGET = 1_200_000
POSTER_BYTES = 25_000
_PATIENCE = 1800.0
# (lines, longest side, frames a second, how x264 spends its bits): the second way only when the first is too large.
_WAYS = (
    (480, 854, 25, {"crf": 30}),
    (360, 640, 20, {"video_bitrate": "84k", "maxrate": "90k", "bufsize": "180k"}),
)


class VideoRefused(DomainError):
    """A film that cannot be used; the message says why in words."""

    def __init__(self, code: str, message):
        super().__init__(message, code=code)


@dataclass(frozen=True)
class VideoProbe:
    """width and height in pixels as stored, before any turning; fps as the file claims; seconds may be a lie."""

    container: str
    codec: str
    width: int
    height: int
    fps: float
    has_sound: bool


@dataclass(frozen=True)
class Film:
    path: Path
    sha256: str
    bytes: int
    seconds: float
    width: int
    height: int


_PICTURES = re.compile(r"Stream #0:\d+.*?: Video: (\w+).*?, (\d{2,5})x(\d{2,5})(.*)")
_LENGTH = re.compile(r"Duration: (\d+):(\d\d):(\d\d\.\d+)")
_UNREADABLE = _("This file cannot be read as a video. It may be damaged or cut off.")

_NO_PICTURES = _("There are no moving pictures in this file that we can read. Send a sound as a sound.")


def probe_video(path: Path) -> VideoProbe:
    """What a file holds, by its content and never by its name."""
    with path.open("rb") as file:
        head = file.read(64)
    if not head:
        raise VideoRefused("empty", _("The file is empty. Please choose the video again."))
    container = sniff(head)
    if container not in ("mov", "matroska"):
        raise VideoRefused("unknown", _("This is not a video we can use. Send MP4, MOV, 3GP, WebM or MKV."))
    # Copied, not decoded, and nothing of it: only what the file says of itself.
    try:
        report = _run(ffmpeg.film(path, longest=0.1).output("pipe:", format="null", c="copy"), timeout=20).stderr
    except VideoRefused as refused:
        with contextlib.suppress(AudioRefused):
            probe(path)
            raise VideoRefused("no-video", _NO_PICTURES) from refused
        raise
    lines = [line for line in report.splitlines() if "attached pic" not in line]
    found = next(filter(None, map(_PICTURES.search, lines)), None)
    if not found:
        raise VideoRefused("no-video", _NO_PICTURES)
    width, height = int(found[2]), int(found[3])
    if width * height > MAX_PIXELS:
        raise VideoRefused("too-large", _("The picture of this video is larger than 4K. Record it at a smaller size."))
    rate = re.search(r"([\d.]+) fps", found[4])
    sound = any(re.search(r"Stream #0:\d+.*?: Audio: ", line) for line in lines)
    return VideoProbe(container, found[1], width, height, float(rate[1]) if rate else 25.0, sound)


def transcode(path: Path, probed: VideoProbe, target: Path) -> Film:
    """The film for phones: best picture first, smaller when that does not keep to the budget."""
    gain = _gain(path) if probed.has_sound else None
    for lines, longest, fps, bits in _WAYS:
        _encode(path, probed, target, gain, lines, longest, fps, bits)
        film = describe_film(target)
        if film.bytes <= BUDGET * max(film.seconds, 10) / 60:
            break
    if film.seconds < 0.5:
        raise VideoRefused("undecodable", _UNREADABLE)
    return film


def _encode(path, probed, target, gain, lines, longest, fps, bits) -> None:
    source = ffmpeg.film(path, longest=LONGEST)
    share = f"min(1,min({longest}/max(iw*sar,ih),{lines}/min(iw*sar,ih)))"
    pictures = (
        source["v:0"]
        .filter("scale", w=f"2*round(iw*sar*{share}/2)", h=f"2*round(ih*{share}/2)")
        .filter("setsar", "1")
        .filter("fps", fps=max(5, min(fps, round(probed.fps))))
        .filter("format", "yuv420p")
    )
    streams = [pictures]
    if gain is not None:
        streams.append(
            source["a:0"]
            .filter("aresample", 44100)
            .filter("volume", volume=f"{gain:.2f}dB", precision="float")
            .filter("alimiter", limit=0.75, level="disabled", attack=2, release=50)
        )
    sound = {"acodec": "aac", "audio_bitrate": "64k", "ac": 1, "ar": 44100} if gain is not None else {}
    # Where it was filmed, when, by which phone: none of it goes on.
    bare = {"map_metadata": -1, "map_chapters": -1, "fflags": "+bitexact", "flags": "+bitexact"}
    _run(
        ffmpeg.ffmpeg.output(
            *streams, str(target), format="mp4", vcodec="libx264", preset="medium", threads=2, movflags="+faststart",
            **{"profile:v": "main", "level": "3.1", "g": 250}, **bits, **sound, **bare,
        ),
        timeout=_PATIENCE,
    )  # fmt: skip


def _gain(path: Path) -> float:
    """What brings the film's sound to the loudness of everything else here, dB; silence stays silent."""
    check = ffmpeg.film(path, longest=LONGEST)["a:0"].filter("ebur128", framelog="verbose")
    lufs, _peak = loudness(_run(check.output("pipe:", format="null"), timeout=_PATIENCE).stderr)
    return max(-20.0, min(15.0, TARGET_LUFS - lufs)) if lufs > -60 else 0.0


def describe_film(path: Path) -> Film:
    """Length, size and picture of a film that we have made."""
    report = _run(ffmpeg.film(path, longest=0.1).output("pipe:", format="null", c="copy"), timeout=20).stderr
    length, found = _LENGTH.search(report), _PICTURES.search(report)
    if not (length and found):
        raise VideoRefused("undecodable", _UNREADABLE)
    seconds = int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Film(path, digest, path.stat().st_size, seconds, int(found[2]), int(found[3]))


def poster(film: Film) -> bytes:
    """One telling frame as a JPEG of at most POSTER_BYTES."""
    frames = ffmpeg.film(film.path, longest=20.0, ss=round(film.seconds * 0.1, 2))["v:0"].filter("thumbnail", n=60)
    made = _run(frames.output("pipe:1", format="image2pipe", vcodec="png", vframes=1), timeout=60).stdout
    with Image.open(io.BytesIO(made), formats=("PNG",)) as frame:
        picture = frame.convert("RGB")
    for side, quality in ((854, 70), (640, 65), (640, 50), (480, 45), (320, 40)):
        picture.thumbnail((side, side))
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        if out.tell() <= POSTER_BYTES:
            break
    return out.getvalue()


def _run(stream, *, timeout: float):
    try:
        return ffmpeg.run(stream, timeout=timeout)
    except AudioRefused as refused:
        if refused.code == "timeout":
            raise VideoRefused("timeout", _("The video took too long to prepare. Try a shorter one.")) from refused
        raise VideoRefused("undecodable", _UNREADABLE) from refused
