"""The demonstration bank, its tests, and what the officers of the demonstration class did with them: by the same functions
as people use. Every situation is invented; the officers are nobody."""

import json
import random
import uuid
from pathlib import Path

from django.db import transaction

from courses import assignments, attempts, bank, runs, seats, surveys
from courses.models import (
    Assignment,
    Competency,
    Course,
    CourseRun,
    Lesson,
    Question,
    QuestionVersion,
    Quiz,
    SurveyTicket,
)
from courses.questions import content_from, several
from people.models import User

# Written for people to read and mend.
CONTENT = Path(__file__).parent / "quizzes.json"
Kind = Question.Kind


@transaction.atomic
def load_bank(*, actor: User) -> list[Quiz]:
    """Questions, tests and an assignment of two courses, published."""
    content = json.loads(CONTENT.read_text(encoding="utf-8"))
    organiser = Course.objects.get(code="phap-luat").organiser
    skills = {one.code: one for one in Competency.objects.all()}
    made: dict[str, Question] = {}
    for code, skill, kind, prompt, prompt_en, lines, lines_en, points, note, note_en in content["questions"]:
        said = {
            "prompt": prompt, "prompt_en": prompt_en, "content": content_from(kind, lines, lines_en), "points": points,
            "feedback": note, "feedback_en": note_en,
        }  # fmt: skip
        made[code] = bank.write_question(
            organiser=organiser, competency=skills[skill], kind=kind, code=code, said=said, actor=actor
        )
    about = content["assignment"]
    row = Assignment(course=Course.objects.get(code=about["course"]),
                     **{name: about[name] for name in ("title", "title_en", "task", "task_en")})  # fmt: skip
    assignments.save_assignment(assignment=row, criteria=[tuple(one) for one in about["criteria"]], actor=actor)
    return [_quiz(one, made, actor) for one in content["quizzes"]]


def _quiz(about: dict, made: dict, actor: User) -> Quiz:
    course = Course.objects.get(code=about["course"])
    lessons = list(Lesson.objects.filter(module__course=course).order_by("module__position", "position"))
    wanted = about["questions"]
    chosen = (
        [q for code, q in made.items() if code.startswith(wanted)]
        if isinstance(wanted, str)
        else [made[c] for c in wanted]
    )
    quiz = Quiz(
        course=course, purpose=about["purpose"], title=about["title"], title_en=about["title_en"], draw=about.get("draw"),
        lesson=lessons[about["lesson"] - 1] if "lesson" in about else None, minutes=about.get("minutes"),
        attempts_allowed=about.get("attempts"), is_required=about.get("required", False), feedback=about["feedback"],
        is_paged=about.get("paged", False),
    )  # fmt: skip
    return bank.publish_quiz(quiz=bank.save_quiz(quiz=quiz, questions=chosen, actor=actor), actor=actor)


def take_tests(run: CourseRun) -> None:
    """Everybody of the class before, after and at the end; nothing where the bank is not loaded."""
    chance = random.Random(30_07)  # noqa: S311 (the same demonstration every time)
    quizzes = {one.purpose: one for one in run.course.quizzes.all()}
    people = run.enrolments.filter(state="booked").select_related("user").order_by("pk") if quizzes else ()
    for number, seat in enumerate(people):
        for purpose, skill in (("pre", 0.4), ("post", 0.78), ("final", 0.9)):
            _take(quizzes[purpose], run, seat.user, min(0.97, skill + number % 3 * 0.06), chance)


def load_answers(*, held: CourseRun, manager: User, trainer: User, trainee: User) -> CourseRun:
    """Work and a survey of the class that is over; a class in one's own time that the trainee has joined, its test still
    to do."""
    chance = random.Random(2026)  # noqa: S311
    people = [one.user for one in held.enrolments.filter(state="booked").select_related("user").order_by("pk")]
    about = json.loads(CONTENT.read_text(encoding="utf-8"))
    work, said = held.course.assignments.get(), about["assignment"]
    for person, text, remarks, good in zip(people[1:3], said["texts"], said["remarks"], (True, False), strict=True):
        paper = assignments.hand_in(assignment=work, run=held, text=text, client_uuid=uuid.uuid4(), user=person)
        points = {one.pk: one.points for one in work.criteria.all()}
        assignments.review(submission=paper, actor=trainer, points=points, remarks=remarks, give_back=not good)
    assignments.hand_in(assignment=work, run=held, text=said["texts"][0], client_uuid=uuid.uuid4(), user=people[3])
    surveys.invite()
    for number, ticket in enumerate(
        SurveyTicket.objects.filter(run=held, kind="after").exclude(user=trainee).order_by("pk")[:6]
    ):
        marks = {key: chance.choice((3, 4, 4, 5)) for key, *_rest in surveys.QUESTIONS["after"]}
        surveys.answer(ticket=ticket, said=marks, text=about["said"][number] if number < len(about["said"]) else "")
    alone = CourseRun(course=Course.objects.get(code="tiep-can-ban-dau"), mode="self", seats=200,
                      note="Đọc bài, tự kiểm tra sau từng bài, rồi làm bài cuối khoá khi bạn sẵn sàng.")  # fmt: skip
    runs.save_run(run=alone, trainers=[trainer], actor=manager)
    runs.announce(run=alone, actor=manager)
    seats.join(run=alone, user=trainee)
    return alone


def _take(quiz: Quiz, run: CourseRun, person: User, skill: float, chance: random.Random) -> None:
    attempt = attempts.open_attempt(quiz=quiz, run=run, user=person)
    versions = QuestionVersion.objects.select_related("question").in_bulk(attempt.drawn)
    given = [
        attempts.Given(uuid.uuid4(), pk, number, 0, fields_of(versions[pk], right=chance.random() < skill))
        for number, pk in enumerate(attempt.drawn, start=1)
    ]
    attempts.receive(attempt=attempt.pk, user=person, answers=given, close=True)


def fields_of(version: QuestionVersion, *, right: bool) -> dict[str, list[str]]:
    """The form fields of a right answer, or of a wrong one."""
    return _fields(version.question.kind, version.content, f"q{version.pk}", right)


def _fields(kind: str, content: dict, name: str, right: bool) -> dict[str, list[str]]:
    if kind == Kind.SCENARIO:
        found = {}
        for step in content["steps"]:
            inner = Kind.SHORT if "accepted" in step else Kind.MULTIPLE if several(step) else Kind.SINGLE
            found |= _fields(inner, step, f"{name}-{step['id']}", right)
        return found
    if kind == Kind.SHORT:
        return {name: [content["accepted"][0] if right else "không nhớ"]}
    if kind == Kind.TRUTH:
        return {name: ["1" if content["right"] is right else "0"]}
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        fit = [one["id"] for one in content["options"] if one["right"] is right]
        return {name: fit if kind == Kind.MULTIPLE else fit[:1]}
    if kind == Kind.MATCHING:
        lefts = [one["id"] for one in content["pairs"] if one["left"]]
        return {f"{name}-{left}": [left if right else lefts[n - 1]] for n, left in enumerate(lefts)}
    items = [one["id"] for one in content["items"]]
    return {f"{name}-{one}": [str(n if right else len(items) + 1 - n)] for n, one in enumerate(items, start=1)}
