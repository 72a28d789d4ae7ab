"""What a question is made of, by its kind; how it is written one line an option, and how an answer to it is read.

`content` (JSON) and the value of an answer:

| kind | content | answer |
|---|---|---|
| single | {options: [{id, text, text_en, right}]} | id |
| multiple | the same | [id, …] |
| truth | {right: bool} | bool |
| matching | {pairs: [{id, left, left_en, right, right_en}]}; a pair without a left side only misleads | {left id: right id} |
| ordering | {items: [{id, text, text_en}]} in their right order | {id: place from 1} |
| short | {accepted: [text]} | text |
| scenario | {steps: [{id, text, text_en, options | accepted}]} | {step id: id, [id, …] or text} |

Lines, as authors write them: `*` before a right option; `left = right` for a pair, `= right` for a misleading one; one
accepted answer a line; a step as `question | *right | wrong` or `question | =accepted | =accepted`. A backslash before
one of * = | \\ takes it as a letter.
"""

import re
from collections.abc import Mapping
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.text import fold, nfc
from courses.grading import comparable
from courses.models import Question

Kind = Question.Kind
MOST_OPTIONS = 8
MOST_LETTERS = 300
SHORT_LETTERS = 200
IDS = "abcdefgh"


class Unfit(DomainError):
    """The question cannot be asked so; the sentence says what to mend."""

    code = "unfit-question"


# Written by authors ------------------------------------------------------------------------------------------------


def content_from(kind: str, lines: list[str], lines_en: list[str] | None = None) -> dict:
    """The content that `lines` say, or Unfit in words. English lines stand in the same order, or there are none."""
    lines = [nfc(" ".join(one.split())) for one in lines if one.strip()]
    english = [" ".join(one.split()) for one in lines_en or [] if one.strip()]
    if kind == Kind.TRUTH:
        return {"right": _truth(lines)}
    if kind == Kind.SHORT:
        return {"accepted": _accepted([_plain(one) for one in [*lines, *english]])}
    if english and len(english) != len(lines):
        raise Unfit(_("The English lines are not as many as the Vietnamese ones. Write one for each, or none."))
    most = MOST_OPTIONS
    if len(lines) > most:
        raise Unfit(_("At most %(most)s lines.") % {"most": most})
    pairs = list(zip(lines, english or [""] * len(lines), strict=True))
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        return {"options": _options(pairs, several=kind == Kind.MULTIPLE)}
    if kind == Kind.MATCHING:
        return {"pairs": _pairs(pairs)}
    if kind == Kind.ORDERING:
        _least(pairs, 3, _("Write at least three lines, in their right order."))
        items = [{"id": IDS[n], "text": _plain(vi), "text_en": _plain(en)} for n, (vi, en) in enumerate(pairs)]
        _once([one["text"] for one in items])
        return {"items": items}
    if kind == Kind.SCENARIO:
        _least(pairs, 1, _("Write at least one step."))
        return {"steps": [_step(IDS[n], vi, en) for n, (vi, en) in enumerate(pairs)]}
    raise Unfit(_("This kind of question is not known."))


def lines_of(kind: str, content: dict, language: str = "vi") -> list[str]:
    """The lines that give this content again; in English only where it is written."""
    end = "_en" if language == "en" else ""

    def option(one: dict) -> str:
        return ("*" if one["right"] else "") + _escape(one["text" + end]) if one["text" + end] else ""

    if kind == Kind.TRUTH:
        return [] if end else ["đúng" if content["right"] else "sai"]
    if kind == Kind.SHORT:
        return [] if end else [_escape(one) for one in content["accepted"]]
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        found = [option(one) for one in content["options"]]
    elif kind == Kind.MATCHING:
        found = [
            f"{_escape(one['left' + end])} = {_escape(one['right' + end])}".strip() if one["right" + end] else ""
            for one in content["pairs"]
        ]
    elif kind == Kind.ORDERING:
        found = [_escape(one["text" + end]) for one in content["items"]]
    else:
        found = []
        for step in content["steps"]:
            parts = [f"={_escape(one)}" for one in step.get("accepted", ())] or [option(o) for o in step["options"]]
            found.append(" | ".join([_escape(step["text" + end]), *parts]) if step["text" + end] else "")
    return found if all(found) else []


def keep_ids(kind: str, old: dict, new: dict) -> dict:
    """`new` with the ids of `old` for whatever still says the same, by place for what was reworded: answers given before a
    correction keep their meaning."""
    name = {Kind.MATCHING: "pairs", Kind.ORDERING: "items", Kind.SCENARIO: "steps"}.get(kind, "options")
    if name not in new:
        return new
    before, after = {one["id"]: one for one in old[name]}, [dict(one) for one in new[name]]
    text = "left" if kind == Kind.MATCHING else "text"
    taken, waiting = set(), []
    for one in after:
        same = next((i for i, b in before.items() if i not in taken and fold(b[text]) == fold(one[text])), None)
        if same and one[text]:
            one["id"] = same
            taken.add(same)
        else:
            waiting.append(one)
    for one in waiting:
        if one["id"] in taken or one["id"] not in before:
            one["id"] = next(i for i in IDS if i not in taken)
        taken.add(one["id"])
    if kind == Kind.SCENARIO:
        for one in after:
            earlier = before.get(one["id"], {})
            if "options" in one and "options" in earlier:
                one["options"] = keep_ids(Kind.SINGLE, earlier, {"options": one["options"]})["options"]
    return new | {name: after}


def _options(pairs: list, several: bool) -> list[dict]:
    _least(pairs, 2, _("Write at least two options."))
    found = []
    for number, (vi, en) in enumerate(pairs):
        right = vi.startswith("*")
        if en and en.startswith("*") != right:
            raise Unfit(_("The English line “%(line)s” is marked otherwise than the Vietnamese one.") % {"line": en})
        found.append(
            {"id": IDS[number], "text": _plain(vi[right:]), "text_en": _plain(en[right:]) if en else "", "right": right}
        )
    _once([one["text"] for one in found])
    rights = sum(one["right"] for one in found)
    if not rights:
        raise Unfit(_("No option is marked as right. Put * before it."))
    if rights > 1 and not several:
        raise Unfit(_("More than one option is marked as right, but this kind has one."))
    if several and rights == len(found):
        raise Unfit(_("Every option is marked as right: there is nothing to choose."))
    return found


def _pairs(pairs: list) -> list[dict]:
    found = []
    for number, (vi, en) in enumerate(pairs):
        left, right = _sides(vi)
        left_en, right_en = _sides(en) if en else ("", "")
        found.append({"id": IDS[number], "left": left, "left_en": left_en, "right": right, "right_en": right_en})
    if sum(bool(one["left"]) for one in found) < 2:
        raise Unfit(_("Write at least two pairs, each as “left = right”."))
    _once([one["left"] for one in found if one["left"]])
    _once([one["right"] for one in found])
    return found


def _sides(line: str) -> tuple[str, str]:
    parts = _split(line, "=")
    if len(parts) != 2 or not parts[1].strip():
        raise Unfit(_("“%(line)s” is not a pair: write “left = right”.") % {"line": line})
    return _plain(parts[0].strip()), _plain(parts[1].strip())


def _step(key: str, vi: str, en: str) -> dict:
    (text, *parts), english = _split(vi, "|"), _split(en, "|") if en else []
    if english and len(english) != len(parts) + 1:
        raise Unfit(_("The step “%(line)s” has not as many parts in English.") % {"line": text})
    text_en, *parts_en = english or [""]
    if not text.strip() or not parts:
        raise Unfit(_("“%(line)s” is not a step: write “question | *right | wrong”.") % {"line": vi})
    step = {"id": key, "text": _plain(text.strip()), "text_en": _plain(text_en.strip())}
    stripped = [one.strip() for one in parts]
    if any(one.startswith("=") for one in stripped):
        if not all(one.startswith("=") for one in stripped):
            raise Unfit(_("A step has either options or accepted answers, not both: “%(line)s”.") % {"line": vi})
        return step | {"accepted": _accepted([_plain(one[1:].strip()) for one in stripped])}
    if len(stripped) > MOST_OPTIONS:
        raise Unfit(_("At most %(most)s lines.") % {"most": MOST_OPTIONS})
    rights = sum(one.startswith("*") for one in stripped)
    both = list(zip(stripped, [one.strip() for one in parts_en] or [""] * len(stripped), strict=True))
    return step | {"options": _options(both, several=rights > 1)}


def _truth(lines: list[str]) -> bool:
    word = fold(lines[0].lstrip("*")) if len(lines) == 1 else ""
    if word in ("dung", "true", "t", "d", "1", "x"):
        return True
    if word in ("sai", "false", "f", "s", "0"):
        return False
    raise Unfit(_("Write one line: “đúng” or “sai”."))


def _accepted(found: list[str]) -> list[str]:
    found = [one for one in dict.fromkeys(found) if comparable(one)]
    if not found:
        raise Unfit(_("Write at least one accepted answer."))
    if len(found) > 20 or any(len(one) > SHORT_LETTERS for one in found):
        raise Unfit(_("An accepted answer is too long, or there are more than twenty."))
    return found


def _least(lines: list, least: int, message) -> None:
    if len(lines) < least:
        raise Unfit(message)


def _once(texts: list[str]) -> None:
    if not all(texts):
        raise Unfit(_("A line is empty."))
    if any(len(one) > MOST_LETTERS for one in texts):
        raise Unfit(_("A line is longer than %(most)s letters.") % {"most": MOST_LETTERS})
    if len({" ".join(one.casefold().split()) for one in texts}) < len(texts):
        raise Unfit(_("Two lines say the same."))


def _split(line: str, sign: str) -> list[str]:
    return re.split(rf"(?<!\\){re.escape(sign)}", line)


def _escape(text: str) -> str:
    return re.sub(r"([*=|\\])", r"\\\1", text)


def _plain(text: str) -> str:
    return re.sub(r"\\([*=|\\])", r"\1", text).strip()


# Asked and answered ------------------------------------------------------------------------------------------------


def shuffled(rows: list, seed: int, salt, key="id") -> list:
    """The same order for the same seed, on every machine and for ever."""
    return sorted(rows, key=lambda row: sha256(f"{seed}:{salt}:{row[key]}".encode()).digest())


def read_answer(kind: str, content: dict, name: str, fields: Mapping[str, list[str]]):
    """The value that the form fields `name`, `name-…` say, or None where nothing was answered. DomainError on what no
    form of ours sends."""
    given = [one for one in fields.get(name, ()) if one != ""]
    if kind == Kind.SCENARIO:
        said = {}
        for step in content["steps"]:
            inner = Kind.SHORT if "accepted" in step else Kind.MULTIPLE if several(step) else Kind.SINGLE
            value = read_answer(inner, step, f"{name}-{step['id']}", fields)
            if value is not None:
                said[step["id"]] = value
        return said or None
    if kind == Kind.SHORT:
        text = nfc(" ".join(given[0].split()))[:SHORT_LETTERS] if given else ""
        return text or None
    if kind == Kind.TRUTH:
        return _one(given, ("1", "0")) == "1" if given else None
    if kind == Kind.SINGLE:
        return _one(given, {one["id"] for one in content["options"]}) if given else None
    if kind == Kind.MULTIPLE:
        known = {one["id"] for one in content["options"]}
        return sorted({_one([one], known) for one in given}) or None
    if kind == Kind.MATCHING:
        lefts, known = [one["id"] for one in content["pairs"] if one["left"]], {one["id"] for one in content["pairs"]}
    else:
        lefts = [one["id"] for one in content["items"]]
        known = {str(n) for n in range(1, len(lefts) + 1)}
    said = {}
    for left in lefts:
        chosen = [one for one in fields.get(f"{name}-{left}", ()) if one != ""]
        if chosen:
            said[left] = int(_one(chosen, known)) if kind == Kind.ORDERING else _one(chosen, known)
    return said or None


def several(step: dict) -> bool:
    return sum(one["right"] for one in step["options"]) > 1


def _one(given: list[str], known) -> str:
    if len(given) != 1 or given[0] not in known:
        raise DomainError(_("This answer cannot be read. Load the page again; what was received is kept."))
    return given[0]
