"""The audio pipeline beside the encode-only floor and ffmpeg-normalize, in one run on the same sounds.

    PYTHONPATH=site:. python bench/audio.py [--minutes 5] [--long 60]

Ours is measured twice: from a recording whose levels are stored already, as in the platform, where the check on arrival
has measured them, and from an unknown file. Every error and peak is measured on the encoded file by an ffmpeg run of this file's own. Sounds are the demo voices
repeated to the length asked for, and made into six kinds of source. × real time is sound seconds per wall second.
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

import imageio_ffmpeg  # noqa: E402

from media.audio import Levels, Sound, ffmpeg, measure, render  # noqa: E402

WHEEL = imageio_ffmpeg.get_ffmpeg_exe()
SOURCES = {
    "clean": ("wav", ["-ac", "1"]),
    "noisy, about 20 dB": ("wav", ["-filter_complex", "anoisesrc=c=pink:a=0.02:seed=7[n];[0:a][n]amix=inputs=2:normalize=0:duration=first"]),
    "AMR phone": ("amr", ["-ar", "8000", "-ac", "1", "-c:a", "libopencore_amrnb", "-b:a", "12.2k"]),
    "stereo AAC": ("m4a", ["-ac", "2", "-c:a", "aac", "-b:a", "96k"]),
    "8 kHz": ("wav", ["-ar", "8000", "-ac", "1"]),
    "already loud": ("mp3", ["-af", "volume=14dB,alimiter=level=disabled", "-b:a", "160k"]),
}  # fmt: skip


def measured(path: Path) -> tuple[float, float]:
    """(LUFS, dBTP), finer than the summary's tenths: the last integrated value ebur128 attaches to its frames."""
    command = [WHEEL, "-nostdin", "-hide_banner", "-i", str(path), "-af",
               "ebur128=metadata=1:peak=true,ametadata=print:key=lavfi.r128.I:file=-", "-f", "null", "/dev/null"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(re.findall(r"lavfi.r128.I=(-?[\d.]+)", done.stdout)[-1]), float(
        re.findall(r"Peak:\s+(-?[\d.]+)", done.stderr)[-1]
    )


def timed(act) -> tuple[float, float]:
    """(wall seconds, processor seconds of the children)."""
    begun, spent = time.monotonic(), _spent()
    act()
    return time.monotonic() - begun, _spent() - spent


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def voice(folder: Path, minutes: float) -> Path:
    """The demo's Vietnamese voices one after the other, repeated up to the length, 44.1 kHz mono."""
    names = sorted((ROOT / "data/demo/audio").glob("vi-*.ogg"))
    listing = folder / "list.txt"
    listing.write_text("".join(f"file '{name}'\n" for name in names) * (int(minutes / 2.2) + 1))
    target = folder / "voice.wav"
    subprocess.run([WHEEL, "-nostdin", "-loglevel", "error", "-y", "-f", "concat", "-safe", "0", "-i", str(listing), "-ac", "1",
                    "-ar", "44100", "-t", str(minutes * 60), str(target)], check=True)  # fmt: skip
    return target


class Memory(threading.Thread):
    """The largest sum of resident memory of this process's children, MB, looked at every 20 ms."""

    def __init__(self):
        super().__init__(daemon=True)
        self.most, self.done = 0.0, threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.02):
            self.most = max(self.most, sum(_resident(pid) for pid in _children(os.getpid())) / 1024)


def _children(pid: int) -> list[int]:
    try:
        found = [
            int(p) for task in Path(f"/proc/{pid}/task").iterdir() for p in (task / "children").read_text().split()
        ]
    except OSError:
        return []
    return found + [grand for child in found for grand in _children(child)]


def _resident(pid: int) -> int:
    try:
        return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1))
    except (OSError, AttributeError):
        return 0


def horn(source: Path, folder: Path, *, levels: Levels | None = None, longest: float = ffmpeg.LONGEST) -> Path:
    target = folder / "horn.mp3"
    render([Sound(source, "bench", levels=levels)], "horn", target, folder, longest=longest)
    return target


def floor(source: Path, folder: Path) -> None:
    """Decoding and encoding only, with the horn profile's own settings and binary."""
    subprocess.run([ffmpeg.binary(), "-nostdin", "-loglevel", "error", "-y", "-i", str(source), "-ar", "44100", "-ac", "1",
                    "-c:a", "libmp3lame", "-b:a", "128k", "-write_xing", "0", str(folder / "floor.mp3")], check=True)  # fmt: skip


def peer(source: Path, folder: Path) -> Path:
    target = folder / "peer.mp3"
    command = [str(Path(sys.executable).with_name("ffmpeg-normalize")), str(source), "-o", str(target), "-f", "-t", "-16", "-tp", "-1.5",
               "-c:a", "libmp3lame", "-b:a", "128k", "-ar", "44100", "-q"]  # fmt: skip
    # It wants an ffprobe-free ffmpeg by name; the system's is used for both.
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "FFMPEG_PATH": ffmpeg.binary()})
    return target


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=5)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument(
        "--long", type=float, default=60, help="minutes of the recording whose memory is measured; 0: none"
    )
    chosen = options.parse_args()
    lines = [
        "| source | LUFS | error LU | dBTP | × rt | floor × rt | ÷ floor | ÷ floor, unknown file | ÷ floor, processor "
        "| ffmpeg-normalize LUFS | dBTP | × rt | times as fast |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    ratios, unknown, speedups, worst, highest = [], [], [], 0.0, -99.0
    load = os.getloadavg()[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base, seconds = voice(folder, chosen.minutes), chosen.minutes * 60
        for kind, (suffix, arguments) in SOURCES.items():
            source = folder / f"source.{suffix}"
            subprocess.run(
                [WHEEL, "-nostdin", "-loglevel", "error", "-y", "-i", str(base), *arguments, str(source)], check=True
            )
            levels = Levels.stored(measure(source).as_dict())
            acts = {
                "floor": lambda s=source: floor(s, folder),
                "fresh": lambda s=source: horn(s, folder),
                "ours": lambda s=source, known=levels: horn(s, folder, levels=known),
                "peer": lambda s=source: peer(s, folder),
            }
            # In turns, so that a busy moment of the machine meets all of them.
            times = {key: [] for key in acts}
            for _round in range(chosen.rounds):
                for key, act in acts.items():
                    times[key].append(timed(act))
            f, u, o, p = (statistics.median(wall for wall, _cpu in times[key]) for key in acts)
            burden = statistics.median(cpu for _wall, cpu in times["ours"]) / statistics.median(
                cpu for _wall, cpu in times["floor"]
            )
            lufs, peak = measured(folder / "horn.mp3")
            peer_lufs, peer_peak = measured(folder / "peer.mp3")
            ratios.append(o / f)
            unknown.append(u / f)
            speedups.append(p / o)
            worst, highest = max(worst, abs(lufs + 16)), max(highest, peak)
            lines.append(
                f"| {kind} | {lufs:.2f} | {lufs + 16:+.2f} | {peak:.1f} | {seconds / o:.0f} | {seconds / f:.0f} | {o / f:.2f} "
                f"| {u / f:.2f} | {burden:.2f} | {peer_lufs:.2f} | {peer_peak:.1f} | {seconds / p:.0f} | {p / o:.1f} |"
            )
            print(lines[-1], flush=True)
        lines.append("")
        lines.append(f"Worst error {worst:.2f} LU (wanted ≤ 0.2), highest peak {highest:.1f} dBTP (wanted ≤ −1). Time beside the floor: "
                     f"median {statistics.median(ratios):.2f}, worst {max(ratios):.2f}; of an unknown file {statistics.median(unknown):.2f}, "
                     f"worst {max(unknown):.2f} (wanted ≤ 3). Beside ffmpeg-normalize: median {statistics.median(speedups):.1f} times "
                     f"as fast, worst {min(speedups):.1f} (wanted ≥ 2.5).")  # fmt: skip
        if chosen.long:
            long = voice(folder, chosen.long)
            memory = Memory()
            memory.start()
            taken, _cpu = timed(lambda: horn(long, folder, longest=chosen.long * 60 + 1))
            memory.done.set()
            lufs, peak = measured(folder / "horn.mp3")
            lines.append(f"A recording of {chosen.long:.0f} minutes: {taken:.0f} s, {lufs:.2f} LUFS, {peak:.1f} dBTP, peak memory of "
                         f"all ffmpeg processes together {memory.most:.0f} MB (wanted < 250).")  # fmt: skip
    text = (
        f"# bench/audio.py, {chosen.minutes:g}-minute sources, medians of {chosen.rounds}\n\n{os.cpu_count()} cores shared with other "
        f"work, load {load:.1f} at the start and {os.getloadavg()[1]:.1f} at the end: walls are in turns, so ratios hold better "
        "than speeds. “Processor” counts all cores together.\n\n" + "\n".join(lines) + "\n"
    )
    (ROOT / "bench/results/audio.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
