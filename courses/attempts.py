"""Taking a test: open, receive answers, close, mark. Whatever arrives is kept; what counts follows a rule that is shown.

The deadline is the server's. An answer that arrives by then counts. An answer that arrives later, but before `grace_until`,
counts when the phone's steady clock says that it was given before the deadline, and is marked as received late. The phone's
own time of day decides nothing. The steady clock cannot be ahead of the server's: what claims to be is set back.
"""

import secrets
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from courses.grading import mark, points
from courses.models import (
    Answer,
    Attempt,
    CourseRun,
    Enrolment,
    GradedAnswer,
    Grading,
    QuestionVersion,
    Quiz,
    QuizWindow,
)
from courses.questions import read_answer, shuffled
from media import jobs
from people.models import User

Standing = Answer.Standing
Feedback = Quiz.Feedback
# A form handed in at the last second is on its way for a while on a slow line.
SLACK = timedelta(seconds=10)
MOST_AT_ONCE = 200


def window_of(quiz: Quiz, run: CourseRun) -> QuizWindow | None:
    return QuizWindow.objects.filter(quiz=quiz, run=run).first()


def refusal(quiz: Quiz, run: CourseRun, window: QuizWindow | None, used: int, now: datetime | None = None):
    """Why nobody with `used` attempts can begin now, as a sentence; empty when they can."""
    now = now or timezone.now()
    if run.cancelled_at or not run.announced_at:
        return _("This class is cancelled or not announced.")
    if not quiz.published_at or quiz.retired_at:
        return _("This test is not open.")
    if window and window.opens_at and now < window.opens_at:
        opens = timezone.localtime(window.opens_at)
        return _("This test opens at %(time)s.") % {"time": f"{opens:%H:%M, %d/%m/%Y}"}
    if window and window.closes_at and now >= window.closes_at:
        return _("This test is closed for the class.")
    if quiz.attempts_allowed and used >= quiz.attempts_allowed:
        return _("You have used all attempts.")
    return ""


@transaction.atomic
def open_attempt(*, quiz: Quiz, run: CourseRun, user: User) -> Attempt:
    """The attempt that is open, or a new one. Only who has a seat."""
    seats = Enrolment.objects.select_for_update(of=("self",)).select_related("run")
    enrolment = seats.filter(run=run, user=user, state=Enrolment.State.BOOKED).first()
    if enrolment is None or quiz.course_id != enrolment.run.course_id:
        raise DomainError(_("Only who has a seat in a class of this course takes its tests."))
    run = enrolment.run
    opened = Attempt.objects.filter(enrolment=enrolment, quiz=quiz, closed_at=None).first()
    now = timezone.now()
    if opened and not (opened.grace_until and opened.grace_until <= now):
        return opened
    if opened:
        close_attempt(attempt=opened)
    used = Attempt.objects.filter(enrolment=enrolment, quiz=quiz).count()
    window = window_of(quiz, run)
    if why := refusal(quiz, run, window, used, now):
        raise DomainError(why)
    seed = secrets.randbelow(2**31)
    drawn = draw(quiz, seed)
    if not drawn:
        raise DomainError(_("This test has no questions yet."))
    limits = [now + timedelta(minutes=quiz.minutes)] if quiz.minutes else []
    if window and window.closes_at:
        limits.append(window.closes_at)
    deadline = min(limits, default=None)
    return Attempt.objects.create(
        enrolment=enrolment, quiz=quiz, number=used + 1, seed=seed, drawn=drawn, opened_at=now, deadline=deadline,
        grace_until=deadline and deadline + max(SLACK, timedelta(minutes=quiz.grace_minutes)),
    )  # fmt: skip


def draw(quiz: Quiz, seed: int) -> list[int]:
    """Ids of versions for one attempt: `quiz.draw` of the questions, as evenly from the competencies as they allow."""
    rows = list(quiz.questions.live().with_latest().order_by("competency", "pk").values("id", "competency", "latest"))
    if quiz.draw and quiz.draw < len(rows):
        piles = defaultdict(list)
        for row in shuffled(rows, seed, "draw"):
            piles[row["competency"]].append(row)
        order = [row for _n, _c, row in sorted(
            ((n, c, row) for c, pile in piles.items() for n, row in enumerate(pile)), key=lambda one: one[:2]
        )]  # fmt: skip
        chosen = {row["id"] for row in order[: quiz.draw]}
        rows = [row for row in rows if row["id"] in chosen]
    if quiz.is_shuffled:
        rows = shuffled(rows, seed, "order")
    return [row["latest"] for row in rows]


@dataclass(frozen=True)
class Given:
    """One answer as the phone sends it. `fields`: names and values of the question's form."""

    id: uuid.UUID
    version: int
    sequence: int
    elapsed: int
    fields: dict[str, list[str]]
    client_time: datetime | None = None


@dataclass
class Receipt:
    """What became of what was sent: ids that are kept, how they stand, how many questions have an answer that counts."""

    received: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    answered: int = 0
    total: int = 0


@transaction.atomic
def receive(
    *, attempt: uuid.UUID, user: User, answers: Iterable[Given], close: bool = False
) -> tuple[Attempt, Receipt]:
    """Takes in answers (again: nothing changes) and, with `close`, hands the attempt in. Attempt.DoesNotExist for others'."""
    answers = list(answers)
    if len(answers) > MOST_AT_ONCE:
        raise DomainError(_("Too many answers at once. Load the page again; what was received is kept."))
    rows = Attempt.objects.of(user).select_for_update(of=("self",)).select_related("quiz").order_by()
    found = rows.get(pk=attempt)
    now = timezone.now()
    receipt = Receipt(total=len(found.drawn))
    known = {}
    if answers:
        asked = {one.version for one in answers} & set(found.drawn)
        rows = QuestionVersion.objects.filter(pk__in=asked).order_by()
        known = {pk: (kind, content) for pk, kind, content in rows.values_list("pk", "question__kind", "content")}
    fixed = _fixed(found, known) if found.quiz.feedback == Feedback.ONCE else set()
    kept = []
    for one in sorted(answers, key=lambda one: one.sequence):
        try:
            if one.version not in known:
                raise DomainError(_("This question does not belong to your test."))
            value = read_answer(*known[one.version], f"q{one.version}", one.fields)
        except DomainError as error:
            receipt.refused[str(one.id)] = str(error)
            continue
        elapsed = max(0, min(one.elapsed, int((now - found.opened_at).total_seconds() * 1000)))
        standing = _standing(found, now, elapsed)
        if one.version in fixed and standing != Standing.TOO_LATE and value is not None:
            # Its right answer was shown: the first one stands. Sent twice it is the same one.
            receipt.received[str(one.id)] = standing
            continue
        if found.quiz.feedback == Feedback.ONCE and value is not None:
            fixed.add(one.version)
        kept.append(
            Answer(
                id=one.id, attempt=found, version_id=one.version, value=value, sequence=one.sequence, elapsed=elapsed,
                client_time=one.client_time, received_at=now, standing=standing,
            )
        )  # fmt: skip
        receipt.received[str(one.id)] = standing
    if kept:
        Answer.objects.bulk_create(kept, ignore_conflicts=True)
    if close and not found.closed_at:
        close_attempt(attempt=found)
    receipt.answered = len(values_of(found))
    return found, receipt


def _fixed(attempt: Attempt, known: dict) -> set[int]:
    rows = attempt.answers.filter(version__in=known, value__isnull=False).exclude(standing=Standing.TOO_LATE)
    return set(rows.values_list("version", flat=True))


def _standing(attempt: Attempt, now: datetime, elapsed: int) -> str:
    if attempt.closed_at:
        return Standing.TOO_LATE
    if attempt.deadline is None or now <= attempt.deadline + SLACK:
        return Standing.IN_TIME
    given = attempt.opened_at + timedelta(milliseconds=elapsed)
    if now <= attempt.grace_until and given <= attempt.deadline:
        return Standing.LATE
    return Standing.TOO_LATE


def values_of(attempt: Attempt) -> dict[int, object]:
    """Version → the value that counts: that of the highest sequence, none where it was taken back. One query."""
    rows = attempt.answers.exclude(standing=Standing.TOO_LATE).order_by("sequence", "received_at")
    found = dict(rows.values_list("version", "value"))
    return {version: value for version, value in found.items() if value is not None}


@transaction.atomic
def close_attempt(*, attempt: Attempt) -> Attempt:
    """Hands it in and marks it. Twice changes nothing."""
    now = timezone.now()
    if Attempt.objects.filter(pk=attempt.pk, closed_at=None).update(closed_at=now):
        attempt.closed_at = now
        grade(attempt)
    return attempt


def grade(attempt: Attempt, because: QuestionVersion | None = None) -> Grading:
    """Marks by the latest version of each question it drew; the marks before stay as rows."""
    drawn = dict(QuestionVersion.objects.filter(pk__in=attempt.drawn).values_list("question", "pk"))
    latest = {}
    for version in QuestionVersion.objects.filter(question__in=drawn).select_related("question").order_by("number"):
        latest[version.question_id] = version
    values, graded = values_of(attempt), []
    for question, asked in drawn.items():
        version = latest[question]
        value = values.get(asked)
        share = mark(version.question.kind, version.content, value)
        graded.append(
            GradedAnswer(
                question_id=question, version=version, points=points(share, version.points), out_of=version.points,
                is_answered=value is not None,
            )
        )  # fmt: skip
    attempt.gradings.filter(is_current=True).update(is_current=False)
    made = attempt.gradings.create(
        points=sum((one.points for one in graded), Decimal(0)),
        out_of=sum(one.out_of for one in graded),
        because=because,
    )
    for one in graded:
        one.grading = made
    GradedAnswer.objects.bulk_create(graded)
    return made


@jobs.handles("quiz-regrade")
def regrade_job(args: dict) -> None:
    """Everybody who was asked a corrected question is marked anew. Safe to run again: who has been is passed over."""
    version = QuestionVersion.objects.get(pk=args["version"])
    behind = GradedAnswer.objects.filter(
        grading__is_current=True, question=version.question_id, version__number__lt=version.number
    )
    for pk in list(behind.values_list("grading__attempt", flat=True)):
        with transaction.atomic():
            attempt = Attempt.objects.select_for_update().get(pk=pk)
            if not attempt.gradings.filter(because=version).exists():
                grade(attempt, because=version)


def close_due(now: datetime | None = None) -> int:
    """Attempts whose time is over, also for late answers. How many; safe to run again."""
    found = list(Attempt.objects.due(now)[:2000])
    for attempt in found:
        close_attempt(attempt=attempt)
    return len(found)


def is_shown(attempt: Attempt, now: datetime | None = None) -> bool:
    """Are right answers and explanations shown to the person who made this (closed) attempt?"""
    feedback = attempt.quiz.feedback
    if not attempt.closed_at or feedback == Feedback.NEVER:
        return False
    if feedback in (Feedback.ONCE, Feedback.END):
        return True
    run, now = attempt.enrolment.run, now or timezone.now()
    window = window_of(attempt.quiz, run)
    if window and window.closes_at:
        return window.closes_at <= now
    last = run.sessions.filter(cancelled_at=None).order_by("-ends_at").first()
    return last is None or last.ends_at <= now


def best(attempts) -> Grading | None:
    """The current grading with the highest share among prefetched attempts."""
    found = [one for attempt in attempts for one in attempt.gradings.all() if one.is_current]
    return max(found, key=lambda one: one.share, default=None)
