"""How much better the horn rendition is understood in noise than the recording it is made from: ESTOI, in decibels.

    PYTHONPATH=site:. python bench/intelligibility.py [--quick]

A voice is heard through a horn loudspeaker's band (media.audio.preview) beside noise. For a method's ESTOI we look up how
many decibels louder the raw recording would have to be to reach the same: its equivalent gain. Voices are synthetic
(espeak-ng); what is compared is a change of the sound, not the voice. Needs espeak-ng, pystoi, numpy.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

import ffmpeg as graph  # noqa: E402
import numpy as np  # noqa: E402
from pystoi import stoi  # noqa: E402

from media.audio import Levels, Sound, ffmpeg, judge, measure, render  # noqa: E402
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


@dataclass(frozen=True)
class Heard:
    """A sound as it leaves the horn loudspeaker, and its loudness and true peak before it goes in."""

    samples: np.ndarray
    lufs: float
    peak: float


def shell(*arguments: str) -> None:
    subprocess.run([str(a) for a in arguments], check=True, capture_output=True)


def samples(path: Path, stream=None) -> np.ndarray:
    chosen = stream if stream is not None else ffmpeg.source(path)
    done = ffmpeg.run(chosen.output("pipe:1", format="f32le", ar=RATE, ac=1, acodec="pcm_f32le"), timeout=120)
    return np.frombuffer(done.stdout, dtype=np.float32).astype(np.float64)


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
    return Heard(samples(path, horn_speaker(played)), lufs, peak)


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


def estoi(reference: np.ndarray, voice: np.ndarray, noise: np.ndarray) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(stoi(reference, voice + noise[: len(voice)], RATE, extended=True))


def recordings(folder: Path, voice: tuple, recorded: float | None) -> tuple[Path, Path]:
    """(clean, recorded): the second with the room noise of a bad recording, so many dB under the voice."""
    name, speaker, text, speed, pitch = voice
    clean = folder / f"{name.replace(' ', '-').replace(',', '')}.wav"
    if not clean.exists():
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
        sounds[name] = Heard(aligned(reference, np.concatenate([ahead, found.samples])), found.lufs, found.peak)
    return reference, sounds, [f.code for f in judge(measured) if f.severity == "refuse"]


def gains(reference: np.ndarray, sounds: dict[str, Heard], noise: np.ndarray) -> dict[tuple[str, str, int], float]:
    """(method, "loudness" | "peak", SNR) → equivalent gain over raw, dB."""
    raw = sounds["raw"]
    unit = noise * np.sqrt(power(raw.samples) / power(noise))
    curve = [estoi(reference, raw.samples, unit * 10 ** (-snr / 20)) for snr in GRID]
    rising = np.maximum.accumulate(curve)
    found = {}
    for method in METHODS[1:]:
        sound = sounds[method]
        # All were brought to −16 LUFS; at equal peak each is as much louder as its peak lies lower.
        head = (raw.peak - raw.lufs) - (sound.peak - sound.lufs)
        for kind, extra in (("loudness", 0.0), ("peak", head)):
            for snr in SNRS:
                reached = estoi(reference, sound.samples, unit * 10 ** (-(snr + extra) / 20))
                found[method, kind, snr] = float(np.interp(reached, rising + np.arange(len(rising)) * 1e-9, GRID)) - snr
    return found


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument(
        "--quick", action="store_true", help="three voices, clean and 10 dB recordings; writes nothing"
    )
    chosen = options.parse_args()
    voices = VOICES[1:7:2] if chosen.quick else VOICES
    recorded = (None, 10) if chosen.quick else RECORDED
    rows, refusals = collect(voices, recorded)
    text = report(rows, refusals, recorded)
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
            own = folder / f"{VOICES.index(voice)}-{level}"
            own.mkdir()
            clean, path = recordings(folder, voice, level)
            reference, sounds, refused = variants(own, clean, path)
            return voice[0], level, refused, {kind: gains(reference, sounds, noise) for kind, noise in noises.items()}

        with ThreadPoolExecutor(2) as pool:
            for voice, level, refused, found in pool.map(one, [(v, r) for v in voices for r in recorded]):
                refusals[voice, level] = refused
                rows += [
                    (voice, level, noise, *key, gain) for noise, table in found.items() for key, gain in table.items()
                ]
    return rows, refusals


def report(rows: list, refusals: dict, recorded: tuple) -> str:
    def picked(method, kind, level=..., noise=...):
        return [
            r[-1] for r in rows
            if r[3] == method and r[4] == kind and level in (..., r[1]) and noise in (..., r[2])
        ]  # fmt: skip

    def words(values):
        return f"{statistics.median(values):+.1f} ({min(values):+.1f} … {max(values):+.1f})"

    voices = list(dict.fromkeys(r[0] for r in rows))
    lines = [
        "# bench/intelligibility.py: equivalent gain over the raw recording, dB", "",
        f"ESTOI through a simulated horn (300–6000 Hz), {len(voices)} synthetic voices (espeak-ng: {', '.join(voices)}), noises: market "
        f"(synthesised crowd, street, motorbike) and steady speech-shaped, voice {SNRS[0]} to {SNRS[-1]} dB over the noise in {len(SNRS)} steps. "
        "Median (smallest … largest) of all voices, noises and steps.", "",
        "| recording | plain loudness, equal loudness | 300 Hz high-pass | **horn** | plain, equal peak | high-pass | **horn** | refused by the verdict |",
        "|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for level in recorded:
        cells = [words(picked(m, kind, level)) for kind in ("loudness", "peak") for m in METHODS[1:]]
        refused = sum(1 for (_voice, at), codes in refusals.items() if at == level and codes)
        label = "clean" if level is None else f"{level} dB over room noise"
        lines.append(f"| {label} | {' | '.join(cells)} | {refused} of {len(voices)} |")
    lines += ["", "Horn at equal loudness, clean recordings, by noise: " + "; ".join(
        f"{noise} {words(picked('horn', 'loudness', None, noise))}" for noise in dict.fromkeys(r[2] for r in rows)) + ".", "",
        "By voice (median over noises and steps, clean): " + "; ".join(
            f"{voice} {statistics.median(r[-1] for r in rows if r[0] == voice and r[1] is None and r[3:5] == ('horn', 'loudness')):+.1f}"
            for voice in voices) + "."]  # fmt: skip
    # A source is a voice recorded in a room: its own median over noises and steps.
    sources = {
        (v, level): statistics.median(r[-1] for r in rows if r[:2] == (v, level) and r[3:5] == ("horn", "loudness"))
        for v in voices for level in recorded
    }  # fmt: skip
    worst = min(sources.values())
    single = min(r[-1] for r in rows if r[3:5] == ("horn", "loudness"))
    lines += ["", f"Wanted: ≥ 4.5 dB at equal loudness in the median: {statistics.median(picked('horn', 'loudness', None)):.1f} (clean), "
              f"{statistics.median(picked('horn', 'loudness')):.1f} (all recordings). Never worse than raw at 10 dB and above: worst source "
              f"{worst:+.1f}, worst single measurement {single:+.1f}."]  # fmt: skip
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
