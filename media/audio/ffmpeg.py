"""The one place that starts ffmpeg: found once, bounded in time, memory and file size, killed with all its children.

ffmpeg-python builds the commands; its own run() and probe() have no timeout and can deadlock, so they are not used.
There is no ffprobe here: the binary inside the imageio-ffmpeg wheel comes without one.
"""

import contextlib
import functools
import logging
import os
import resource
import select
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import ffmpeg
from django.utils.translation import gettext_lazy as _

from media.audio.errors import AudioRefused

logger = logging.getLogger(__name__)

# Demuxers that untrusted files may be read with. Without this list, HLS or ffconcat text named .mp3 makes ffmpeg open
# other files of the machine, even with the protocol list; so both are always given.
FORMATS = "wav,mp3,mov,ogg,amr,amrnb,amrwb,aac,flac,matroska"
PROTOCOLS = "file,pipe"

# Longest sound that is read from a file, seconds: an input option, so that a small file that claims a day is cut short.
LONGEST = 1800.0
_MEMORY = 2 * 2**30
_FILE = 2 * 2**30


@dataclass(frozen=True)
class Completed:
    stdout: bytes
    stderr: str


@functools.cache
def binary() -> str:
    """The ffmpeg to use: FFMPEG_BINARY, else the system's, else the one inside the imageio-ffmpeg wheel."""
    chosen = os.environ.get("FFMPEG_BINARY", "").strip()
    if chosen:
        return chosen
    found = shutil.which("ffmpeg")
    if found:
        return found
    import imageio_ffmpeg

    return imageio_ffmpeg.get_ffmpeg_exe()


def source(path: Path, *, longest: float = LONGEST, **options):
    """An untrusted file as input: both whitelists, the length bound, only its first sound."""
    return ffmpeg.input(
        # The prefix keeps a name with a colon from being read as a protocol.
        f"file:{path}",
        protocol_whitelist=PROTOCOLS,
        format_whitelist=FORMATS,
        t=longest,
        **options,
    )["a:0"]


def run(stream, *, timeout: float, folder: Path | None = None) -> Completed:
    """Runs a built graph. Raises AudioRefused when it fails, takes too long or grows too large."""
    command = stream.global_args("-nostdin", "-hide_banner", "-nostats").compile(cmd=binary(), overwrite_output=True)
    return run_command(command, timeout=timeout, folder=folder)


def run_command(command: list[str], *, timeout: float, folder: Path | None = None) -> Completed:
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            start_new_session=True,
        )
        try:
            _limit(process.pid, timeout)
            if not _ended_within(process, timeout):
                raise AudioRefused("timeout", _("The sound took too long to process. Try a shorter recording."))
            process.wait()
        finally:
            _end(process)
        errors.seek(0)
        output.seek(0)
        # Only the end is kept of a very long complaint.
        text = errors.read(4 << 20).decode("utf-8", "replace")
        if process.returncode != 0:
            logger.info("ffmpeg ended with %s: %s", process.returncode, text[-1500:])
            raise AudioRefused("undecodable", _("This file cannot be read as sound. It may be damaged or cut off."))
        return Completed(output.read(), text)


def _limit(pid: int, timeout: float) -> None:
    """Set from outside: a preexec_fn would run Python between fork and exec while other threads hold locks."""
    seconds = int(timeout * 2) + 1
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, _FILE),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, what, (most, most))


def _ended_within(process: subprocess.Popen, timeout: float) -> bool:
    """Waits on the process itself: Popen.wait(timeout) polls in steps of 50 ms, which six short steps would feel."""
    handle = os.pidfd_open(process.pid)
    try:
        return bool(select.select([handle], [], [], timeout)[0])
    finally:
        os.close(handle)


def _end(process: subprocess.Popen) -> None:
    """Ends the whole process group, whatever state it is in."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
