"""Machine voices for drafts: to hear how long a script is and where it stumbles, before somebody records it.

Whatever a machine reads carries "bản nháp" (draft), spoken before every piece, so that it can never pass for a broadcast. It
is no Recording: nothing here can be attached to a version, reviewed or released.
"""

import functools
import shutil
import subprocess
import wave
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from media.audio import ffmpeg
from media.audio.errors import AudioRefused

# Spoken in Vietnamese whatever the language: everybody who hears a bulletin knows these two words.
WATERMARK = "Bản nháp."
_GAP = 0.4
_TIMEOUT = 60.0
OUTPUT = {"acodec": "libopus", "audio_bitrate": "24k", "ar": 48000, "ac": 1, "format": "ogg"}


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
        return tag in _espeak_voices()

    def speak(self, text: str, tag: str, words_per_minute: int, target: Path) -> None:
        speed = min(max(words_per_minute, self._SPEEDS[0]), self._SPEEDS[1])
        command = ["espeak-ng", "-v", tag, "-s", str(speed), "-w", str(target), "--stdin"]
        try:
            subprocess.run(command, input=text.encode(), check=True, capture_output=True, timeout=_TIMEOUT)
        except (OSError, subprocess.SubprocessError) as error:
            raise AudioRefused("undecodable", "The speech engine failed.") from error


@functools.cache
def _espeak_voices() -> frozenset[str]:
    if shutil.which("espeak-ng") is None:
        return frozenset()
    listed = subprocess.run(
        ["espeak-ng", "--voices"], capture_output=True, timeout=_TIMEOUT, check=True
    ).stdout.decode()
    return frozenset(line.split()[1].split("-")[0] for line in listed.splitlines()[1:] if len(line.split()) > 1)


def engine_for(tag: str) -> Engine | None:
    """The engine that can read this language; None without one. The watermark must be speakable too."""
    if not settings.DRAFT_VOICE:
        return None
    engine = import_string(settings.DRAFT_VOICE)()
    return engine if engine.speaks("vi") and engine.speaks(tag) else None


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
        for number, text in enumerate(pieces):
            spoken = workdir / f"{number}.wav"
            engine.speak(text, tag, words_per_minute, spoken)
            with wave.open(str(spoken)) as file:
                if file.getparams()[:3] != shape[:3]:
                    raise AudioRefused("undecodable", "The speech engine changed its sample rate.")
                written.writeframes(marked + silence + file.readframes(file.getnframes()) + silence)
        seconds = written.getnframes() / shape.framerate
    # Room for the encoder: espeak-ng speaks up to full scale.
    ffmpeg.run(ffmpeg.source(whole).filter("volume", 0.7).output(str(target), **OUTPUT), timeout=300)
    return seconds
