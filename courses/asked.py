"""A question as it stands on a page: its fields, its options in the attempt's order, what was answered and what is right."""

from django.utils.translation import get_language

from courses.grading import mark, points
from courses.models import Question, QuestionVersion
from courses.questions import several, shuffled

Kind = Question.Kind


def words(row: dict, name: str = "text") -> str:
    return row.get(f"{name}_en") or row[name] if get_language() == "en" else row[name]


def asked(
    version: QuestionVersion, *, seed: int, value=None, solved: bool = False, shown: QuestionVersion | None = None
):
    """What the template needs. `solved`: right answers, points and the explanation are shown, by `shown` (the version it was
    marked with, where that is a later one)."""
    kind, name = version.question.kind, f"q{version.pk}"
    by = shown or version
    found = {
        "version": version, "kind": kind, "name": name, "prompt": version.label, "points": version.points,
        "solved": solved, "answered": value is not None, "rows": [], "value": value,
    }  # fmt: skip
    content = by.content if solved else version.content
    if kind == Kind.SCENARIO:
        said = value or {}
        for step in content["steps"]:
            inner = Kind.SHORT if "accepted" in step else Kind.MULTIPLE if several(step) else Kind.SINGLE
            part = {"kind": inner, "name": f"{name}-{step['id']}", "prompt": words(step), "solved": solved}
            part |= _parts(inner, step, part["name"], said.get(step["id"]), seed)
            found["rows"].append(part)
    else:
        found |= _parts(kind, content, name, value, seed)
    if solved:
        found["got"] = points(mark(kind, by.content, value), by.points)
        found["is_right"] = found["got"] == by.points
        found["note"], found["points"] = by.note, by.points
    return found


def _parts(kind: str, content: dict, name: str, value, seed: int) -> dict:
    if kind == Kind.SHORT:
        return {"text": value or "", "accepted": content["accepted"]}
    if kind == Kind.TRUTH:
        return {"chosen": value, "right": content["right"]}
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        chosen = set(value) if isinstance(value, list) else {value}
        rows = [
            {"id": one["id"], "text": words(one), "right": one["right"], "chosen": one["id"] in chosen}
            for one in shuffled(content["options"], seed, name)
        ]
        return {"rows": rows}
    said = value if isinstance(value, dict) else {}
    if kind == Kind.MATCHING:
        choices = [{"id": one["id"], "text": words(one, "right")} for one in shuffled(content["pairs"], seed, name)]
        rows = [
            {
                "name": f"{name}-{one['id']}", "text": words(one, "left"), "right": words(one, "right"),
                "good": said.get(one["id"]) == one["id"],
                "choices": [choice | {"chosen": said.get(one["id"]) == choice["id"]} for choice in choices],
            }
            for one in shuffled([pair for pair in content["pairs"] if pair["left"]], seed, f"{name}-left")
        ]  # fmt: skip
        return {"rows": rows}
    places = range(1, len(content["items"]) + 1)
    rows = [
        {
            "name": f"{name}-{one['id']}", "text": words(one), "right": place,
            "good": said.get(one["id"]) == place,
            "choices": [{"id": n, "text": n, "chosen": said.get(one["id"]) == n} for n in places],
        }
        for place, one in enumerate(content["items"], start=1)
    ]  # fmt: skip
    return {"rows": shuffled(rows, seed, name, key="name")}
