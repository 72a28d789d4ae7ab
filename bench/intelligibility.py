"""How much better the horn rendition is understood in noise than the recording it is made from: ESTOI, in decibels.

    PYTHONPATH=site:. python bench/intelligibility.py [--quick] [--voices FOLDER]

A voice is heard through a horn loudspeaker's band (media.audio.preview) beside noise. For a method's ESTOI we look up how
many decibels louder the raw recording would have to be to reach the same: its equivalent gain. It is taken at three kinds
of equality:

loudness  both files have the same LUFS, as what goes into the amplifier has; this is what a person who turns no knob gets
ear       both are equally loud (LUFS) where they leave the horn: stricter, for a horn swallows what the raw voice has below 300 Hz
peak      both files have the same true peak, as an amplifier at its limit gives

Voices are synthetic (espeak-ng); what is compared is a change of the sound, not the voice. --voices adds recordings of
people (WAV, quiet rooms, some 15 s each), in a table of their own. Needs espeak-ng, pystoi, numpy.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

import ffmpeg as graph  # noqa: E402
import numpy as np  # noqa: E402
from pystoi import utils  # noqa: E402
from pystoi.stoi import DYN_RANGE, N_FRAME, NFFT, OBM, N  # noqa: E402

from media.audio import PIPELINE_VERSION, Levels, Sound, ffmpeg, judge, measure, render  # noqa: E402
from media.audio.measure import loudness  # noqa: E402
from media.audio.preview import horn_speaker, write_market  # noqa: E402

# ESTOI works at this rate.
RATE = 10_000
TEXT = {
    "vi": "Có người hứa việc nhẹ lương cao, hãy hỏi lại cho kỹ. Xem công ty có tên, có địa chỉ, có giấy phép hay không. "
    "Đừng đưa giấy tờ tuỳ thân cho người lạ. Khi thấy nghi ngờ, gọi số một một một, miễn phí, ngày cũng như đêm.",
    "en": "Somebody promises easy work and high pay: ask again with care. Does the company have a name, an address, a "
    "licence? Do not give your papers to a stranger. When in doubt, call one one one, free of charge, day and night.",
}
# (name, espeak voice, text, words a minute, pitch)
VOICES = [
    ("vi north, man", "vi", "vi", 150, 40),
    ("vi north, woman", "vi+f2", "vi", 165, 60),
    ("vi central, man", "vi-vn-x-central+m3", "vi", 140, 30),
    ("vi central, woman", "vi-vn-x-central+f4", "vi", 155, 70),
    ("vi south, low man", "vi-vn-x-south+m7", "vi", 170, 20),
    ("vi south, young woman", "vi-vn-x-south+f3", "vi", 185, 80),
    ("en man", "en-gb+m2", "en", 150, 45),
    ("en woman", "en-gb+f1", "en", 160, 65),
]
# How far the noise lies under the raw voice, both as the horn gives them.
SNRS = (-6, -2, 2, 6)
GRID = tuple(range(-15, 28, 3))
RECORDED = (None, 30, 20, 15, 10)
METHODS = ("raw", "loudness", "high-pass", "horn")
KINDS = ("loudness", "ear", "peak")
PEOPLE = "people"


@dataclass(frozen=True)
class Heard:
    """A sound as it leaves the horn loudspeaker, its loudness and true peak before it goes in, its loudness behind it."""

    samples: np.ndarray
    lufs: float
    peak: float
    ear: float


def shell(*arguments: str) -> None:
    subprocess.run([str(a) for a in arguments], check=True, capture_output=True)


def samples(path: Path) -> np.ndarray:
    return _read(ffmpeg.source(path))[0]


def _read(stream) -> tuple[np.ndarray, str]:
    done = ffmpeg.run(stream.output("pipe:1", format="f32le", ar=RATE, ac=1, acodec="pcm_f32le"), timeout=120)
    return np.frombuffer(done.stdout, dtype=np.float32).astype(np.float64), done.stderr


def heard(path: Path) -> Heard:
    """The horn's saturation depends on the level, so the sound goes in at −16 LUFS and comes out as it is then."""
    report = ffmpeg.run(
        ffmpeg.source(path).filter("ebur128", framelog="verbose", peak="true").output("pipe:", format="null"),
        timeout=120,
    ).stderr
    lufs, peak = loudness(report)
    played = (
        ffmpeg.source(path).filter("aresample", 44100).filter("volume", volume=f"{-16 - lufs}dB", precision="float")
    )
    sound, report = _read(horn_speaker(played).filter("ebur128", framelog="verbose"))
    return Heard(sound, lufs, peak, loudness(report)[0])


def aligned(reference: np.ndarray, sound: np.ndarray) -> np.ndarray:
    """`sound` moved to where it fits `reference` best, at the same length: encoders and filters delay."""
    size = 1 << int(np.ceil(np.log2(len(reference) + len(sound))))
    cross = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(reference, size)), size)
    reach = RATE // 2
    window = np.concatenate([cross[-reach:], cross[: reach + 1]])
    shift = int(np.argmax(np.abs(window))) - reach
    moved = sound[shift:] if shift >= 0 else np.concatenate([np.zeros(-shift), sound])
    return np.pad(moved, (0, max(0, len(reference) - len(moved))))[: len(reference)]


def power(signal: np.ndarray) -> float:
    """Of the louder half of its 50 ms frames: pauses say nothing of how loud a voice is."""
    count = len(signal) // 500
    frames = (signal[: count * 500].reshape(count, 500) ** 2).mean(axis=1)
    return float(np.sort(frames)[count // 2 :].mean())


def speech_shaped(voices: list[np.ndarray], length: int) -> np.ndarray:
    """Steady noise with the mean spectrum of all voices."""
    spectrum = np.sqrt(np.mean([np.abs(np.fft.rfft(v, 1 << 18)) ** 2 for v in voices], axis=0))
    smooth = np.convolve(spectrum, np.ones(301) / 301, mode="same")
    phases = np.random.default_rng(5).uniform(0, 2 * np.pi, len(smooth))
    noise = np.fft.irfft(smooth * np.exp(1j * phases))
    return np.resize(noise, length)


class Listener:
    """ESTOI against one reference, of pystoi's own pieces: the same figure as stoi(…, extended=True), but what a noise and
    a voice give is taken apart once, and mixing them at another level is an addition. (pystoi's function takes both apart anew.)
    """

    def __init__(self, reference: np.ndarray):
        self.reference = reference
        self.clean = self._segments(self.parts(reference))

    def parts(self, sound: np.ndarray) -> np.ndarray:
        _, kept = utils.remove_silent_frames(
            self.reference, sound[: len(self.reference)], DYN_RANGE, N_FRAME, N_FRAME // 2
        )
        return utils.stft(kept, N_FRAME, NFFT, overlap=2).T

    def estoi(self, parts: np.ndarray) -> float:
        return float((self.clean * self._segments(parts)).sum() / N / len(self.clean))

    @staticmethod
    def _segments(parts: np.ndarray) -> np.ndarray:
        bands = np.sqrt(OBM @ np.abs(parts) ** 2)
        found = np.lib.stride_tricks.sliding_window_view(bands, N, axis=1).transpose(1, 0, 2)
        for axis in (2, 1):
            found = found - found.mean(axis, keepdims=True)
            found = found / (np.linalg.norm(found, axis=axis, keepdims=True) + utils.EPS)
        return found


def recordings(folder: Path, voice: tuple, recorded: float | None) -> tuple[Path, Path]:
    """(clean, recorded): the second with the room noise of a bad recording, so many dB under the voice."""
    name, speaker, text, speed, pitch = voice
    clean = folder / f"{name.replace(' ', '-').replace(',', '')}.wav"
    if speaker == PEOPLE and not clean.exists():
        shell(ffmpeg.binary(), "-y", "-i", text, "-ac", "1", "-ar", "44100", clean)
    elif not clean.exists():
        spoken = folder / "spoken.wav"
        shell("espeak-ng", "-v", speaker, "-s", str(speed), "-p", str(pitch), "-w", spoken, TEXT[text])
        # Room of silence before and after, as recordings have.
        shell(
            ffmpeg.binary(),
            "-y",
            "-i",
            spoken,
            "-af",
            "aresample=44100,adelay=400,apad=pad_dur=0.5,volume=-6dB",
            "-ac",
            "1",
            clean,
        )
    if recorded is None:
        return clean, clean
    noisy = clean.with_name(f"{clean.stem}-{recorded}.wav")
    level = 10 * np.log10(power(samples(clean))) - recorded
    source = graph.input("anoisesrc=color=pink:amplitude=0.5:seed=9:duration=60:sample_rate=44100", f="lavfi")
    report = ffmpeg.run(
        source.filter("astats", measure_perchannel="none").output("pipe:", format="null"), timeout=60
    ).stderr
    there = float(re.findall(r"RMS level dB: (-?[\d.]+)", report)[-1])
    noise = source.filter("volume", volume=f"{level - there}dB", precision="float")
    mixed = graph.filter([graph.input(str(clean)), noise], "amix", inputs=2, normalize=0, duration="first")
    ffmpeg.run(mixed.output(str(noisy), acodec="pcm_s24le"), timeout=60)
    return clean, noisy


def variants(folder: Path, clean: Path, recorded: Path) -> tuple[np.ndarray, dict[str, Heard], list[str]]:
    """(the clean reference, each method's sound aligned to it, the verdict's refusals)."""
    measured = measure(recorded)
    files = {
        "raw": recorded,
        "loudness": folder / "plain.wav",
        "high-pass": folder / "high.wav",
        "horn": folder / "horn.mp3",
    }
    gain = -16 - measured.lufs
    shell(ffmpeg.binary(), "-y", "-i", recorded, "-af", f"volume={gain}dB:precision=float,aresample=88200,alimiter=limit=0.8:level=disabled,aresample=44100",
          "-c:a", "pcm_s24le", files["loudness"])  # fmt: skip
    shell(
        ffmpeg.binary(),
        "-y",
        "-i",
        recorded,
        "-af",
        "highpass=f=300,highpass=f=300",
        "-c:a",
        "pcm_s24le",
        files["high-pass"],
    )
    render([Sound(recorded, "x", levels=Levels.stored(measured.as_dict()))], "horn", files["horn"], folder)
    reference = heard(clean).samples
    sounds = {}
    for name, path in files.items():
        found = heard(path)
        # What the pipeline trims from the start is put back before the finer search.
        ahead = np.zeros(int(measured.start * RATE)) if name == "horn" else np.zeros(0)
        sounds[name] = replace(found, samples=aligned(reference, np.concatenate([ahead, found.samples])))
    return reference, sounds, [f.code for f in judge(measured) if f.severity == "refuse"]


def gains(reference: np.ndarray, sounds: dict[str, Heard], noises: dict[str, np.ndarray]) -> list[tuple]:
    """(noise, method, kind, SNR, equivalent gain over raw in dB)."""
    listener, raw, found = Listener(reference), sounds["raw"], []
    parts = {name: listener.parts(sound.samples) for name, sound in sounds.items()}
    for kind_of_noise, noise in noises.items():
        unit = listener.parts(noise[: len(reference)] * np.sqrt(power(raw.samples) / power(noise)))
        curve = [listener.estoi(parts["raw"] + unit * 10 ** (-snr / 20)) for snr in GRID]
        rising = np.maximum.accumulate(curve) + np.arange(len(GRID)) * 1e-9
        for method in METHODS[1:]:
            sound = sounds[method]
            # All went in at −16 LUFS. At equal peak each is as much louder as its peak lies lower.
            extra = {
                "loudness": 0.0,
                "ear": raw.ear - sound.ear,
                "peak": (raw.peak - raw.lufs) - (sound.peak - sound.lufs),
            }
            for kind in KINDS:
                for snr in SNRS:
                    reached = listener.estoi(parts[method] + unit * 10 ** (-(snr + extra[kind]) / 20))
                    found.append((kind_of_noise, method, kind, snr, float(np.interp(reached, rising, GRID)) - snr))
    return found


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument(
        "--quick", action="store_true", help="three voices, clean and 10 dB recordings; writes nothing"
    )
    options.add_argument("--voices", type=Path, help="a folder with recordings of people, WAV")
    chosen = options.parse_args()
    recorded = (None, 10) if chosen.quick else RECORDED
    text = report(*collect(VOICES[1:7:2] if chosen.quick else VOICES, recorded), recorded)
    if chosen.voices:
        people = [(path.stem, PEOPLE, path, 0, 0) for path in sorted(chosen.voices.glob("*.wav"))]
        text += "\n" + report(*collect(people, recorded), recorded, "recordings of people")
    print(text)
    if not chosen.quick:
        (ROOT / "bench/results/intelligibility.md").write_text(text)


def collect(voices: list, recorded: tuple) -> tuple[list, dict]:
    rows, refusals = [], {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_market(folder / "market.wav", 40, RATE)
        cleans = [recordings(folder, voice, None)[0] for voice in voices]
        shaped = speech_shaped([heard(path).samples for path in cleans], RATE * 40)
        noises = {"market": samples(folder / "market.wav"), "speech-shaped": shaped}

        def one(case):
            voice, level = case
            own = folder / f"{voices.index(voice)}-{level}"
            own.mkdir()
            clean, path = recordings(folder, voice, level)
            reference, sounds, refused = variants(own, clean, path)
            return voice[0], level, refused, gains(reference, sounds, noises)

        with ThreadPoolExecutor(2) as pool:
            for voice, level, refused, found in pool.map(one, [(v, r) for v in voices for r in recorded]):
                refusals[voice, level] = refused
                rows += [(voice, level, *row) for row in found]
    return rows, refusals


def report(rows: list, refusals: dict, recorded: tuple, kind: str = "synthetic voices, espeak-ng") -> str:
    def picked(method, equal, level=..., noise=...):
        return [
            r[-1] for r in rows
            if r[3] == method and r[4] == equal and level in (..., r[1]) and noise in (..., r[2])
        ]  # fmt: skip

    def words(values):
        return f"{statistics.median(values):+.1f} ({min(values):+.1f} … {max(values):+.1f})"

    voices = list(dict.fromkeys(r[0] for r in rows))
    lines = [
        f"# bench/intelligibility.py, pipeline version {PIPELINE_VERSION}: equivalent gain over the raw recording, dB", "",
        f"ESTOI through a simulated horn (300–6000 Hz), {len(voices)} voices ({kind}: {', '.join(voices)}), noises: market "
        f"(synthesised crowd, street, motorbike) and steady speech-shaped, voice {SNRS[0]} to {SNRS[-1]} dB over the noise in {len(SNRS)} steps. "
        "Median (smallest … largest) of all voices, noises and steps. Equal loudness: both files at −16 LUFS, as they go into the amplifier; "
        "at the ear: equally loud (LUFS) where they leave the horn.", "",
        "| recording | plain loudness, equal loudness | 300 Hz high-pass | **horn** | horn, equal at the ear | plain, equal peak | high-pass "
        "| **horn** | refused by the verdict |",
        "|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    columns = [(m, "loudness") for m in METHODS[1:]] + [("horn", "ear")] + [(m, "peak") for m in METHODS[1:]]
    for level in recorded:
        cells = [words(picked(method, equal, level)) for method, equal in columns]
        refused = sum(1 for (_voice, at), codes in refusals.items() if at == level and codes)
        label = "clean" if level is None else f"{level} dB over room noise"
        lines.append(f"| {label} | {' | '.join(cells)} | {refused} of {len(voices)} |")
    for equal, words_for in (("loudness", "equal loudness"), ("ear", "equal at the ear")):
        lines += ["", f"Horn, {words_for}, clean recordings, by noise: " + "; ".join(
            f"{noise} {words(picked('horn', equal, None, noise))}" for noise in dict.fromkeys(r[2] for r in rows)) + "."]  # fmt: skip
    # A source is a voice recorded in a room: its own median over noises and steps.
    sources = {
        (v, level): statistics.median(r[-1] for r in rows if r[:2] == (v, level) and r[3:5] == ("horn", "loudness"))
        for v in voices for level in recorded
    }  # fmt: skip
    lines += ["", "By voice (equal loudness, median over noises and steps, clean): "
              + "; ".join(f"{voice} {sources[voice, None]:+.1f}" for voice in voices) + "."]  # fmt: skip
    single = min(r[-1] for r in rows if r[3:5] == ("horn", "loudness"))
    clean, every = statistics.median(picked("horn", "loudness", None)), statistics.median(picked("horn", "loudness"))
    below = sum(1 for r in rows if r[3:5] == ("horn", "loudness") and r[-1] < 0)
    lines += ["", f"Wanted: ≥ 4.5 dB at equal loudness in the median: {clean:.1f} (clean), {every:.1f} (all recordings): "
              f"{'reached' if clean >= 4.5 else f'{4.5 - clean:.1f} dB short'}. Never worse than raw at 10 dB and above: worst source "
              f"{min(sources.values()):+.1f}, worst single measurement {single:+.1f}, {below} of "
              f"{len(picked('horn', 'loudness'))} single measurements below raw."]  # fmt: skip
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
