"""One sound made ready for a programme: trimmed, cleaned if it needs it, levelled, shaped for its loudspeaker."""

import math
from dataclasses import dataclass
from pathlib import Path

from media.audio import ffmpeg
from media.audio.measure import Levels, levels_of, loudness, mixed
from media.audio.profiles import Profile

# Raised whenever a change here or in assemble.py changes what comes out.
PIPELINE_VERSION = "4"

# Centres of the bands that were measured (measure.CROSSINGS), Hz, and how a voice's power is to be spread over them for a
# horn loudspeaker, dB beside the whole. Found by measurement (bench/intelligibility.py): whichever microphone and voice
# it was, the low bands cost loudness that a horn does not give, and too little of them costs more than it saves.
_CENTRES = (180, 350, 700, 1400, 2800)
_HORN_BANDS = (-7.2, -6.0, -4.0, -6.9, -9.3)
# No band is changed by more than this beside the others, dB: a telephone's missing bands are noise.
_MOST_SHAPED = 12.0
# What lies beyond what a horn gives: dB beside the nearest band, at Hz.
_BELOW, _ABOVE = {0: -30, 80: -12}, {4200: 0, 5500: -6, 7000: -18, 9000: -30}
# A recording with pauses quieter than this is left undenoised, dBFS relative to its speech.
_CLEAN_SNR = 40.0


@dataclass(frozen=True)
class Sound:
    """A file that is part of a programme; `music` (a jingle) is neither denoised nor levelled. `levels`: what was
    measured in it when it arrived; without them it is measured again."""

    path: Path
    sha256: str
    music: bool = False
    levels: Levels | None = None


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Part:
    """An intermediate WAV (44.1 kHz, mono, 24 bit) and its loudness in LUFS."""

    path: Path
    lufs: float
    seconds: float


def process_part(sound: Sound, profile: Profile, target: Path, *, longest: float = ffmpeg.LONGEST) -> Part:
    """Writes the intermediate of one sound. The noise is measured first: a denoiser with the wrong floor does harm."""
    levels = sound.levels or levels_of(sound.path, longest=longest)
    stream = (
        mixed(ffmpeg.source(sound.path, longest=longest), levels.mixdown)
        .filter("aresample", 44100)
        .filter("aformat", sample_fmts="flt", channel_layouts="mono")
    )
    if not sound.music:
        stream = stream.filter("atrim", start=round(levels.start, 3), end=round(levels.end, 3))
    stream = stream.filter("asetpts", "PTS-STARTPTS")
    written = {"format": "wav", "acodec": "pcm_s24le", "fflags": "+bitexact"}
    if not profile.mastered:
        ffmpeg.run(stream.output(str(target), **written), timeout=300)
        return Part(target, 0.0, _seconds(target))
    if sound.music or not profile.cleaned:
        steps = [stream.filter("highpass", f=120) if profile.horn else stream]
    else:
        steps = _speech(stream, levels, profile)
    steps[-1] = steps[-1].filter("ebur128", framelog="verbose").output(str(target), **written)
    lufs, _peak = loudness(ffmpeg.run_chain(steps, timeout=300).stderr)
    return Part(target, lufs, _seconds(target))


def _seconds(path: Path) -> float:
    """The length of a WAV of ours: what follows its short header is samples of three bytes."""
    return max(0, path.stat().st_size - 100) / (44100 * 3)


def _speech(stream, levels: Levels, profile: Profile) -> list:
    """Two graphs for two cores, about equally long: cleaning, which costs most where it is needed, and the rest."""
    noise, speech = levels.noise_db, levels.speech_db
    snr = speech - noise
    stream = stream.filter("highpass", f=120 if profile.horn else 80)
    before = []
    if noise > -75 and snr < _CLEAN_SNR:
        # A floor set 8 dB lower left the noise of a 10 dB recording in place: 0.7 dB less understood.
        stream = stream.filter("afftdn", nr=14 if snr < 25 else 8, nf=round(min(-20.0, max(-80.0, noise)), 1))
        before, stream = [ffmpeg.to_pipe(stream)], ffmpeg.piped()
    # Frames quieter than this (pauses) keep their gain, so that levelling does not lift the room noise in them.
    quietest = 10 ** (min(noise + 14, speech - 12) / 20)
    stream = stream.filter("dynaudnorm", f=400, g=11, p=0.9, m=25, t=round(min(1.0, max(0.0, quietest)), 5))
    if not before:
        before, stream = [ffmpeg.to_pipe(stream)], ffmpeg.piped()
    if profile.horn:
        stream = stream.filter("firequalizer", gain_entry=_horn_curve(levels.bands))
        # As quick as syllables: consonants come up to the vowels. What stands little above its noise is levelled less,
        # for its noise would come up too.
        ratio = round(min(4.0, max(2.0, snr / 10 + 1)), 1)
        return [*before, stream.filter("acompressor", threshold="-40dB", ratio=ratio, attack=2, release=12, knee=6)]
    return [*before, stream.filter("acompressor", threshold="-28dB", ratio=3, attack=4, release=80, knee=6)]


def _horn_curve(bands: tuple[float, ...]) -> str:
    """The equaliser that spreads this voice's power as a horn wants it, without making it louder as a whole."""
    wanted = [target - band for target, band in zip(_HORN_BANDS, bands, strict=True)]
    middle = sum(wanted) / len(wanted)
    gains = [max(-_MOST_SHAPED, min(_MOST_SHAPED, gain - middle)) for gain in wanted]
    louder = 10 * math.log10(sum(10 ** ((b + g) / 10) for b, g in zip(bands, gains, strict=True)))
    gains = [gain - louder for gain in gains]
    curve = {hertz: gains[0] + more for hertz, more in _BELOW.items()}
    curve |= dict(zip(_CENTRES, gains, strict=True))
    curve |= {hertz: gains[-1] + more for hertz, more in _ABOVE.items()}
    return ";".join(f"entry({hertz},{gain:.1f})" for hertz, gain in curve.items())
