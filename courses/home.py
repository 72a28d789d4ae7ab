"""A person's own training: what must be done and by when, where they stopped reading, their classes, all that is kept."""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import my_data
from courses.attendance import Presence
from courses.certificates import EXPIRING, months_later
from courses.models import (
    Attempt,
    Certificate,
    CourseRun,
    Enrolment,
    Experience,
    Lesson,
    Mark,
    Reading,
    Requirement,
    Submission,
    SurveyTicket,
    Tracking,
)
from courses.surveys import open_tickets
from people.my_data import kept_about

State = Enrolment.State


@dataclass(frozen=True)
class Duty:
    """Something to do: a course that one's post asks for, or whose certificate runs out soon. `run`: the next class with a
    free seat, or None; `mine`: the person stands in a coming class of the course already."""

    course: object
    duty: object | None
    due_on: date
    overdue: bool
    run: CourseRun | None
    mine: bool


def to_do(user) -> list[Duty]:
    """The most urgent first; a course is named once, with its earliest day."""
    today = timezone.localdate()
    posts = list(user.memberships.current(today).prefetch_related("duties"))
    held: dict[int, date | None] = {}
    for course, until in Certificate.objects.in_force().filter(holder=user).values_list("course", "valid_until"):
        held[course] = max(held.get(course, until) or date.max, until or date.max)
    found: dict[int, tuple] = {}

    def add(course, duty, due_on):
        if course.pk not in found or due_on < found[course.pk][2]:
            found[course.pk] = (course, duty, due_on)

    since = {}
    for post in posts:
        for duty in post.duties.all():
            since[duty.pk] = min(since.get(duty.pk, post.starts_on), post.starts_on)
    for one in Requirement.objects.current(today).filter(duty__in=since).select_related("course", "duty"):
        until = held.get(one.course_id)
        if until is None:
            add(one.course, one.duty, months_later(since[one.duty_id], one.within_months))
        elif until - EXPIRING <= today:
            add(one.course, one.duty, until)
    coming: dict[int, CourseRun] = {}
    for run in CourseRun.objects.visible_to(user).with_a_free_seat().filter(course__in=found):
        coming.setdefault(run.course_id, run)
    mine = set(_coming(user).filter(course__in=found).values_list("course", flat=True))
    rows = [
        Duty(course, duty, due_on, due_on <= today, coming.get(course.pk), course.pk in mine)
        for course, duty, due_on in found.values()
    ]
    return sorted(rows, key=lambda one: (one.due_on, one.course.title))


def waiting(user) -> dict:
    """Tests that are begun, and surveys that are asked for."""
    if not user.is_authenticated:
        return {}
    now = timezone.now()
    begun = list(Attempt.objects.of(user).filter(closed_at=None).select_related("quiz"))
    for one in begun:
        one.is_over = bool(one.deadline and one.deadline <= now)
    return {"begun": begun, "tickets": open_tickets(user)}


def _coming(user):
    """Classes that are not over in which the person has a seat, waits for one or is named."""
    over = CourseRun.objects.with_times().filter(last__lt=timezone.now()).values("pk")
    states = (State.NOMINATED, State.WAITING, State.BOOKED)
    mine = Enrolment.objects.filter(user=user, state__in=states).values("run")
    return CourseRun.objects.filter(pk__in=mine, cancelled_at=None).exclude(pk__in=over)


def coming(user) -> list[CourseRun]:
    """With `state` (an Enrolment.State) and `first`, the next one first."""
    runs = list(_coming(user).with_times().select_related("course").order_by("first", "pk"))
    states = dict(Enrolment.objects.filter(user=user, run__in=runs).values_list("run", "state"))
    for one in runs:
        one.state = State(states[one.pk])
    return runs


def teaching(user) -> list[CourseRun]:
    """Classes one teaches that are not over."""
    over = CourseRun.objects.with_times().filter(last__lt=timezone.now()).values("pk")
    rows = CourseRun.objects.filter(trainers=user, cancelled_at=None).exclude(pk__in=over)
    return list(rows.with_times().select_related("course").order_by("first", "pk"))


def note_reading(user, lesson: Lesson) -> None:
    """The lesson was opened; how often does not matter."""
    seen = Reading.objects.filter(user=user, lesson=lesson).update(last_at=timezone.now())
    if not seen:
        Reading.objects.get_or_create(user=user, lesson=lesson)


@dataclass(frozen=True)
class Stopped:
    """Where somebody stopped in a course: the number of the lesson to go on with, how many of how many were opened."""

    course: object
    lesson: Lesson
    number: int
    read: int
    count: int


def stopped(user, most: int = 3) -> list[Stopped]:
    """The courses read last; one that was read to its end is left out."""
    seen = Reading.objects.filter(user=user, lesson__live=True)
    rows = seen.values("lesson__module__course").annotate(read=Count("pk"))
    read = {row["lesson__module__course"]: row["read"] for row in rows}
    latest = {}
    for one in seen.select_related("lesson__module__course").defer("lesson__body", "lesson__body_en"):
        latest.setdefault(one.lesson.module.course_id, one.lesson)
    lessons: dict[int, list[Lesson]] = {}
    order = Lesson.objects.published().filter(module__course__in=latest).without_bodies().select_related("module")
    for one in order.in_order():
        lessons.setdefault(one.module.course_id, []).append(one)
    found = []
    for course, last in latest.items():
        every = lessons[course]
        place = every.index(last)
        if read[course] < len(every) and last.module.course.is_open():
            # On with the next one, or with the last where somebody jumped to the end.
            place = min(place + 1, len(every) - 1)
            found.append(Stopped(last.module.course, every[place], place + 1, read[course], len(every)))
    return found[:most]


def history(user) -> list[dict]:
    """Classes that are over in which the person had a seat: [{run, there, held (sessions), certificate}]."""
    over = CourseRun.objects.with_times().filter(last__lt=timezone.now(), cancelled_at=None)
    booked = Enrolment.objects.filter(user=user, state=State.BOOKED).values("run")
    runs = list(over.filter(pk__in=booked).select_related("course").prefetch_related("sessions").order_by("-first"))
    seen: dict[int, Presence] = {}
    for session, way, present in (
        Mark.objects.filter(user=user, session__run__in=runs).order_by("at", "received_at", "pk")
    ).values_list("session", "way", "present"):
        seen.setdefault(session, Presence()).ways[way] = present
    papers = Certificate.objects.filter(holder=user, batch_entry__batch__run__in=runs)
    by_run = {one.run: one for one in papers.annotate(run=F("batch_entry__batch__run"))}
    found = []
    for run in runs:
        held = [one for one in run.sessions.all() if not one.cancelled_at]
        there = sum(bool(seen.get(one.pk, Presence()).present) for one in held)
        found.append({"run": run, "there": there, "held": len(held), "certificate": by_run.get(run.pk)})
    return found


def everything(user) -> dict:
    """All that the platform keeps about a person, as plain values."""
    said = kept_about(user)
    enrolments = Enrolment.objects.filter(user=user).select_related("run__course", "area").prefetch_related("events")
    marks = Mark.objects.filter(user=user).select_related("session__run__course").order_by("at")
    papers = Certificate.objects.filter(holder=user).select_related("register__issuer").prefetch_related("events")
    attempts = Attempt.objects.filter(enrolment__user=user).select_related("quiz", "enrolment__run__course")
    attempts = attempts.prefetch_related("gradings", "answers__version")
    papers_in = Submission.objects.filter(enrolment__user=user).select_related("assignment", "enrolment__run__course")
    posts = Experience.objects.filter(author=user).prefetch_related("events")
    profile = getattr(user, "trainer_profile", None)
    said["training"] = {
        "enrolments": [
            {
                "course": one.run.course.title, "class": one.run_id, "sent_by": one.area.name, "state": one.state,
                "history": [{"state": e.state, "at": e.at.isoformat(), "reason": e.reason} for e in one.events.all()],
            }
            for one in enrolments
        ],
        "attendance": [
            {
                "course": one.session.run.course.title, "session": one.session.starts_at.isoformat(), "way": one.way,
                "present": one.present, "note": one.note, "at": one.at.isoformat(),
            }
            for one in marks
        ],
        "tests": [
            {
                "course": one.enrolment.run.course.title, "test": one.quiz.title, "attempt": one.number,
                "opened": one.opened_at.isoformat(), "closed": one.closed_at.isoformat() if one.closed_at else None,
                "points": [f"{g.points}/{g.out_of}" for g in one.gradings.all() if g.is_current],
                "answers": [
                    {
                        "question": a.version.prompt, "answer": _chosen(a), "received": a.received_at.isoformat(),
                        "standing": a.standing,
                    }
                    for a in one.answers.all()
                ],
            }
            for one in attempts
        ],
        "assignments": [
            {
                "course": one.enrolment.run.course.title, "assignment": one.assignment.title, "text": one.text,
                "at": one.at.isoformat(),
                "marks": [
                    {
                        "at": r.at.isoformat(), "points": f"{r.given}/{r.out_of}", "given_back": r.is_returned,
                        "remarks": r.remarks,
                    }
                    for r in one.reviews.all()
                ],
            }
            for one in papers_in.prefetch_related("reviews")
        ],
        "certificates": [
            {
                "number": one.label, "code": one.code, "course": one.course_title, "name": one.holder_name,
                "issuer": one.register.issuer.name, "issued_on": f"{one.issued_on}", "valid_from": f"{one.valid_from}",
                "valid_until": f"{one.valid_until}" if one.valid_until else None,
                "history": [{"what": e.kind, "on": f"{e.on}", "reason": e.reason} for e in one.events.all()],
            }
            for one in papers
        ],
        "lessons_read": [
            {"course": one.lesson.module.course.title, "lesson": one.lesson.title, "last": one.last_at.isoformat()}
            for one in Reading.objects.filter(user=user).select_related("lesson__module__course")
        ],
        "interactive_lessons": [
            {
                "lesson": one.package.title, "part": one.item, "state": one.status,
                "score": float(one.score) if one.score is not None else None, "kept": one.data,
                "visits": [{"at": v.at.isoformat(), "seconds": v.seconds} for v in one.visits.all()],
            }
            for one in Tracking.objects.filter(user=user).select_related("package").prefetch_related("visits")
        ],
        # Whether somebody was asked and answered; what was answered names nobody.
        "surveys": [
            {"course": one.run.course.title, "kind": one.kind, "answered": one.is_answered}
            for one in SurveyTicket.objects.filter(user=user).select_related("run__course")
        ],
        "classes_taught": [
            {"course": one.course.title, "class": one.pk} for one in user.runs_taught.select_related("course")
        ],
        "fields": [one.title for one in profile.fields.all()] if profile else [],
        "languages": [one.name_vi for one in profile.languages.all()] if profile else [],
        "difficulties_and_practices": [
            {
                "title": one.title, "text": one.text, "state": one.state, "at": one.at.isoformat(), "answer": one.answer,
                "history": [{"what": e.kind, "at": e.at.isoformat(), "note": e.note} for e in one.events.all()],
            }
            for one in posts
        ],
    }  # fmt: skip
    return said


def _chosen(answer) -> object:
    """What was answered, in words where it was a choice."""
    texts = {one["id"]: one["text"] for one in answer.version.content.get("options", [])}
    value = answer.value
    if isinstance(value, bool):
        return _("true") if value else _("false")
    if isinstance(value, list):
        return [texts.get(one, one) for one in value]
    return texts.get(value, value) if isinstance(value, str) else value


def everything_zip(user) -> bytes:
    """`my-data.html` to read, the same values as `my-data.json`, and a plain text that says what they are."""
    said = everything(user)
    out = io.BytesIO()
    words = _(
        "This file holds everything the platform keeps about %(name)s, as of %(day)s. To read it, open my-data.html. The same "
        "values stand in my-data.json, a plain text that any program can read. If something is wrong, ask the administrator "
        "to correct it: the form stands on your account page."
    ) % {"name": user.name, "day": f"{timezone.localdate():%d/%m/%Y}"}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("README.txt", words + "\n")
        folder.writestr("my-data.html", my_data.page(said))
        folder.writestr("my-data.json", json.dumps(said, ensure_ascii=False, indent=2))
    return out.getvalue()
