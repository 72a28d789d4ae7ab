"""Marking is a pure function: what is right, what is half right, and what holds for every question and answer."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.grading import comparable, mark, points
from courses.questions import IDS, Unfit, content_from, keep_ids, lines_of, read_answer, shuffled
from tests.courses.quizzing import LINES, RIGHT

CONTENT = {kind: content_from(kind, lines) for kind, lines in LINES.items()}


@pytest.mark.parametrize("kind", LINES)
def test_the_right_answer_gets_everything_and_none_gets_nothing(kind):
    assert mark(kind, CONTENT[kind], RIGHT[kind]) == 1
    assert mark(kind, CONTENT[kind], None) == 0


@pytest.mark.parametrize(
    ("kind", "value", "share"),
    [
        ("single", "b", 0), ("multiple", ["a"], Fraction(1, 2)), ("multiple", ["a", "c"], 0),
        ("multiple", ["a", "b", "c"], Fraction(1, 2)), ("multiple", ["a", "b", "c", "d"], 0), ("truth", True, 0),
        ("matching", {"a": "a", "b": "c"}, Fraction(1, 3)), ("ordering", {"a": 2, "b": 1, "c": 3, "d": 4}, Fraction(2, 3)),
        ("ordering", {"a": 4, "b": 3, "c": 2, "d": 1}, 0), ("ordering", {"a": 1, "b": 2}, 0),
        ("short", "một trăm mươi một", 1), ("short", "112", 0), ("short", " 1 1 1", 0),
        ("scenario", {"a": "a"}, Fraction(1, 2)), ("scenario", {"a": "b", "b": "112"}, 0),
    ],
)  # fmt: skip
def test_part_of_it_gets_part_of_the_points(kind, value, share):
    assert mark(kind, CONTENT[kind], value) == share


def test_short_answers_are_compared_without_marks_capitals_and_punctuation():
    assert comparable("  Tổng-đài 111. ") == comparable("tong đài  111") == "tong dai 111"


option = st.text(st.characters(whitelist_categories=("L", "N"), whitelist_characters=" *=|\\"), min_size=1, max_size=20)
texts = st.lists(option.filter(str.strip), min_size=2, max_size=8, unique_by=lambda t: " ".join(t.split()).casefold())


@settings(deadline=None, max_examples=60)
@given(texts, st.data())
def test_every_choice_lies_between_nothing_and_all_and_guessing_everything_gives_nothing(found, data):
    rights = data.draw(st.lists(st.booleans(), min_size=len(found), max_size=len(found)))
    options = [
        {"id": IDS[n], "text": t, "text_en": "", "right": r} for n, (t, r) in enumerate(zip(found, rights, strict=True))
    ]
    if not any(rights) or all(rights):
        return
    chosen = data.draw(st.lists(st.sampled_from(IDS[: len(found)]), unique=True))
    share = mark("multiple", {"options": options}, chosen)
    assert 0 <= share <= 1
    assert (share == 1) == ({o["id"] for o in options if o["right"]} == set(chosen))
    everything = [o["id"] for o in options]
    if sum(rights) <= len(rights) - sum(rights):
        assert mark("multiple", {"options": options}, everything) == 0


@settings(deadline=None, max_examples=60)
@given(texts, st.integers(0, 7), st.integers(0, 2**31))
def test_what_authors_write_comes_back_as_they_wrote_it(found, right, seed):
    escaped = [" ".join(t.split()).translate(str.maketrans({s: f"\\{s}" for s in "*=|\\"})) for t in found]
    lines = [("*" if n == right % len(found) else "") + t for n, t in enumerate(escaped)]
    try:
        content = content_from("single", lines)
    except Unfit:
        return
    assert content_from("single", lines_of("single", content)) == content
    assert sorted(o["id"] for o in shuffled(content["options"], seed, "q")) == sorted(IDS[: len(found)])
    assert shuffled(content["options"], seed, "q") == shuffled(content["options"][::-1], seed, "q")


@settings(deadline=None, max_examples=60)
@given(st.permutations(range(1, 5)))
def test_ordering_gives_all_only_for_the_right_order(places):
    value = dict(zip("abcd", places, strict=True))
    assert (mark("ordering", CONTENT["ordering"], value) == 1) == (list(places) == [1, 2, 3, 4])
    assert 0 <= mark("ordering", CONTENT["ordering"], value) <= 1


@settings(deadline=None, max_examples=60)
@given(st.fractions(0, 1), st.integers(1, 20))
def test_points_are_hundredths_within_what_the_question_gives(share, most):
    found = points(share, most)
    assert 0 <= found <= most
    assert found == found.quantize(Decimal("0.01"))
    assert abs(found - Decimal(share.numerator) * most / share.denominator) <= Decimal("0.005")


@pytest.mark.parametrize("kind", LINES)
def test_lines_and_content_are_one_in_every_kind(kind):
    assert content_from(kind, lines_of(kind, CONTENT[kind])) == CONTENT[kind]


def test_english_stands_beside_and_must_be_as_many():
    made = content_from("single", ["*Một", "Hai"], ["*One", "Two"])
    assert [o["text_en"] for o in made["options"]] == ["One", "Two"]
    assert lines_of("single", made, "en") == ["*One", "Two"]
    for english in (["*One"], ["One", "*Two"]):
        with pytest.raises(Unfit):
            content_from("single", ["*Một", "Hai"], english)


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("single", ["Một", "Hai"]), ("single", ["*Một", "*Hai"]), ("single", ["*Một"]), ("single", ["*Một", "một"]),
        ("single", ["*x" * 400, "b"]), ("single", ["*1", *"abcdefgh"]), ("multiple", ["*Một", "*Hai"]), ("truth", ["có lẽ"]),
        ("truth", ["đúng", "sai"]), ("matching", ["a = b"]), ("matching", ["a = b", "c"]), ("matching", ["a = b", "c = b"]),
        ("ordering", ["a", "b"]), ("short", ["..."]), ("short", []), ("scenario", ["Chỉ hỏi"]),
        ("scenario", ["Hỏi | *a | =b"]), ("scenario", ["Hỏi | a | b"]), ("strange", ["a"]),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_words(kind, lines):
    with pytest.raises(Unfit) as refusal:
        content_from(kind, lines)
    assert len(str(refusal.value)) > 10


def test_ids_live_on_through_a_correction():
    old = content_from("single", ["Một", "*Hai", "Ba"])
    new = keep_ids("single", old, content_from("single", ["*Ba", "Một", "Hai rưỡi"]))
    assert [(o["id"], o["text"], o["right"]) for o in new["options"]] == [
        ("c", "Ba", True),
        ("a", "Một", False),
        ("b", "Hai rưỡi", False),
    ]


@pytest.mark.parametrize("kind", LINES)
def test_a_form_is_read_as_the_value_it_says(kind):
    name, value, content = "q7", RIGHT[kind], CONTENT[kind]
    if kind == "truth":
        fields = {name: ["0"]}
    elif isinstance(value, dict):
        fields = {f"{name}-{key}": [str(one)] for key, one in value.items()}
    else:
        fields = {name: value if isinstance(value, list) else [value]}
    assert read_answer(kind, content, name, fields) == value
    assert read_answer(kind, content, name, {}) is None
