"""What the answers say about the questions and about the class: item analysis, and learning from a test before to one after.

Difficulty is the mean share of the points. Discrimination is the corrected item–total correlation: Pearson's r between the
item and the sum of the other items (Nunnally & Bernstein, Psychometric Theory, 3rd ed. 1994, ch. 8); under 0.2 an item
hardly tells strong from weak (Ebel, Measuring Educational Achievement, 1965). First attempts only.

Learning is compared by competency over those who took both tests. The gain is the mean of the paired differences with its
95 % confidence interval, mean ± t(0.975, n − 1) · s / √n (Student's paired t); beside it stands the normalised gain of the
class, (after − before) / (100 % − before) (Hake, American Journal of Physics 66, 1998).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt
from statistics import fmean, stdev

from courses.models import CourseRun, GradedAnswer, Grading, Question, Quiz

# Fewer say more about the people than about the questions.
ENOUGH_ATTEMPTS = 10
ENOUGH_PEOPLE = 5
LEAST_DISCRIMINATION = 0.2
WEAK = 0.6
Z = 1.959963984540054


@dataclass(frozen=True)
class Item:
    """`difficulty` 0…1 (1: everybody was right); `discrimination` −1…1 or None where all answered alike."""

    question: int
    n: int
    difficulty: float
    discrimination: float | None

    @property
    def is_doubtful(self) -> bool:
        return self.discrimination is not None and self.discrimination < LEAST_DISCRIMINATION


def items_of(quiz: Quiz) -> dict[int, Item]:
    """Question id → Item, for questions with enough first attempts. One query."""
    rows = GradedAnswer.objects.filter(
        grading__is_current=True, grading__attempt__quiz=quiz, grading__attempt__number=1
    ).values_list("grading__attempt", "question", "points", "out_of")
    attempts: dict = defaultdict(dict)
    for attempt, question, got, out_of in rows:
        attempts[attempt][question] = float(got / out_of)
    found = {}
    for question in {one for shares in attempts.values() for one in shares}:
        pairs = [
            (shares[question], sum(shares.values()) - shares[question])
            for shares in attempts.values() if question in shares
        ]  # fmt: skip
        if len(pairs) >= ENOUGH_ATTEMPTS:
            own, rest = zip(*pairs, strict=True)
            found[question] = Item(question, len(pairs), fmean(own), correlation(own, rest))
    return found


def correlation(xs: Iterable[float], ys: Iterable[float]) -> float | None:
    """Pearson's r; None where one side does not vary."""
    xs, ys = list(xs), list(ys)
    mean_x, mean_y = fmean(xs), fmean(ys)
    across = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    spread = sqrt(sum((x - mean_x) ** 2 for x in xs) * sum((y - mean_y) ** 2 for y in ys))
    return max(-1.0, min(1.0, across / spread)) if spread > 1e-12 else None


@dataclass(frozen=True)
class Gain:
    """Shares 0…1 of `n` people. `low` and `high` bound the mean difference with 95 % confidence; `normalised` is None where
    everybody knew everything before."""

    n: int
    before: float
    after: float
    low: float
    high: float
    normalised: float | None

    @property
    def difference(self) -> float:
        return self.after - self.before

    @property
    def shown(self) -> tuple[str, str, str]:
        """Points of 100: the gain and its bounds."""
        return tuple(f"{value * 100:+.0f}" for value in (self.difference, self.low, self.high))


def gain(pairs: list[tuple[float, float]]) -> Gain | None:
    """From (share before, share after) of each person; None for fewer than two people."""
    if len(pairs) < 2:
        return None
    before, after = fmean(b for b, _a in pairs), fmean(a for _b, a in pairs)
    differences = [a - b for b, a in pairs]
    half = t_quantile(len(pairs) - 1) * stdev(differences) / sqrt(len(pairs))
    normalised = (after - before) / (1 - before) if before < 1 else None
    mean = after - before
    return Gain(len(pairs), before, after, mean - half, mean + half, normalised)


def t_quantile(df: int) -> float:
    """Student's t at 0.975: exact for 1 and 2, else Abramowitz & Stegun 26.7.5 (within 0.4 % from 3 on)."""
    if df == 1:
        return 12.706204736
    if df == 2:
        return 4.302652730
    z = Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / df ** (power + 1) for power, term in enumerate(terms))


@dataclass
class Learning:
    """`whole` over all competencies, `by` competency; `weak`: what most still got wrong after the course."""

    whole: Gain | None = None
    by: list[tuple[object, Gain]] = field(default_factory=list)
    weak: list[tuple[Question, float, float | None]] = field(default_factory=list)
    n: int = 0


def learning(run: CourseRun) -> Learning:
    """First attempts of the class at its tests before and after. Nothing is said under ENOUGH_PEOPLE people. Two queries."""
    rows = GradedAnswer.objects.filter(
        grading__is_current=True, grading__attempt__number=1, grading__attempt__enrolment__run=run,
        grading__attempt__quiz__purpose__in=("pre", "post"),
    ).values_list(
        "grading__attempt__enrolment", "grading__attempt__quiz__purpose", "question", "question__competency", "points", "out_of"
    )  # fmt: skip
    people: dict = defaultdict(lambda: {"pre": [], "post": []})
    for person, purpose, question, competency, got, out_of in rows:
        people[person][purpose].append((question, competency, float(got), float(out_of)))
    both = [one for one in people.values() if one["pre"] and one["post"]]
    found = Learning(n=len(both))
    if len(both) < ENOUGH_PEOPLE:
        return found
    found.whole = gain([(_share(one["pre"]), _share(one["post"])) for one in both])
    questions = {q.pk: q for q in Question.objects.filter(pk__in={r[0] for one in both for rs in one.values() for r in rs})
                 .select_related("competency").prefetch_related("versions")}  # fmt: skip
    titles = {one.competency_id: one.competency for one in questions.values()}
    for pk in sorted(titles, key=lambda pk: titles[pk].label):
        pairs = [
            (_share(before), _share(after)) for one in both
            if (before := [r for r in one["pre"] if r[1] == pk]) and (after := [r for r in one["post"] if r[1] == pk])
        ]  # fmt: skip
        if len(pairs) >= ENOUGH_PEOPLE:
            found.by.append((titles[pk], gain(pairs)))
    shares = {purpose: defaultdict(list) for purpose in ("pre", "post")}
    for one in both:
        for purpose, rows_of in one.items():
            for question, _competency, got, out_of in rows_of:
                shares[purpose][question].append(got / out_of)
    for pk, after in shares["post"].items():
        before = fmean(shares["pre"][pk]) if shares["pre"].get(pk) else None
        if len(after) >= ENOUGH_PEOPLE and (fmean(after) < WEAK or (before is not None and fmean(after) < before)):
            found.weak.append((questions[pk], fmean(after), before))
    for question, _after, _before in found.weak:
        question.asked = max(question.versions.all(), key=lambda one: one.number)
    found.weak.sort(key=lambda row: row[1])
    return found


def before_and_after(until: datetime) -> dict[int, list[tuple[float, float]]]:
    """Class → (share before, share after) of everybody who had handed in both tests, first attempts. One query."""
    rows = Grading.objects.filter(
        is_current=True, attempt__number=1, attempt__closed_at__lte=until, attempt__quiz__purpose__in=("pre", "post")
    ).values_list("attempt__enrolment__run", "attempt__enrolment", "attempt__quiz__purpose", "points", "out_of")
    taken: dict = defaultdict(lambda: {"pre": [0, 0], "post": [0, 0]})
    for run, person, purpose, got, out_of in rows:
        sums = taken[run, person][purpose]
        sums[0] += got
        sums[1] += out_of
    pairs: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for (run, _person), sums in taken.items():
        if all(out_of for _got, out_of in sums.values()):
            pairs[run].append(tuple(float(got / out_of) for got, out_of in (sums["pre"], sums["post"])))
    return pairs


def _share(rows: list) -> float:
    return sum(row[2] for row in rows) / sum(row[3] for row in rows)
