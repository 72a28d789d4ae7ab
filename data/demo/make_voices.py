"""Makes data/demo/audio/*.ogg anew: the demo script and one page of the site read by espeak-ng (a synthetic voice), and a
short jingle of our own.

For developers; the files are kept in the repository, so nobody needs espeak-ng to run the platform.
Run: PYTHONPATH=site:. python data/demo/make_voices.py
"""

import re
import subprocess
import tempfile
from pathlib import Path

from campaigns.demo.materials import MATERIALS
from campaigns.demo.script import SEGMENTS

OUT = Path(__file__).parent / "audio"
VOICES = {
    "vi": {
        "voice-a": ("vi-vn-x-south+f3", 62, 150),
        "voice-b": ("vi-vn-x-central+f2", 45, 145),
        "*": ("vi+m3", 40, 150),
    },
    "en": {"voice-a": ("en-gb+f3", 60, 150), "voice-b": ("en-gb+f2", 45, 145), "*": ("en-gb+m3", 42, 150)},
}
# Five struck notes of a pentatonic scale, 0.35 s apart, each dying away: bright enough for a horn loudspeaker.
NOTES = [523.25, 587.33, 659.25, 783.99, 1046.5]


def main() -> None:
    OUT.mkdir(exist_ok=True)
    for position, (kind, vi, en) in enumerate(SEGMENTS):
        for language, text in (("vi", vi), ("en", en)):
            if isinstance(text, str):
                speak(language, kind, text, OUT / f"{language}-{position:02}.ogg")
    for language in ("vi", "en"):
        speak(language, "voice-a", page_text(MATERIALS[1][language]), OUT / f"page-111-{language}.ogg")
    jingle(OUT / "jingle.ogg")


def page_text(words: tuple) -> str:
    """Title, summary, key message and body of a demonstration page, one after the other."""
    lines: list[str] = []

    def take(value) -> None:
        if isinstance(value, str):
            lines.append(re.sub(r"<[^>]+>", " ", value).strip())
        else:
            for part in value:
                take(part)

    title, summary, key, body = words
    take([title, summary, key, [value for _kind, value in body]])
    return "\n\n".join(line if line[-1] in ".?!" else f"{line}." for line in lines)


def speak(language: str, kind: str, text: str, target: Path) -> None:
    voice, pitch, speed = VOICES[language].get(kind, VOICES[language]["*"])
    with tempfile.NamedTemporaryFile(suffix=".wav") as wav:
        subprocess.run(
            ["espeak-ng", "-v", voice, "-p", str(pitch), "-s", str(speed), "-g", "2", "-w", wav.name, text], check=True
        )
        encode(["-i", wav.name], target, "24k")


def jingle(target: Path) -> None:
    tones = [
        f"sine=frequency={note}:duration=2,afade=t=out:d=1.6:curve=exp,volume=0.5,adelay={int(i * 350)},apad=whole_dur=4[n{i}]"
        for i, note in enumerate(NOTES)
    ]
    graph = ";".join(tones) + ";" + "".join(f"[n{i}]" for i in range(len(NOTES)))
    graph += f"amix=inputs={len(NOTES)}:normalize=0,alimiter=limit=0.7:level=disabled,afade=t=out:st=3.2:d=0.8"
    encode(["-filter_complex", graph, "-t", "4"], target, "40k")


def encode(source: list[str], target: Path, rate: str) -> None:
    subprocess.run(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", *source, "-ac", "1", "-c:a", "libopus", "-b:a", rate,
         "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", str(target)],
        check=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
