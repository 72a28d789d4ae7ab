"""Machine voices for drafts: to hear how long a script is and where it stumbles, before somebody records it.

Whatever a machine reads carries "bản nháp" (draft), spoken before every piece and again within a long one, so that it can
never pass for a broadcast. It is no Recording: nothing here can be attached to a version, reviewed or released; and its file
says what it is, so that it is refused when somebody sends it in as a recording (media.recordings).
"""

import functools
import shutil
import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core.templatetags.look import sentences
from media.audio import ffmpeg
from media.audio.errors import AudioRefused

# Spoken in Vietnamese whatever the language: everybody who hears a bulletin knows these two words.
WATERMARK = "Bản nháp."
# A piece is marked anew after about so many words: half a minute at the usual speed.
WORDS_BETWEEN_MARKS = 60
# Stands in the comment of the file, near its beginning.
_MARK_IN_FILE = "draft-voice:never-to-be-broadcast"
_GAP = 0.4
_TIMEOUT = 60.0
_OUTPUT = {"acodec": "libopus", "audio_bitrate": "24k", "ar": 48000, "ac": 1, "format": "ogg"}


class Engine(Protocol):
    """A speech engine. Named by DRAFT_VOICE; all pieces of one engine have the same sample rate."""

    name: str

    def speaks(self, tag: str) -> bool:
        """Is there a voice for this language (BCP 47), here and now?"""

    def speak(self, text: str, tag: str, words_per_minute: int, target: Path) -> None:
        """Writes a mono 16-bit WAV, or raises AudioRefused."""


class EspeakNg:
    """espeak-ng, where it is installed."""

    name = "espeak-ng"
    _SPEEDS = (80, 300)

    def speaks(self, tag: str) -> bool:
        return tag in _espeak_languages()

    def speak(self, text: str, tag: str, words_per_minute: int, target: Path) -> None:
        speed = min(max(words_per_minute, self._SPEEDS[0]), self._SPEEDS[1])
        said = target.with_suffix(".txt")
        said.write_text(text, encoding="utf-8")
        # By the runner of ffmpeg: bounded in time, memory and file size, killed with all its children.
        try:
            ffmpeg.run_commands(
                [["espeak-ng", "-v", tag, "-s", str(speed), "-b", "1", "-f", str(said), "-w", str(target)]],
                timeout=_TIMEOUT,
            )
        except (OSError, AudioRefused) as error:
            raise AudioRefused("no-voice", _("The speech engine failed.")) from error


@functools.cache
def _espeak_languages() -> frozenset[str]:
    if shutil.which("espeak-ng") is None:
        return frozenset()
    listed = subprocess.run(["espeak-ng", "--voices"], capture_output=True, timeout=_TIMEOUT, check=True).stdout
    rows = [line.split() for line in listed.decode().splitlines()[1:]]
    return frozenset(row[1].split("-")[0] for row in rows if len(row) > 1)


def engine() -> Engine | None:
    """The engine of this machine; None without one. It has to speak the watermark."""
    if not settings.DRAFT_VOICE:
        return None
    found = import_string(settings.DRAFT_VOICE)()
    return found if found.speaks("vi") else None


def read_draft(
    engine: Engine, pieces: list[str], tag: str, words_per_minute: int, target: Path, workdir: Path
) -> float:
    """Writes the pieces, each after the spoken watermark, as Ogg Opus to `target`; the length in seconds."""
    mark, whole = workdir / "mark.wav", workdir / "whole.wav"
    engine.speak(WATERMARK, "vi", 160, mark)
    with wave.open(str(mark)) as file:
        shape, marked = file.getparams(), file.readframes(file.getnframes())
    silence = bytes(int(shape.framerate * _GAP) * shape.sampwidth * shape.nchannels)
    with wave.open(str(whole), "wb") as written:
        written.setparams(shape)
        for number, text in enumerate(text for piece in pieces for text in between_marks(piece)):
            spoken = workdir / f"{number}.wav"
            engine.speak(text, tag, words_per_minute, spoken)
            with wave.open(str(spoken)) as file:
                if file.getparams()[:3] != shape[:3]:
                    raise AudioRefused("no-voice", _("The speech engine failed."))
                written.writeframes(marked + silence + file.readframes(file.getnframes()) + silence)
        seconds = written.getnframes() / shape.framerate
    # Room for the encoder: espeak-ng speaks up to full scale.
    sound = ffmpeg.source(whole).filter("volume", 0.7)
    ffmpeg.run(sound.output(str(target), metadata=f"comment={_MARK_IN_FILE}", **_OUTPUT), timeout=300)
    return seconds


def between_marks(piece: str) -> Iterator[str]:
    """A piece in parts of about WORDS_BETWEEN_MARKS words, cut between sentences, or between words of an endless one."""
    part: list[str] = []
    for sentence in sentences(piece):
        words = sentence.split()
        if part and len(part) + len(words) > WORDS_BETWEEN_MARKS:
            yield " ".join(part)
            part = []
        part += words
        while len(part) > 2 * WORDS_BETWEEN_MARKS:
            yield " ".join(part[:WORDS_BETWEEN_MARKS])
            part = part[WORDS_BETWEEN_MARKS:]
    if part:
        yield " ".join(part)


def is_draft(path: Path) -> bool:
    """Was this file made by read_draft, here or in another house?"""
    with path.open("rb") as file:
        return _MARK_IN_FILE.encode() in file.read(4096)
