"""Is a ten-second clip from a phone recognised as the month's programme, and is anything else taken for it?

    PYTHONPATH=site:. python bench/fingerprint.py [--quick]

Programmes are synthetic speech (espeak-ng, Vietnamese, four voices, two months each) through the real horn rendition; a
clip is a programme through a horn loudspeaker's band, an open place or two horns that are heard one after the other,
market noise, and a phone's encoder, cut and compared by the functions the platform uses (media.audio.clip, .fingerprint).
What is not the programme: the other months' programmes, other speech by the same voices, the same script read aloud by
another voice. Needs espeak-ng and numpy; AMR is written by the imageio-ffmpeg wheel.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
import wave
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

import imageio_ffmpeg  # noqa: E402
import numpy as np  # noqa: E402

from campaigns.demo.law_and_models import CAMPAIGN, EXPLAINERS, MODELS, NEWS  # noqa: E402
from campaigns.demo.materials import MATERIALS  # noqa: E402
from media.audio import Sound, ffmpeg, render  # noqa: E402
from media.audio.clip import cut_clip  # noqa: E402
from media.audio.fingerprint import Likeness, clip_fingerprints, fingerprint, is_same, likeness, verdict  # noqa: E402
from media.audio.preview import horn_speaker, write_market  # noqa: E402

WHEEL = imageio_ffmpeg.get_ffmpeg_exe()
RATE = 44_100
# (espeak voice, words a minute, pitch)
VOICES = [("vi", 150, 40), ("vi+f2", 165, 60), ("vi-vn-x-central+m3", 140, 30), ("vi-vn-x-south+f3", 175, 75)]
PHONES = {
    "AAC 64 kb/s": (".m4a", ["-c:a", "aac", "-b:a", "64k"]),
    "AMR 12.2 kb/s": (".amr", ["-ar", "8000", "-ac", "1", "-c:a", "libopencore_amrnb", "-b:a", "12.2k"]),
    "Opus 24 kb/s": (".webm", ["-c:a", "libopus", "-b:a", "24k"]),
}
SNRS = (None, 20, 10, 5, 2, 0, -3, -6)


@dataclass(frozen=True)
class Heard:
    """A clip after it was sent: what it is of, and how like each programme it is."""

    kind: str
    own: int | None
    snr: int | None
    phone: str
    clear_db: float
    found: list[Likeness]
    second: float


def shell(*arguments) -> None:
    subprocess.run([str(a) for a in arguments], check=True, capture_output=True)


def texts(value):
    """The Vietnamese sentences of the demo's pages, wherever they stand in them."""
    if isinstance(value, str):
        if len(value) > 40 and any(letter in value for letter in "ăđơưạảấầẩậắặẹẻếềểệịọỏốồổộớờởợụủứừửự"):
            yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key != "en":
                yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def scripts(characters: int = 1100) -> list[str]:
    found, text = [], ""
    for sentence in texts([MATERIALS, CAMPAIGN, EXPLAINERS, MODELS, NEWS]):
        text += " " + sentence
        if len(text) > characters:
            found.append(text)
            text = ""
    return found


def say(target: Path, voice: tuple, text: str) -> Path:
    speaker, speed, pitch = voice
    shell("espeak-ng", "-v", speaker, "-s", speed, "-p", pitch, "-w", target, text)
    return target


def samples(stream) -> np.ndarray:
    done = ffmpeg.run(stream.output("pipe:1", format="f32le", ar=RATE, ac=1, acodec="pcm_f32le"), timeout=120)
    return np.frombuffer(done.stdout, dtype=np.float32).astype(np.float64)


def power(signal: np.ndarray) -> float:
    """Of the louder half of its 50 ms frames."""
    count = len(signal) // 2205
    frames = (signal[: count * 2205].reshape(count, 2205) ** 2).mean(axis=1)
    return float(np.sort(frames)[count // 2 :].mean())


def rooms() -> dict[str, np.ndarray]:
    """Impulse responses: an open place between houses; two horns, the second heard 0.28 s after the first."""
    noise = np.random.default_rng(3)

    def tail(seconds: float) -> np.ndarray:
        length = int(seconds * RATE)
        made = noise.standard_normal(length) * 10 ** (-3 * np.arange(length) / length) * 0.02
        made[0] = 1.0
        return made

    two = np.pad(tail(0.4), (0, int(0.1 * RATE)))
    two[int(0.28 * RATE)] += 0.5
    return {"open place": tail(0.25), "two horns": two}


def folded(signal: np.ndarray, response: np.ndarray) -> np.ndarray:
    size = 1 << int(np.ceil(np.log2(len(signal) + len(response))))
    return np.fft.irfft(np.fft.rfft(signal, size) * np.fft.rfft(response, size), size)[: len(signal)]


class Village:
    """Everything that can be heard, and the phone that records it."""

    def __init__(self, folder: Path, seed: int):
        self.folder, self.random, self.rooms = folder, random.Random(seed), rooms()
        write_market(folder / "market.wav", 60, RATE)
        self.market = samples(ffmpeg.source(folder / "market.wav"))
        written = scripts()
        self.programmes, self.words, self.other, self.live = [], [], [], []
        for number, text in enumerate(written[:8]):
            spoken = say(folder / f"p{number}.wav", VOICES[number % 4], text)
            target = folder / f"p{number}.mp3"
            render([Sound(spoken, f"p{number}")], "horn", target, folder)
            self.programmes.append(self._horn(target))
            self.words.append(fingerprint(target))
            self.live.append(self._horn(say(folder / "live.wav", VOICES[(number + 1) % 4], text)))
        for number, text in enumerate(written[8:12]):
            self.other.append(self._horn(say(folder / "other.wav", VOICES[number % 4], text)))

    def _horn(self, path: Path) -> np.ndarray:
        return samples(horn_speaker(ffmpeg.source(path).filter("aresample", RATE)))

    def clip(self, kind: str, sound: np.ndarray, own: int | None, snr: int | None, phone: str, seconds=10.0, end=False):
        """`end`: the second half of the clip comes after the sound has ended."""
        length = len(sound) / RATE
        begin = length - seconds / 2 if end else self.random.uniform(0.5, length - seconds - 0.5)
        before = int(max(0.0, begin - 1) * RATE)
        room = self.rooms[self.random.choice(sorted(self.rooms))]
        piece = np.pad(sound[before : int((begin + seconds) * RATE)], (0, int(seconds * RATE) if end else 0))
        recorded = folded(piece, room)[int(begin * RATE) - before :][: int(seconds * RATE)]
        if snr is not None:
            at = int(self.random.uniform(0, 45) * RATE)
            noise = self.market[at : at + len(recorded)]
            recorded = recorded + noise * np.sqrt(power(recorded) / power(noise)) * 10 ** (-snr / 20)
        recorded *= 0.7 / np.abs(recorded).max()
        plain = self.folder / "clip.wav"
        with wave.open(str(plain), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((recorded * 32767).astype("<i2").tobytes())
        suffix, options = PHONES[phone]
        sent, kept = self.folder / f"sent{suffix}", self.folder / "kept.m4a"
        shell(WHEEL, "-y", "-loglevel", "error", "-i", plain, *options, sent)
        cut = cut_clip(sent, kept)
        mine = clip_fingerprints(kept)
        return Heard(kind, own, snr, phone, cut.snr_db, [likeness(mine, words) for words in self.words], begin)


def collect(village: Village, rounds: int) -> list[Heard]:
    heard = []
    for _round in range(rounds):
        for number in range(8):
            for phone in PHONES:
                for snr in SNRS:
                    heard.append(village.clip("programme", village.programmes[number], number, snr, phone))
                for snr in (20, 5):
                    heard.append(village.clip("6 seconds", village.programmes[number], number, snr, phone, 6.2))
                    heard.append(village.clip("live", village.live[number], None, snr, phone))
                    heard.append(village.clip("over the end", village.programmes[number], number, snr, phone, end=True))
        for number in range(4):
            for phone in PHONES:
                heard += [
                    village.clip("other speech", village.other[number], None, snr, phone) for snr in (20, 10, 5, 0, -6)
                ]
    return heard


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "–"


def spread(values: list[float]) -> str:
    ordered = sorted(values)
    return f"{ordered[0]:.3f} · **{ordered[len(ordered) // 2]:.3f}** · {ordered[-1]:.3f}"


def report(heard: list[Heard], seconds: float, compared: float) -> str:
    lines = [
        "# bench/fingerprint.py: is the clip the month's programme?", "",
        f"{len(heard)} clips of eight programmes (four synthetic voices), of other speech by the same voices and of live readings, "
        f"each compared with all eight programmes. A clip's way on the server took {seconds:.2f} s (cut, encode, four readings), "
        f"comparing it with one programme of 80 s {1000 * compared:.0f} ms.", "",
        "## The programme, ten seconds, by noise", "",
        "| voice over market noise | matches | cannot tell | does not match | differing bits: least · **median** · most | stands out by: least · **median** · most |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    own = [one for one in heard if one.kind == "programme"]
    for snr in SNRS:
        rows = [one for one in own if one.snr == snr]
        said = defaultdict(int)
        for one in rows:
            said[verdict([one.found[one.own]], one.clear_db)] += 1
        level = "no noise" if snr is None else f"{snr:+d} dB"
        best = [one.found[one.own] for one in rows]
        lines.append(
            f"| {level} | {share(said['match'], len(rows))} | {said['unsure']} | {said['other']} "
            f"| {spread([b.difference for b in best])} | {spread([b.lead for b in best])} |"
        )
    lines += ["", "By phone, 5 dB and above: " + "; ".join(
        f"{phone} {share(sum(is_same(o.found[o.own]) for o in own if good(o, phone)), sum(good(o, phone) for o in own))}"
        for phone in PHONES) + "."]  # fmt: skip
    placed = [one for one in own if is_same(one.found[one.own])]
    exact = sum(abs(one.found[one.own].second - one.second) < 1.5 for one in placed)
    lines += ["", f"Where a clip matched, the place in the programme was right (within 1.5 s) in {share(exact, len(placed))}.", "",
              "## What is not the programme", "",
              "| clip | taken for the programme (each with each) | does not match | cannot tell | least differing bits | most standing out |",
              "|---|---|---|---|---|---|"]  # fmt: skip
    for kind, title in (
        ("programme", "another month's programme"), ("other speech", "other speech, same voices"),
        ("live", "live reading of a script, another voice"),
    ):  # fmt: skip
        pairs = [
            (one, place, found)
            for one in heard if one.kind == kind for place, found in enumerate(one.found) if place != one.own
        ]  # fmt: skip
        said = defaultdict(int)
        for one, _place, found in pairs:
            said[verdict([found], one.clear_db)] += 1
        lines.append(
            f"| {title} | {share(said['match'], len(pairs))} | {said['other']} | {said['unsure']} "
            f"| {min(f.difference for _o, _p, f in pairs):.3f} | {max(f.lead for _o, _p, f in pairs):.3f} |"
        )
    lines += [
        "",
        "## At the edge",
        "",
        "| clip of the programme | matches | cannot tell | does not match |",
        "|---|---|---|---|",
    ]
    for kind, title in (("6 seconds", "six seconds only"), ("over the end", "half of it after the programme's end")):
        for snr in (20, 5):
            rows = [one for one in heard if (one.kind, one.snr) == (kind, snr)]
            said = defaultdict(int)
            for one in rows:
                said[verdict([one.found[one.own]], one.clear_db)] += 1
            lines.append(
                f"| {title}, {snr:+d} dB | {share(said['match'], len(rows))} | {said['unsure']} | {said['other']} |"
            )
    return "\n".join(lines) + "\n"


def good(one: Heard, phone: str) -> bool:
    return one.phone == phone and (one.snr is None or one.snr >= 5)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--quick", action="store_true", help="one round instead of two; writes nothing")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        village = Village(Path(name), seed=11)
        heard = collect(village, 1 if chosen.quick else 2)
        begun = time.monotonic()
        cut_clip(village.folder / "sent.m4a", village.folder / "kept.m4a")
        mine = clip_fingerprints(village.folder / "kept.m4a")
        seconds, begun = time.monotonic() - begun, time.monotonic()
        for words in village.words:
            likeness(mine, words)
        text = report(heard, seconds, (time.monotonic() - begun) / len(village.words))
    print(text)
    if not chosen.quick:
        (ROOT / "bench/results/fingerprint.md").write_text(text)


if __name__ == "__main__":
    main()
