"""Sounds of different kinds, made from the demo voices, and both ffmpeg binaries."""

import shutil
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from media.audio import ffmpeg as module

VOICE = Path(__file__).parents[3] / "data/demo/audio/vi-09.ogg"
WHEEL = imageio_ffmpeg.get_ffmpeg_exe()


@pytest.fixture(params=["system", "wheel"])
def binary(request, monkeypatch):
    """Runs a test with the system's ffmpeg and with the one inside the wheel, which has no ffprobe beside it."""
    path = shutil.which("ffmpeg") if request.param == "system" else WHEEL
    if path is None:
        pytest.skip("no ffmpeg on the path")
    monkeypatch.setenv("FFMPEG_BINARY", path)
    module.binary.cache_clear()
    yield path
    module.binary.cache_clear()


def make(target: Path, *arguments: str, source: Path | None = VOICE) -> Path:
    """A file made by the wheel's ffmpeg (Debian's cannot write AMR)."""
    given = [] if source is None else ["-i", str(source)]
    subprocess.run([WHEEL, "-nostdin", "-loglevel", "error", "-y", *given, *arguments, str(target)], check=True)
    return target


SOURCES = {
    "clean.wav": ["-ac", "1"],
    "noisy.wav": [
        "-filter_complex",
        "anoisesrc=c=pink:a=0.012:d=20:seed=7[n];[0:a][n]amix=inputs=2:normalize=0:duration=first",
    ],
    "phone.amr": ["-ar", "8000", "-ac", "1", "-c:a", "libopencore_amrnb", "-b:a", "12.2k"],
    "stereo.m4a": ["-ac", "2", "-c:a", "aac"],
    "narrow.wav": ["-ar", "8000", "-ac", "1"],
    "loud.mp3": ["-af", "volume=14dB,alimiter=level=disabled", "-b:a", "160k"],
    "quiet.flac": ["-af", "volume=-22dB"],
    "browser.webm": ["-c:a", "libopus", "-b:a", "24k"],
    "phone.3gp": ["-ar", "8000", "-ac", "1", "-c:a", "libopencore_amrnb", "-b:a", "12.2k", "-f", "3gp"],
}


@pytest.fixture(scope="session")
def sounds(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sounds")
    return {name: make(folder / name, *arguments) for name, arguments in SOURCES.items()}
