"""Aiken text: a question, its options “A. …” or “A) …”, and “ANSWER: B”. One right option, nothing else."""

import re

from django.utils.translation import gettext as _t

from courses.exchange.rows import QuestionRow
from courses.models import Question, QuestionVersion
from courses.questions import content_from

_OPTION = re.compile(r"([A-Za-z])[.)]\s+(.*)")
_ANSWER = re.compile(r"ANSWER\s*:\s*(.*)", re.I)


def read(text: str) -> list[QuestionRow]:
    rows, row, options = [], None, []
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip()
        if not line:
            continue
        if row is None:
            row, options = QuestionRow(number=number, kind=Question.Kind.SINGLE), []
        if found := _ANSWER.fullmatch(line):
            _end(row, options, found[1].strip().upper())
            rows.append(row)
            row = None
        elif (found := _OPTION.fullmatch(line)) and (row.prompt or options):
            options.append((found[1].upper(), found[2].strip()))
        elif found:
            row.errors.append(_t("An option stands before the question."))
            options.append((found[1].upper(), found[2].strip()))
        elif options:
            row.errors.append(_t("Line %d is neither an option (“A. …”) nor “ANSWER: …”.") % number)
        else:
            row.prompt = f"{row.prompt} {line}".strip()
    if row is not None:
        row.errors.append(_t("“ANSWER: …” is missing."))
        rows.append(row)
    return rows


def _end(row: QuestionRow, options: list[tuple[str, str]], answer: str) -> None:
    letters = [letter for letter, _text in options]
    if letters != [chr(65 + n) for n in range(len(letters))]:
        row.errors.append(_t("The options are not lettered A, B, C … in their order."))
    elif answer not in letters:
        row.errors.append(_t("ANSWER names “%s”, which is none of the options.") % answer[:20])
    elif not row.errors:
        lines = [("*" if letter == answer else "") + re.sub(r"([*=|\\])", r"\\\1", text) for letter, text in options]
        row.take(lambda: content_from(row.kind, lines))


def write(versions: list[QuestionVersion]) -> str:
    """The questions with one right option, in Vietnamese."""
    out = []
    for one in versions:
        if one.question.kind != Question.Kind.SINGLE:
            continue
        options = one.content["options"]
        lines = [f"{chr(65 + n)}. {option['text']}" for n, option in enumerate(options)]
        right = next(chr(65 + n) for n, option in enumerate(options) if option["right"])
        out.append("\n".join([" ".join(one.prompt.split()), *lines, f"ANSWER: {right}"]))
    return "\n\n".join(out) + "\n" if out else ""
