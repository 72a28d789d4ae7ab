"""Marking: a question and an answer make a share of its points, from 0 to 1. Pure: nothing is read, nothing is written.

Several right options: right ones chosen less wrong ones chosen, over all right ones, never below 0 (guessing everything
gives nothing). Ordering: Kendall's concordance, pairs in the right order less pairs in the wrong one or not ordered, over
all pairs, never below 0. Matching and scenarios: the mean of their parts. Short answers are compared without marks,
capitals and punctuation.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations

from core.text import fold
from courses.models import Question

Kind = Question.Kind


def mark(kind: str, content: dict, value) -> Fraction:
    """The share 0…1 for `value` (courses.questions says its shape); no answer (None) is 0."""
    if value is None:
        return Fraction(0)
    if kind == Kind.TRUTH:
        return Fraction(value is content["right"])
    if kind == Kind.SHORT:
        return Fraction(
            isinstance(value, str) and comparable(value) in {comparable(one) for one in content["accepted"]}
        )
    if kind == Kind.SINGLE:
        return Fraction(value in {one["id"] for one in content["options"] if one["right"]})
    if kind == Kind.MULTIPLE:
        rights = {one["id"] for one in content["options"] if one["right"]}
        chosen = set(value)
        return max(Fraction(0), Fraction(len(chosen & rights) - len(chosen - rights), len(rights)))
    if kind == Kind.MATCHING:
        lefts = [one["id"] for one in content["pairs"] if one["left"]]
        return Fraction(sum(value.get(left) == left for left in lefts), len(lefts))
    if kind == Kind.ORDERING:
        return _order([value.get(one["id"]) for one in content["items"]])
    steps = content["steps"]
    return sum((_step(step, value.get(step["id"])) for step in steps), Fraction(0)) / len(steps)


def _step(step: dict, value) -> Fraction:
    if "accepted" in step:
        return mark(Kind.SHORT, step, value)
    return mark(Kind.MULTIPLE if isinstance(value, list) else Kind.SINGLE, step, value)


def _order(places: list) -> Fraction:
    pairs = list(combinations(places, 2))
    good = sum(a is not None and b is not None and a < b for a, b in pairs)
    return max(Fraction(0), Fraction(2 * good - len(pairs), len(pairs)))


def comparable(text: str) -> str:
    """ "  Số 111. " → "so 111"."""
    return " ".join(re.sub(r"[^\w]+", " ", fold(text)).split())


def points(share: Fraction, out_of: int) -> Decimal:
    """To the hundredth, halves up."""
    exact = Decimal(share.numerator) * out_of / Decimal(share.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
