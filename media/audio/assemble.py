"""Parts into one programme, with the loop closed on the encoded file: what is promised is what was measured."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import ffmpeg as graph
from django.utils.translation import gettext_lazy as _

from media.audio import ffmpeg
from media.audio.chain import PIPELINE_VERSION, Part, Pause, Sound, process_part
from media.audio.errors import AudioRefused
from media.audio.measure import loudness, measure_encoded
from media.audio.profiles import CEILING_DBTP, PROFILES, TARGET_LUFS, TOLERANCE_LU, Profile

ROUNDS = 4
# A programme of many parts may be longer than one recording.
LONGEST_PROGRAMME = 2 * 3600.0
# A jingle stands this far under the voice, LU.
MUSIC_BELOW = 3.0
# The limiter works at twice the rate, so that most peaks between samples are seen; the rest is what the loop is for.
_OVERSAMPLED = 88_200
# What the limiter takes away is measured on this much from the middle of the programme, seconds.
_EXCERPT = 60.0
# ebur128 prints tenths: a printed 0.1 is below 0.2 for certain, a printed 0.2 is not, LU.
_RESOLUTION = 0.05


@dataclass(frozen=True)
class RenderResult:
    """The encoded file and what was measured on it. `rounds`: how often it was encoded."""

    path: Path
    sha256: str
    bytes: int
    duration_s: float
    lufs: float
    true_peak_db: float
    rounds: int
    waveform: tuple[float, ...]


@dataclass
class _Placed:
    """A part in its place: how far from the common loudness it stands (LU), and the pause behind it (seconds)."""

    part: Part
    offset: float
    silence_after: float = 0.0


def content_key(parts: list[Sound | Pause], profile: str) -> str:
    """sha256 over the parts' content, the profile and the pipeline's version: the same key, the same bytes."""
    bare = [
        ["pause", part.seconds] if isinstance(part, Pause) else ["music" if part.music else "speech", part.sha256]
        for part in parts
    ]
    return hashlib.sha256(json.dumps([PIPELINE_VERSION, profile, bare]).encode()).hexdigest()


def render(
    parts: list[Sound | Pause], profile: str, target: Path, workdir: Path, *, longest: float = ffmpeg.LONGEST
) -> RenderResult:
    """Makes `target` (in `workdir`'s file system). Raises AudioRefused when the target loudness cannot be reached."""
    shape = PROFILES[profile]
    made: list[_Placed] = []
    for number, part in enumerate(parts):
        if isinstance(part, Pause):
            if made:
                made[-1].silence_after += part.seconds
            continue
        piece = process_part(part, shape, workdir / f"part-{number:03}.wav", longest=longest)
        if shape.mastered and piece.lufs <= -69:
            raise AudioRefused("silent", _("A part of the programme is silent."))
        made.append(_Placed(piece, -MUSIC_BELOW if part.music else 0.0))
    if not made:
        raise AudioRefused("empty", _("The programme has no sound in it."))
    temporary = target.with_name(target.name + ".tmp")
    if not shape.mastered:
        ffmpeg.run(_joined(made, None).output(str(temporary), **shape.output), timeout=900)
        return _finished(temporary, target, 1)
    return _closed_loop(made, shape, temporary, target)


def _closed_loop(made: list[_Placed], shape: Profile, temporary: Path, target: Path) -> RenderResult:
    gain, slope = _first_gain(made, shape)
    ceiling, best, earlier = shape.limit, None, None
    for number in range(1, ROUNDS + 1):
        ffmpeg.run(_limited(_joined(made, gain), ceiling).output(str(temporary), **shape.output), timeout=900)
        best = _finished(temporary, None, number)
        error = TARGET_LUFS - best.lufs
        over = best.true_peak_db - CEILING_DBTP
        if abs(error) <= TOLERANCE_LU - _RESOLUTION and over <= 0:
            break
        if earlier and earlier[2] == ceiling and abs(gain - earlier[0]) > 0.05:
            slope = min(1.2, max(0.25, (best.lufs - earlier[1]) / (gain - earlier[0])))
        earlier = (gain, best.lufs, ceiling)
        gain += error / slope
        if over > 0:
            # Lower peaks cost loudness; the limiter gives back about half of what is added.
            ceiling -= over + 0.15
            gain += 0.4 * over / slope
    else:
        raise AudioRefused("loudness", _("The loudness for loudspeakers could not be reached. Record again, please."))
    os.replace(temporary, target)
    return RenderResult(target, *_fields(best)[1:])


def _first_gain(made: list[_Placed], shape: Profile) -> tuple[float, float]:
    """(gain in LUFS, slope): where the limiter lets the target through, and what a decibel of gain gives there.

    Measured on an excerpt at two gains, not guessed: near the limiter a decibel of gain gives less than one of loudness.
    """
    low, high = TARGET_LUFS + 0.5, TARGET_LUFS + 4.0
    total = sum(placed.part.seconds + placed.silence_after for placed in made)
    stream = _joined(made, low)
    if total > 1.5 * _EXCERPT:
        middle = (total - _EXCERPT) / 2
        stream = stream.filter("atrim", start=round(middle, 2), end=round(middle + _EXCERPT, 2))
    branches = stream.filter_multi_output("asplit", 3)
    louder = branches[2].filter("volume", volume=f"{high - low}dB", precision="float")
    measured = [
        branch.filter("ebur128", framelog="verbose").output("pipe:", format="null")
        for branch in (branches[0], _limited(branches[1], shape.limit), _limited(louder, shape.limit))
    ]
    report = ffmpeg.run(graph.merge_outputs(*measured), timeout=900).stderr
    found = _summaries(report)
    if len(found) != 3:
        return low + shape.loss, 0.7
    # The excerpt may be louder or softer than the whole; what the limiter takes from it is what counts.
    before, at_low, at_high = found
    loss_low, loss_high = before - at_low, before + high - low - at_high
    at_low, at_high = low - loss_low, high - loss_high
    slope = min(1.0, max(0.25, (at_high - at_low) / (high - low)))
    return low + (TARGET_LUFS + shape.loss - at_low) / slope, slope


def _summaries(report: str) -> list[float]:
    """The integrated loudness of each ebur128 in a graph, in the order they stand in it."""
    found = {}
    for block in report.split("[Parsed_ebur128_")[1:]:
        if " LUFS" in block:
            found[int(block.split(" ", 1)[0])] = loudness(block)[0]
    return [found[number] for number in sorted(found)]


def _fields(result: RenderResult) -> list:
    return [getattr(result, name) for name in RenderResult.__dataclass_fields__]


def _joined(made: list[_Placed], gain: float | None):
    """The parts one after the other. With a gain every part is first brought to the same loudness (gain = LUFS)."""
    streams = []
    for placed in made:
        stream = graph.input(str(placed.part.path), format="wav")
        stream = stream.filter("aformat", sample_fmts="flt", channel_layouts="mono")
        if gain is not None:
            stream = stream.filter(
                "volume", volume=f"{gain + placed.offset - placed.part.lufs:.3f}dB", precision="float"
            )
        if placed.silence_after:
            stream = stream.filter("apad", pad_dur=round(placed.silence_after, 3))
        streams.append(stream)
    return streams[0] if len(streams) == 1 else graph.concat(*streams, v=0, a=1)


def _limited(stream, ceiling_db: float):
    limit = round(10 ** (ceiling_db / 20), 5)
    return (
        stream.filter("aresample", _OVERSAMPLED)
        .filter("alimiter", limit=limit, level="disabled", attack=2, release=50)
        .filter("aresample", 44100)
    )


def _finished(path: Path, target: Path | None, rounds: int) -> RenderResult:
    """Measures an encoded file and fsyncs it; moved to `target` when there is one."""
    encoded = measure_encoded(path)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
        os.fsync(file.fileno())
    size = path.stat().st_size
    if target is not None:
        os.replace(path, target)
    return RenderResult(target or path, digest.hexdigest(), size, rounds=rounds, **encoded)
