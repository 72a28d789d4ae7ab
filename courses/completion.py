"""When a class is completed: enough of the time there, every test passed and every assignment accepted that the course asks
for. A class in one's own time has no sittings: its tests and assignments alone complete it."""

from dataclasses import dataclass, field

from django.utils import timezone

from courses.attendance import Attended, attended
from courses.models import Course, CourseRun, Enrolment, Grading, Quiz, Review, Submission
from people.models import User


@dataclass
class Part:
    """One thing a certificate asks for. `state`: done, waiting (handed in, not judged), missing."""

    thing: object
    state: str = "missing"
    share: float | None = None


@dataclass
class Standing:
    """How far one person is in a class. `attendance` is None in a class without sittings."""

    enrolment: Enrolment
    attendance: Attended | None = None
    parts: list[Part] = field(default_factory=list)
    is_empty: bool = False

    @property
    def is_complete(self) -> bool:
        return not self.is_empty and all(part.state == "done" for part in self.parts)


def required(course: Course) -> tuple[list[Quiz], list]:
    """(tests, assignments) a certificate of the course asks for."""
    return (
        list(course.quizzes.live().filter(is_required=True)),
        list(course.assignments.filter(is_required=True, retired_at=None)),
    )


def best_shares(run: CourseRun, quizzes: list[Quiz], user: User | None = None) -> dict[tuple[int, int], float]:
    """(enrolment, quiz) → the best share among its marked attempts. One query."""
    rows = Grading.objects.filter(is_current=True, attempt__enrolment__run=run, attempt__quiz__in=quizzes)
    if user:
        rows = rows.filter(attempt__enrolment__user=user)
    found: dict = {}
    for enrolment, quiz, points, out_of in rows.values_list("attempt__enrolment", "attempt__quiz", "points", "out_of"):
        share = float(points / out_of) if out_of else 0.0
        found[enrolment, quiz] = max(share, found.get((enrolment, quiz), 0.0))
    return found


def handed_in(run: CourseRun, assignments: list, user: User | None = None) -> dict[tuple[int, int], Submission]:
    """(enrolment, assignment) → the latest submission, with `judged`: its latest review or None. Two queries."""
    rows = Submission.objects.filter(enrolment__run=run, assignment__in=assignments).select_related("assignment")
    if user:
        rows = rows.filter(enrolment__user=user)
    found = {(one.enrolment_id, one.assignment_id): one for one in rows.order_by("at", "pk")}
    reviews = {one.submission_id: one for one in Review.objects.filter(submission__in=[s.pk for s in found.values()])}
    for one in found.values():
        one.judged = reviews.get(one.pk)
    return found


def passed(submission: Submission) -> bool:
    review = submission.judged
    least = submission.assignment.pass_percent
    return bool(review and not review.is_returned and review.given * 100 >= least * review.out_of)


def standings(run: CourseRun, user: User | None = None) -> list[Standing]:
    """Everybody with a seat (or `user` alone), by name. As many queries for many as for one."""
    quizzes, assignments = required(run.course)
    shares, papers = best_shares(run, quizzes, user), handed_in(run, assignments, user)
    sat = run.mode != CourseRun.Mode.SELF
    rows = {one.enrolment.pk: one for one in attended(run)} if sat else {}
    seated = run.enrolments.filter(state=Enrolment.State.BOOKED).select_related("user", "area")
    found = []
    for enrolment in seated.filter(user=user) if user else seated:
        one = Standing(enrolment, rows.get(enrolment.pk))
        if sat:
            one.parts.append(_attendance(run, one.attendance))
        for quiz in quizzes:
            share = shares.get((enrolment.pk, quiz.pk))
            done = share is not None and round(share * 100, 6) >= quiz.pass_percent
            one.parts.append(Part(quiz, "done" if done else "missing", share))
        for assignment in assignments:
            paper = papers.get((enrolment.pk, assignment.pk))
            state = (
                "missing" if paper is None else "done" if passed(paper) else "missing" if paper.judged else "waiting"
            )
            one.parts.append(Part(assignment, state))
        # Nothing to fulfil is nothing completed.
        one.is_empty = not one.parts
        found.append(one)
    return sorted(found, key=lambda one: one.enrolment.user.search_key)


def _attendance(run: CourseRun, row: Attended | None) -> Part:
    share = row.share if row else None
    least = run.course.least_attendance / 100
    odd = row is not None and any(cell.disagree for _session, cell in row.cells)
    if share is not None and share >= least:
        return Part(run, "waiting" if odd else "done", share)
    return Part(run, "missing", share)


def is_over(run: CourseRun) -> bool:
    """Has the last session ended? A class in one's own time is never over: who is done is done."""
    if run.mode == CourseRun.Mode.SELF:
        return True
    held = run.sessions.filter(cancelled_at=None)
    return held.exists() and not held.filter(ends_at__gt=timezone.now()).exists()


def completed(run: CourseRun) -> list[User]:
    """Who fulfilled the course's rule in a class that is over, with no disagreement about attendance left open."""
    if run.cancelled_at or not is_over(run):
        return []
    return [one.enrolment.user for one in standings(run) if one.is_complete]
