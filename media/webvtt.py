"""Captions as WebVTT: written, read strictly, and spread over a sound whose words are known. Pure; times in seconds.

Strict on purpose: browsers drop what they do not understand without a word, and nobody notices that a line is missing.
"""

import html
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

# What one can read in the time it stands: two lines of a phone.
LINE, LINES = 40, 2
_LONGEST_TEXT = 200
_TIMING = re.compile(r"\s*(\S+)\s+-->\s+(\S+)(?:\s+(.*))?\Z")
_TIME = re.compile(r"(?:(\d{2,3}):)?([0-5]\d):([0-5]\d)\.(\d{3})\Z")
_TAG = re.compile(r"<[^>]*>?")
_ALLOWED = re.compile(r"</?[biu]>|<v(?:\.\w+)? [^<>]+>|</v>\Z")
_SENTENCE = re.compile(r"(?<=[.!?…:;])\s+")


@dataclass(frozen=True)
class Cue:
    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Problem:
    line: int
    text: str


def parse(text: str, *, seconds: float | None = None) -> tuple[list[Cue], list[Problem]]:
    """(captions, what is wrong, by line of the file). With `seconds`, none may run past the end of the film."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cues: list[Cue] = []
    problems: list[Problem] = []
    if not re.match(r"WEBVTT(?:[ \t].*)?\Z", lines[0]):
        problems.append(Problem(1, _("The first line must be WEBVTT.")))
    for first, block in _blocks(lines):
        if first == 1 or re.match(r"NOTE(?:\s|\Z)", block[0]):
            continue
        if block[0].strip() in ("STYLE", "REGION"):
            problems.append(Problem(first, _("Styles and regions are not used here. Take this block out.")))
            continue
        at = 0 if "-->" in block[0] else 1
        if at >= len(block) or "-->" not in block[at]:
            problems.append(Problem(first, _("A time is missing: 00:01.000 --> 00:04.000 stands above the words.")))
            continue
        cue = _cue(first + at, block[at], block[at + 1 :], cues[-1] if cues else None, seconds, problems)
        if cue:
            cues.append(cue)
    if not cues and not problems:
        problems.append(Problem(1, _("There are no captions in it.")))
    return cues, problems


def _blocks(lines: list[str]):
    """(number of its first line, its lines) of every block between empty lines."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _cue(number, timing, words, before, seconds, problems) -> Cue | None:
    found = _TIMING.match(timing)
    times = [_seconds(found[n]) for n in (1, 2)] if found else [None, None]
    if None in times:
        problems.append(
            Problem(number, _("Times are written like 00:01.000 --> 00:04.000, with a point before thousandths."))
        )
        return None
    start, end = times
    wrong = []
    if end <= start:
        wrong.append((number, _("It ends before it begins.")))
    if before and start < before.start:
        wrong.append((number, _("It begins before the one above it.")))
    if seconds is not None and end > seconds + 1:
        wrong.append((number, _("It stands there longer than the recording lasts.")))
    if not words:
        wrong.append((number, _("There are no words under this time.")))
    for at, line in enumerate(words, start=number + 1):
        if "-->" in line:
            wrong.append((at, _("An empty line is missing before this time.")))
        elif any(not _ALLOWED.match(tag) for tag in _TAG.findall(line)):
            wrong.append((at, _("Only <b>, <i>, <u> and <v name> may stand between the signs < and >.")))
    if sum(map(len, words)) > _LONGEST_TEXT:
        wrong.append((number + 1, _("Too long to read in one go. Make two of it.")))
    problems.extend(Problem(at, what) for at, what in wrong)
    return None if wrong else Cue(start, end, html.unescape(_TAG.sub("", "\n".join(words))))


def _seconds(text: str) -> float | None:
    found = _TIME.match(text)
    if not found:
        return None
    hours, minutes, seconds, thousandths = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def write(cues: list[Cue]) -> str:
    """The file, with the signs that mean something in it escaped."""
    blocks = [f"{_clock(cue.start)} --> {_clock(cue.end)}\n{html.escape(cue.text, quote=False)}" for cue in cues]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _clock(seconds: float) -> str:
    thousandths = round(max(0.0, seconds) * 1000)
    hours, rest = divmod(thousandths, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


def spread(paragraphs: list[str], seconds: float) -> list[Cue]:
    """Captions for words that are read aloud evenly from beginning to end: times are shared out by syllables (in
    Vietnamese, words between spaces), with a breath after a sentence and a longer one after a paragraph. An estimate."""
    pieces: list[tuple[str, float]] = []
    for paragraph in paragraphs:
        sentences = [part for part in _SENTENCE.split(" ".join(paragraph.split())) if part]
        for number, sentence in enumerate(sentences, start=1):
            chunks = _chunks(sentence)
            for at, chunk in enumerate(chunks, start=1):
                breath = 0.0 if at < len(chunks) else 1.2 if number < len(sentences) else 2.0
                pieces.append((chunk, len(chunk.split()) + 0.5 * chunk.count(",") + breath))
    total = sum(weight for _text, weight in pieces)
    cues, at = [], 0.0
    for chunk, weight in pieces:
        end = at + seconds * weight / total
        cues.append(Cue(round(at, 3), round(end, 3), chunk))
        at = end
    return cues


def _chunks(sentence: str) -> list[str]:
    """A sentence in pieces of at most two lines, about equally long."""
    words, most = sentence.split(), LINE * LINES
    parts = max(1, -(-len(sentence) // most))
    while True:
        wanted, chunks, line = len(sentence) / parts, [], ""
        for word in words:
            if line and len(line) + 1 + len(word) / 2 > wanted and len(chunks) < parts - 1:
                chunks.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        chunks.append(line)
        if max(map(len, chunks)) <= most or parts >= len(words):
            return [_folded(chunk) for chunk in chunks]
        parts += 1


def _folded(chunk: str) -> str:
    """In two lines where one is too short, broken near the middle."""
    if len(chunk) <= LINE:
        return chunk
    spaces = [at for at, sign in enumerate(chunk) if sign == " "]
    if not spaces:
        return chunk
    middle = min(spaces, key=lambda at: abs(at - len(chunk) / 2))
    return f"{chunk[:middle]}\n{chunk[middle + 1 :]}"
