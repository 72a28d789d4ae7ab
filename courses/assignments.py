"""Assignments: putting them together, handing in, marking by criteria, giving back. Nothing that was written is changed."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from courses.anonymity import check
from courses.attendance import keeps_roll
from courses.models import Assignment, Course, CourseRun, Criterion, Enrolment, Review, Submission
from people.models import User
from people.permissions import require

ACT = "courses.keep_questions"


@transaction.atomic
def save_assignment(*, assignment: Assignment, criteria: list[tuple[str, str, int]], actor: User) -> Assignment:
    """`criteria`: (title, title in English, points). Once something was handed in, the criteria stay as they are."""
    require(actor, ACT, assignment.course.organiser.area)
    if not criteria:
        raise DomainError(_("Write at least one criterion with its points."))
    if assignment.pk is None:
        assignment.made_by = actor
    assignment.save()
    old = [(one.title, one.title_en, one.points) for one in assignment.criteria.all()]
    if old == criteria:
        return assignment
    if assignment.submissions.exists():
        raise DomainError(
            _("Work was handed in already: its criteria stay. Retire this assignment and write a new one.")
        )
    assignment.criteria.all().delete()
    Criterion.objects.bulk_create(
        Criterion(assignment=assignment, position=n, title=title, title_en=title_en, points=points)
        for n, (title, title_en, points) in enumerate(criteria, start=1)
    )
    return assignment


@transaction.atomic
def retire_assignment(*, assignment: Assignment, actor: User) -> None:
    require(actor, ACT, assignment.course.organiser.area)
    Assignment.objects.filter(pk=assignment.pk, retired_at=None).update(retired_at=timezone.now())


def open_to(user: User, run: CourseRun) -> Enrolment | None:
    """The seat that lets a person hand in work of this class."""
    return Enrolment.objects.filter(run=run, user=user, state=Enrolment.State.BOOKED).first()


@transaction.atomic
def hand_in(*, assignment: Assignment, run: CourseRun, text: str, client_uuid: uuid.UUID, user: User) -> Submission:
    """Sent again under the same id it is the same one. Refused once it has been accepted."""
    seat = open_to(user, run)
    if seat is None or assignment.course_id != run.course_id or run.cancelled_at or assignment.retired_at:
        raise DomainError(_("Only who has a seat in a class of this course hands in its assignments."))
    if known := Submission.objects.filter(pk=client_uuid, enrolment=seat).first():
        return known
    if not text.strip():
        raise DomainError(_("Nothing is written. Nothing was handed in."))
    check(text)
    last = Submission.objects.filter(enrolment=seat, assignment=assignment).last()
    review = last.reviews.last() if last else None
    if review and not review.is_returned and review.given * 100 >= assignment.pass_percent * review.out_of:
        raise DomainError(_("This assignment has been accepted already. Nothing was handed in."))
    return Submission.objects.create(id=client_uuid, enrolment=seat, assignment=assignment, text=text.strip())


@transaction.atomic
def review(
    *,
    submission: Submission,
    actor: User,
    points: dict[int, int] | None = None,
    remarks: str = "",
    give_back: bool = False,
) -> Review:
    """Marks for every criterion (id → points), or back with remarks. Trainers of the class and who keeps it; never one's own."""
    run = submission.enrolment.run
    if not keeps_roll(actor, run) or submission.enrolment.user_id == actor.pk:
        raise DomainError(_("Only the trainers of this class mark its work, and nobody their own."))
    check(remarks)
    if give_back:
        if not remarks.strip():
            raise DomainError(_("Write what to do better. Nothing was sent back."))
        return submission.reviews.create(actor=actor, is_returned=True, remarks=remarks.strip())
    criteria = list(submission.assignment.criteria.all())
    given = points or {}
    if set(given) != {one.pk for one in criteria} or any(not 0 <= given[one.pk] <= one.points for one in criteria):
        raise DomainError(_("Give points for every criterion, none above its most. Nothing was marked."))
    return submission.reviews.create(
        actor=actor, points={str(pk): value for pk, value in given.items()}, given=sum(given.values()),
        out_of=sum(one.points for one in criteria), remarks=remarks.strip(),
    )  # fmt: skip


def of_course(course: Course):
    return course.assignments.filter(retired_at=None).prefetch_related("criteria")
