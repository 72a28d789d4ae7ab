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
from media.audio.measure import encoded_measure, encoded_measures, loudness
from media.audio.preview import horn_speaker, market
from media.audio.profiles import CEILING_DBTP, PREVIEWS, PROFILES, TARGET_LUFS, TOLERANCE_LU, Profile

ROUNDS = 4
# A programme of many parts may be longer than one recording.
LONGEST_PROGRAMME = 2 * 3600.0
# A jingle stands this far under the voice, LU.
MUSIC_BELOW = 3.0
# The limiter works at twice the rate, so that most peaks between samples are seen; the rest is what the loop is for.
_OVERSAMPLED = 88_200
# What the limiter takes away is measured on this much from the middle of the programme, seconds.
_EXCERPT = 40.0
# What a slow encoder takes away is tried on this much, seconds.
_TRIAL = 40.0
# So much of a programme is heard in its preview, seconds.
_PREVIEW = 40.0
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
    made = _prepared(parts, shape, workdir, longest)
    temporary = target.with_name(target.name + ".tmp")
    if not shape.mastered:
        encoded = _encoded(_joined(made, None), shape, temporary, _total(made))
        return _finished(temporary, target, 1, encoded)
    return _closed_loop(made, shape, temporary, target, workdir)


def _prepared(parts: list[Sound | Pause], shape: Profile, workdir: Path, longest: float) -> list[_Placed]:
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
    return made


def render_preview(parts: list[Sound | Pause], profile: str, target: Path, workdir: Path) -> RenderResult:
    """The beginning of a programme as a village hears it: from a horn loudspeaker, across a market. As recorded or as
    processed (PREVIEWS), both equally loud when they enter the loudspeaker."""
    shape = PREVIEWS[profile]
    made = _prepared(parts, shape, workdir, ffmpeg.LONGEST)
    total = _total(made)
    gain, _slope = _first_gain(made, shape, total, workdir)
    seconds = min(total, _PREVIEW)
    voice = _limited(_joined(made, gain), shape.limit).filter("atrim", end=round(seconds, 2))
    both = graph.filter([horn_speaker(voice), market(seconds)], "amix", inputs=2, normalize=0, duration="first")
    # Voice and noise together are louder than the voice: both are turned down alike, so before and after compare.
    stream = _limited(both.filter("volume", volume="-4dB", precision="float"), shape.limit)
    temporary = target.with_name(target.name + ".tmp")
    return _finished(temporary, target, 1, _encoded(stream, shape, temporary, seconds))


def _closed_loop(made: list[_Placed], shape: Profile, temporary: Path, target: Path, workdir: Path) -> RenderResult:
    total = _total(made)
    gain, slope = _first_gain(made, shape, total, workdir)
    ceiling, best, earlier = shape.limit, None, None
    for number in range(1, ROUNDS + 1):
        encoded = _encoded(_limited(_joined(made, gain), ceiling), shape, temporary, total)
        best = _finished(temporary, None, number, encoded)
        error = TARGET_LUFS - best.lufs
        over = best.true_peak_db + _RESOLUTION - CEILING_DBTP
        if abs(error) <= TOLERANCE_LU - _RESOLUTION and over <= 0:
            break
        if earlier and earlier[2] == ceiling and abs(gain - earlier[0]) > 0.05:
            slope = min(1.2, max(0.25, (best.lufs - earlier[1]) / (gain - earlier[0])))
        earlier = (gain, best.lufs, ceiling)
        gain += error / slope
        if over > 0:
            # Lower peaks cost loudness; the limiter gives back about half of what is added.
            ceiling -= over + 0.25
            gain += 0.4 * over / slope
    else:
        raise AudioRefused("loudness", _("The loudness for loudspeakers could not be reached. Record again, please."))
    os.replace(temporary, target)
    return RenderResult(target, *_fields(best)[1:])


def _total(made: list[_Placed]) -> float:
    return sum(placed.part.seconds + placed.silence_after for placed in made)


def _encoded(stream, shape: Profile, target: Path, seconds: float) -> dict:
    """Encodes into `target` and measures those very bytes meanwhile: filters, encoder and measurement side by side."""
    joined = ffmpeg.to_pipe(stream)
    if not shape.streams:
        ffmpeg.run_chain([joined, ffmpeg.piped().output(str(target), **shape.output)], timeout=900)
        check = encoded_measure(ffmpeg.source(target, longest=LONGEST_PROGRAMME), seconds)
        return encoded_measures(ffmpeg.run(check, timeout=900))
    encoder = ffmpeg.to_pipe(ffmpeg.piped(), **shape.output)
    check = encoded_measure(graph.input("pipe:0", format=shape.output["format"])["a:0"], seconds)
    return encoded_measures(ffmpeg.run_chain([joined, encoder, check], timeout=900, keep=target))


def _first_gain(made: list[_Placed], shape: Profile, total: float, workdir: Path) -> tuple[float, float]:
    """(gain in LUFS, slope): where the limiter lets the target through, and what a decibel of gain gives there.

    Measured on an excerpt at two gains, not guessed: near the limiter a decibel of gain gives less than one of loudness.
    """
    low, high = TARGET_LUFS + 0.5, TARGET_LUFS + 4.0
    stream = _excerpt(_joined(made, low), total, _EXCERPT)
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
    wanted = TARGET_LUFS + shape.loss
    if shape.tried:
        wanted = TARGET_LUFS + _encoder_loss(made, shape, low + (wanted - at_low) / slope, total, workdir)
    return low + (wanted - at_low) / slope, slope


def _encoder_loss(made: list[_Placed], shape: Profile, gain: float, total: float, workdir: Path) -> float:
    """What the encoder takes from this very voice, LU: it depends on the sound, and a try on a part of it is cheap."""
    trial = workdir / f"trial{shape.suffix}"
    stream = _excerpt(_limited(_joined(made, gain), shape.limit), total, _TRIAL)
    branches = stream.filter_multi_output("asplit", 2)
    both = graph.merge_outputs(
        branches[0].filter("ebur128", framelog="verbose").output("pipe:", format="null"),
        branches[1].output(str(trial), **shape.output),
    )
    before = _summaries(ffmpeg.run(both, timeout=900).stderr)
    check = ffmpeg.source(trial, longest=LONGEST_PROGRAMME).filter("ebur128", framelog="verbose")
    after = _summaries(ffmpeg.run(check.output("pipe:", format="null"), timeout=900).stderr)
    trial.unlink()
    return before[0] - after[0] if before and after and after[0] > -69 else shape.loss


def _excerpt(stream, total: float, seconds: float):
    """So many seconds from the middle; a programme not much longer is taken whole."""
    if total <= 1.5 * seconds:
        return stream
    middle = (total - seconds) / 2
    return stream.filter("atrim", start=round(middle, 2), end=round(middle + seconds, 2))


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


def _finished(path: Path, target: Path | None, rounds: int, encoded: dict) -> RenderResult:
    """Names an encoded and measured file by its content and fsyncs it; moved to `target` when there is one."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
        os.fsync(file.fileno())
    size = path.stat().st_size
    if target is not None:
        os.replace(path, target)
    return RenderResult(target or path, digest.hexdigest(), size, rounds=rounds, **encoded)
