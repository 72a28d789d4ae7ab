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
import threading
import time
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
# The same for films, and the decoders a film may ask for: what phones and browsers record, nothing else.
FILM_FORMATS = "mov,matroska"
FILM_CODECS = (
    "h264,hevc,vp8,vp9,av1,libdav1d,mpeg4,h263,aac,mp3,mp3float,opus,libopus,vorbis,amrnb,amrwb,libopencore_amrnb,"
    "libopencore_amrwb,pcm_s16le,pcm_mulaw,pcm_alaw"
)

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


def film(path: Path, *, longest: float, **options):
    """An untrusted film as input, with its pictures ("v:0") and its sound ("a:0"): the whitelists, the length bound."""
    return ffmpeg.input(
        f"file:{path}",
        protocol_whitelist=PROTOCOLS,
        format_whitelist=FILM_FORMATS,
        codec_whitelist=FILM_CODECS,
        t=longest,
        # Memory is bounded; a film of a large phone held by as many threads as the machine has cores would burst it.
        threads=2,
        **options,
    )


def run(stream, *, timeout: float) -> Completed:
    """Runs a built graph. Raises AudioRefused when it fails, takes too long or grows too large."""
    return run_chain([stream], timeout=timeout)


def run_chain(streams: list, *, timeout: float, keep: Path | None = None) -> Completed:
    """Runs graphs side by side, each reading (`piped`) what the one before it writes to "pipe:1": filters, encoder and
    measurement use both cores, and nothing lies on the disk between them. `keep`: the file that what goes into the last
    of them is also written to, byte by byte."""
    commands = [
        stream.global_args("-nostdin", "-hide_banner", "-nostats").compile(cmd=binary(), overwrite_output=True)
        for stream in streams
    ]
    return run_commands(commands, timeout=timeout, keep=keep)


def piped():
    """The sound that the graph before this one in a chain writes as WAV."""
    return ffmpeg.input("pipe:0", format="wav", max_size=65536)["a:0"]


def to_pipe(stream, **options):
    """The end of a graph whose output the next one in a chain reads: as WAV, unless `options` name a format."""
    chosen = options or {"format": "wav", "acodec": "pcm_f32le"}
    # Written in large pieces: a wake-up of the next process for every packet costs more than the filters do.
    return stream.output("pipe:1", flush_packets=0, **chosen)


def run_commands(commands: list[list[str]], *, timeout: float, keep: Path | None = None) -> Completed:
    deadline = time.monotonic() + timeout
    processes: list[subprocess.Popen] = []
    with contextlib.ExitStack() as held:
        output = held.enter_context(tempfile.TemporaryFile())
        complaints = [held.enter_context(tempfile.TemporaryFile()) for _command in commands]
        copy = None
        try:
            for number, command in enumerate(commands):
                last = number == len(commands) - 1
                copied = keep is not None and last
                before = processes[-1].stdout if processes else None
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE if copied else before or subprocess.DEVNULL,
                    stdout=output if last else subprocess.PIPE,
                    stderr=complaints[number],
                    env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
                    start_new_session=True,
                    pipesize=1 << 20,
                )
                processes.append(process)
                _limit(process.pid, timeout)
                if copied:
                    copy = _Copy(before, process.stdin, keep)
                    copy.start()
                elif before:
                    # The next process alone holds this end, so that the one before it learns when it is gone.
                    before.close()
            for process in processes:
                if not _ended_within(process, deadline - time.monotonic()):
                    raise AudioRefused("timeout", _("The sound took too long to process. Try a shorter recording."))
                process.wait()
        finally:
            for process in processes:
                _end(process)
            if copy:
                copy.join()
        if copy and copy.error:
            raise copy.error
        texts = [_end_of(file) for file in complaints]
        for process, text in zip(processes, texts, strict=True):
            if process.returncode != 0:
                logger.info("ffmpeg ended with %s: %s", process.returncode, text[-1500:])
                raise AudioRefused("undecodable", _("This file cannot be read as sound. It may be damaged or cut off."))
        output.seek(0)
        return Completed(output.read(), texts[-1])


def _end_of(file) -> str:
    """Only the end of a very long complaint is read: the summaries stand there."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - (4 << 20)))
    return file.read().decode("utf-8", "replace")


class _Copy(threading.Thread):
    """Writes what one process says into a file and to the next process. Ends when either of them does."""

    def __init__(self, source, sink, target: Path):
        super().__init__(daemon=True, name="copy")
        self.source, self.sink, self.target, self.error = source, sink, target, None

    def run(self) -> None:
        try:
            with self.source, self.target.open("wb") as file, contextlib.suppress(BrokenPipeError), self.sink:
                while block := self.source.read1(1 << 16):
                    file.write(block)
                    self.sink.write(block)
        except OSError as error:
            self.error = error


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
        return bool(select.select([handle], [], [], max(0.0, timeout))[0])
    finally:
        os.close(handle)


def _end(process: subprocess.Popen) -> None:
    """Ends the whole process group, whatever state it is in."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
