"""What can be measured in a recording: loudness, peaks, noise, clipping, silence; and which channel to listen to."""

import math
import re
from dataclasses import asdict, dataclass
from pathlib import Path

import ffmpeg as graph
from django.utils.translation import gettext_lazy as _

from media.audio import ffmpeg
from media.audio.errors import AudioRefused
from media.audio.probe import Probe, probe

FRAME = 0.05
# Quieter than this is digital silence, dBFS.
FLOOR = -90.0
WAVEFORM_POINTS = 240
# Where a voice's spectrum is parted into five bands, Hz; the highest ends at 4 kHz, where telephones end too.
CROSSINGS = (250, 500, 1000, 2000)
# A voice's mean spectrum is known after so many seconds.
_SPECTRUM = 120.0


@dataclass(frozen=True)
class Measures:
    """Levels in dBFS, loudness in LUFS, true peak in dBTP, times in seconds, shares from 0 to 1.

    noise_db: the level in the pauses (10th percentile of 50 ms frames); speech_db: the power mean of the louder half of
    the frames that stand out of it; snr_db their difference. start/end bound what is not silence.
    mixdown: "mid", "left" or "right". bands: levels of the bands that CROSSINGS part, dB beside their sum.
    waveform: peak heights from 0 to 1.
    """

    duration_s: float
    lufs: float
    true_peak_db: float
    noise_db: float
    speech_db: float
    snr_db: float
    clipped_share: float
    silence_share: float
    start: float
    end: float
    mixdown: str
    bands: tuple[float, ...]
    waveform: tuple[float, ...]

    def as_dict(self) -> dict:
        found = asdict(self)
        found.pop("waveform")
        found["bands"] = list(found["bands"])
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in found.items()}


@dataclass(frozen=True)
class Levels:
    """What the cleaning must know of a recording before it starts; of a recording that was measured, it is stored."""

    noise_db: float
    speech_db: float
    start: float
    end: float
    mixdown: str
    bands: tuple[float, ...]

    @classmethod
    def stored(cls, measures: dict) -> "Levels | None":
        """From Measures.as_dict(); None when something is missing in it (an older pipeline measured less)."""
        try:
            found = {name: measures[name] for name in cls.__dataclass_fields__}
        except KeyError:
            return None
        return cls(**{**found, "bands": tuple(found["bands"])})


_PAN = {"left": "mono|c0=c0", "right": "mono|c0=c1"}


def mixed(stream, mixdown: str):
    """A source's stream as one channel, not yet converted to mono where ffmpeg's own down-mix is the right one."""
    return stream.filter("pan", args=_PAN[mixdown]) if mixdown in _PAN else stream


def _mixdown(path: Path, channels: int, *, longest: float) -> str:
    """ "mid", "left" or "right". Adding two channels in opposite phase would silence
    them, and a dead one would halve the voice, so the louder single channel is taken then."""
    if channels == 1:
        return "mid"
    stream = (
        ffmpeg.source(path, longest=longest)
        # A voice is heard below 4 kHz too, and five times fewer samples are compared.
        .filter("aresample", 8000)
        .filter("aformat", sample_fmts="flt", channel_layouts="stereo")
        .filter("pan", args="4c|c0=c0|c1=c1|c2=0.5*c0+0.5*c1|c3=0.5*c0-0.5*c1")
        .filter("astats", measure_overall="none", measure_perchannel="RMS_level")
        .output("pipe:", format="null")
    )
    levels = [_level(v) for v in re.findall(r"RMS level dB: (\S+)", ffmpeg.run(stream, timeout=120).stderr)]
    if len(levels) != 4:
        raise AudioRefused("undecodable", _("This file cannot be read as sound. It may be damaged or cut off."))
    left, right, mid, _side = levels
    louder = max(left, right)
    # A mono voice on both sides gives mid = louder; one dead side gives −6 dB; opposite phase gives silence.
    if mid < louder - 4.5:
        return "left" if left >= right else "right"
    return "mid"


def _bands(path: Path, mixdown: str, *, longest: float) -> tuple[float, ...]:
    """How the sound's power is spread over the bands, dB beside their sum."""
    stream = (
        mixed(ffmpeg.source(path, longest=min(longest, _SPECTRUM)), mixdown)
        .filter("aresample", 8000)
        .filter("aformat", sample_fmts="flt", channel_layouts="mono")
        .filter_multi_output("acrossover", split=" ".join(map(str, CROSSINGS)), order="4th")
    )
    counted = [
        stream[number].filter("astats", measure_overall="RMS_level", measure_perchannel="none")
        for number in range(len(CROSSINGS) + 1)
    ]
    outputs = [band.output("pipe:", format="null") for band in counted]
    report = ffmpeg.run(graph.merge_outputs(*outputs), timeout=120).stderr
    found = {
        int(number): _level(level)
        for number, level in re.findall(r"Parsed_astats_(\d+) @ [^\]]*\] RMS level dB: (\S+)", report)
    }
    if len(found) != len(counted):
        raise AudioRefused("undecodable", _("This file cannot be read as sound. It may be damaged or cut off."))
    whole = 10 * math.log10(sum(10 ** (level / 10) for level in found.values()))
    return tuple(round(max(found[number] - whole, FLOOR), 1) for number in sorted(found))


def _level(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return FLOOR
    return max(value, FLOOR) if math.isfinite(value) else FLOOR


def _frames(path: Path, found: Probe, mixdown: str, *, longest: float, full: bool = True):
    """One decoding pass: (frames [(rms dB, peak dB, flat factor)], stderr). A frame is 50 ms. Without `full` only the
    levels are read.

    Levels are read at the file's own rate: resampling rounds off the flat tops by which clipping is known.
    """
    wanted = "RMS_level+Peak_level+Flat_factor" if full else "RMS_level"
    stream = (
        mixed(ffmpeg.source(path, longest=longest), mixdown)
        .filter("aformat", channel_layouts="mono")
        .filter("asetnsamples", n=max(1, int(found.sample_rate * FRAME)), p=0)
        .filter("astats", metadata=1, reset=1, measure_perchannel="none", measure_overall=wanted)
        .filter("ametadata", "print", file="pipe:1")
    )
    if full:
        stream = stream.filter("ebur128", framelog="verbose", peak="true")
    stream = stream.output("pipe:2", format="null")
    done = ffmpeg.run(stream, timeout=180)
    rms, peak, flat, found = FLOOR, FLOOR, 0.0, []
    for line in done.stdout.splitlines():
        if line.startswith(b"frame:"):
            found.append((rms, peak, flat))
        elif line.startswith(b"lavfi.astats.Overall.RMS_level="):
            rms = _level(line[31:].decode())
        elif line.startswith(b"lavfi.astats.Overall.Peak_level="):
            peak = _level(line[32:].decode())
        elif line.startswith(b"lavfi.astats.Overall.Flat_factor="):
            flat = _level(line[33:].decode())
    found.append((rms, peak, flat))
    return found[1:], done.stderr


def loudness(report: str) -> tuple[float, float]:
    """(integrated LUFS, true peak dBTP) from ebur128's summary."""
    integrated = re.findall(r"I:\s+(-?[\d.]+|-?inf|nan) LUFS", report)
    peak = re.findall(r"Peak:\s+(-?[\d.]+|-?inf|nan) dBFS", report)
    return (_level(integrated[-1]) if integrated else FLOOR), (_level(peak[-1]) if peak else FLOOR)


def encoded_measure(source, seconds: float):
    """The graph that measures an encoded programme of about `seconds`; `encoded_measures` reads what it says."""
    # Long enough slices that a programme of any length gives about as many points as the waveform draws.
    slice_seconds = max(FRAME, seconds / WAVEFORM_POINTS)
    return (
        source.filter("ebur128", framelog="verbose", peak="true")
        .filter("asetnsamples", n=int(48_000 * slice_seconds), p=0)
        .filter("astats", metadata=1, reset=1, measure_perchannel="none", measure_overall="Peak_level")
        .filter("ametadata", "print", key="lavfi.astats.Overall.Peak_level", file="pipe:1")
        .output("pipe:2", format="null")
        .global_args("-progress", "pipe:2", "-stats_period", "60")
    )


def encoded_measures(done: ffmpeg.Completed) -> dict:
    """duration_s, lufs, true_peak_db and waveform. The duration is what was decoded: a pipe tells none beforehand."""
    peaks = [_level(v.decode()) for v in re.findall(rb"Peak_level=(\S+)", done.stdout)]
    lufs, true_peak = loudness(done.stderr)
    decoded = [int(v) for v in re.findall(r"^out_time_us=(\d+)", done.stderr, re.MULTILINE)]
    return {
        "duration_s": round(max(decoded, default=0) / 1e6, 3),
        "lufs": lufs,
        "true_peak_db": true_peak,
        "waveform": _waveform(peaks or [FLOOR]),
    }


def noise_and_speech(levels: list[float]) -> tuple[float, float]:
    """(noise dB, speech dB) of frame levels; digital silence counts as the floor."""
    ordered = sorted(levels)
    noise = ordered[len(ordered) // 10]
    above = [v for v in ordered if v > noise + 6] or ordered
    louder = above[len(above) // 2 :]
    speech = 10 * math.log10(sum(10 ** (v / 10) for v in louder) / len(louder))
    return noise, speech


def speech_bounds(levels: list[float], noise: float, speech: float) -> tuple[float, float]:
    """Where the voice begins and ends, seconds, with a little air before and after it."""
    threshold = min(max(noise + 8, speech - 35), speech - 12)
    loud = [i for i, level in enumerate(levels) if level > threshold]
    if not loud:
        return 0.0, len(levels) * FRAME
    return max(0.0, loud[0] * FRAME - 0.2), min(len(levels) * FRAME, (loud[-1] + 1) * FRAME + 0.35)


def levels_of(path: Path, *, longest: float = ffmpeg.LONGEST) -> Levels:
    """What measure() would say of the levels, and nothing else."""
    found = probe(path)
    mixdown = _mixdown(path, found.channels, longest=longest)
    rows, _report = _frames(path, found, mixdown, longest=longest, full=False)
    levels = [row[0] for row in rows] or [FLOOR]
    noise, speech = noise_and_speech(levels)
    start, end = speech_bounds(levels, noise, speech)
    # Rounded as Measures.as_dict() does, so that stored and fresh levels make the same bytes.
    bands = _bands(path, mixdown, longest=longest)
    return Levels(*(round(value, 4) for value in (noise, speech, start, end)), mixdown, bands)


def measure(path: Path, *, longest: float = ffmpeg.LONGEST) -> Measures:
    """Everything about a recording, in one decoding pass each for levels, bands and, where there are several, channels."""
    found = probe(path)
    mixdown = _mixdown(path, found.channels, longest=longest)
    rows, report = _frames(path, found, mixdown, longest=longest)
    if not rows or len(rows) * FRAME < 0.3:
        raise AudioRefused("too-short", _("There is almost no sound in this file."))
    levels = [row[0] for row in rows]
    lufs, true_peak = loudness(report)
    noise, speech = noise_and_speech(levels)
    top = max(row[1] for row in rows)
    loud = [row for row in rows if row[0] > speech - 20]
    clipped = sum(1 for row in rows if row[1] > max(top - 0.3, -6.0) and row[2] > 0.0)
    quiet = max(speech - 30, noise + 3)
    start, end = speech_bounds(levels, noise, speech)
    return Measures(
        duration_s=len(rows) * FRAME,
        lufs=lufs,
        true_peak_db=true_peak,
        noise_db=noise,
        speech_db=speech,
        snr_db=speech - noise,
        clipped_share=clipped / max(1, len(loud)),
        silence_share=sum(1 for level in levels if level <= quiet) / len(levels),
        start=start,
        end=end,
        mixdown=mixdown,
        bands=_bands(path, mixdown, longest=longest),
        waveform=_waveform([row[1] for row in rows]),
    )


def _waveform(peaks: list[float]) -> tuple[float, ...]:
    """At most WAVEFORM_POINTS heights, each the loudest peak of its slice, relative to the loudest of all."""
    heights = [10 ** (p / 20) if p > FLOOR else 0.0 for p in peaks]
    step = max(1, math.ceil(len(heights) / WAVEFORM_POINTS))
    slices = [max(heights[i : i + step]) for i in range(0, len(heights), step)]
    top = max(slices) or 1.0
    return tuple(round(h / top, 3) for h in slices)
