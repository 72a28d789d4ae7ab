"""Moodle's GIFT text, read and written (docs.moodle.org, “GIFT format”). It knows one or several right options, true or
false, matching and short answers; no English, no ordering, no scenario, no points: those stay out of an export.

The title of a question is its short name, the last part of `$CATEGORY:` its competency. Numbers and essays are refused: a
number is asked as a short answer, an essay is an assignment.
"""

import re

from django.utils.translation import gettext as _t

from courses.exchange.rows import QuestionRow
from courses.models import Question, QuestionVersion
from courses.questions import MOST_OPTIONS, content_from

Kind = Question.Kind
HOLDS = (Kind.SINGLE, Kind.MULTIPLE, Kind.TRUTH, Kind.MATCHING, Kind.SHORT)
_SPECIAL = "~=#{}:"
_LINE = re.compile(r"(?<!\\)([~=])")


def read(text: str) -> list[QuestionRow]:
    rows, category = [], ""
    for number, block in _blocks(text):
        lines = []
        for line in block:
            if line.lstrip().startswith("//"):
                continue
            if found := re.match(r"\s*\$CATEGORY:\s*(.+)", line):
                category = found[1].strip().rstrip("/").rpartition("/")[2].strip()
                continue
            lines.append(line)
        if any(line.strip() for line in lines):
            rows.append(_question(number, "\n".join(lines).strip(), category))
    return rows


def _blocks(text: str):
    """(number of the first line, lines) of what stands between empty lines."""
    block, start = [], 1
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip():
            start = start if block else number
            block.append(line)
        elif block:
            yield start, block
            block = []


def _question(number: int, text: str, category: str) -> QuestionRow:
    row = QuestionRow(number=number, competency_text=category)
    if found := re.match(r"::(.+?)(?<!\\)::", text, re.S):
        row.code, text = _plain(found[1]), text[found.end() :].strip()
    text = re.sub(r"^\[(html|plain|moodle|markdown)\]", "", text)
    opens, closes = [[m.start() for m in re.finditer(rf"(?<!\\)\{sign}", text)] for sign in "{}"]
    if len(opens) != 1 or len(closes) != 1 or closes[0] < opens[0]:
        row.errors.append(_t("The answers do not stand between one { and one }."))
        row.prompt = _plain(text)
        return row
    before, inside, after = text[: opens[0]], text[opens[0] + 1 : closes[0]].strip(), text[closes[0] + 1 :]
    row.prompt = _plain(f"{before.rstrip()} _____ {after.strip()}" if after.strip() else before)
    general = re.split(r"(?<!\\)####", inside, maxsplit=1)
    inside, row.feedback = general[0].strip(), _plain(general[1]) if len(general) > 1 else ""
    _answers(row, inside)
    return row


def _answers(row: QuestionRow, inside: str) -> None:
    bare = re.split(r"(?<!\\)#", inside)[0].strip().upper()
    if bare in ("T", "TRUE", "F", "FALSE"):
        row.kind, row.content = Kind.TRUTH, {"right": bare[0] == "T"}
        return
    if not inside:
        row.errors.append(_t("This is an essay. Write it as an assignment."))
        return
    if inside.startswith("#"):
        row.errors.append(_t("Questions about numbers are not known here. Ask for it as a short answer."))
        return
    parts = _LINE.split(inside)
    if parts[0].strip():
        row.errors.append(_t("“%s” stands before the first = or ~.") % parts[0].strip()[:60])
        return
    options = [(sign, *_option(text)) for sign, text in zip(parts[1::2], parts[2::2], strict=True)]
    if any(not text for _sign, _weight, text in options):
        row.errors.append(_t("An answer is empty."))
        return
    if any(weight not in (None, 0.0) and not -100 <= weight <= 100 for _sign, weight, _text in options):
        row.errors.append(_t("A weight is not between −100 and 100 percent."))
        return
    arrows = [re.split(r"(?<!\\)->", text) for _sign, _weight, text in options]
    if all(len(sides) == 2 for sides in arrows):
        row.kind = Kind.MATCHING
        row.take(lambda: content_from(Kind.MATCHING, [f"{_line(a)} = {_line(b)}" for a, b in arrows]))
        return
    if all(sign == "=" for sign, _weight, _text in options):
        if any(len(sides) > 1 for sides in arrows):
            row.errors.append(_t("One pair has no arrow, another has one: each pair is written “left -> right”."))
            return
        row.kind = Kind.SHORT
        row.take(lambda: content_from(Kind.SHORT, [_line(text) for _s, _w, text in options]))
        return
    rights = [sign == "=" or (weight or 0) > 0 for sign, weight, _text in options]
    row.kind = Kind.MULTIPLE if sum(rights) > 1 else Kind.SINGLE
    lines = [("*" if right else "") + _line(text) for right, (_s, _w, text) in zip(rights, options, strict=True)]
    if len(options) > MOST_OPTIONS:
        row.errors.append(_t("More than %d options.") % MOST_OPTIONS)
        return
    row.take(lambda: content_from(row.kind, lines))


def _option(text: str) -> tuple[float | None, str]:
    """(weight, text) of an option; what stands behind a # is a remark to it and is not kept."""
    text = re.split(r"(?<!\\)#", text)[0].strip()
    if found := re.match(r"%(-?\d+(?:\.\d+)?)%(.*)", text, re.S):
        return float(found[1]), found[2].strip()
    return None, text


def _plain(text: str) -> str:
    text = re.sub(r"\\n", "\n", text)
    text = re.sub(rf"\\([{re.escape(_SPECIAL)}\\])", r"\1", text)
    return "\n".join(" ".join(line.split()) for line in text.strip().split("\n")).strip()


def _line(text: str) -> str:
    """As a line of courses.questions: its own signs are letters here."""
    return re.sub(r"([*=|\\])", r"\\\1", " ".join(_plain(text).split()))


def write(versions: list[QuestionVersion]) -> str:
    """The versions (with question and competency selected) that GIFT holds; see HOLDS."""
    out, category = [], None
    for one in versions:
        if one.question.kind not in HOLDS:
            continue
        if one.question.competency.code != category:
            category = one.question.competency.code
            out.append(f"$CATEGORY: {category}\n")
        note = f" ####{_escape(one.feedback)}" if one.feedback else ""
        out.append(f"::{one.question.code}:: {_escape(one.prompt)} {{{_inside(one)}{note}}}\n")
    return "\n".join(out)


def _inside(one: QuestionVersion) -> str:
    kind, content = one.question.kind, one.content
    if kind == Kind.TRUTH:
        return "TRUE" if content["right"] else "FALSE"
    if kind == Kind.SHORT:
        return " ".join(f"={_escape(text)}" for text in content["accepted"])
    if kind == Kind.MATCHING:
        return " ".join(f"={_escape(pair['left'])} -> {_escape(pair['right'])}" for pair in content["pairs"])
    rights = sum(option["right"] for option in content["options"])
    wrongs = len(content["options"]) - rights
    if kind == Kind.SINGLE:
        return " ".join(("=" if o["right"] else "~") + _escape(o["text"]) for o in content["options"])
    weights = {True: f"{100 / rights:.5g}", False: f"-{100 / wrongs:.5g}"}
    return " ".join(f"~%{weights[o['right']]}%{_escape(o['text'])}" for o in content["options"])


def _escape(text: str) -> str:
    return re.sub(rf"([{re.escape(_SPECIAL)}\\])", r"\\\1", text).replace("\n", "\\n")
