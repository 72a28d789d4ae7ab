"""Questions, tests and attempts for the tests of the training."""

import uuid
from datetime import timedelta

from django.utils import timezone

from courses import attempts, bank
from courses.models import Attempt, Competency, Enrolment, Question, QuestionVersion, Quiz
from courses.questions import content_from
from people.roles import Role
from tests.courses.making import make_course
from tests.courses.test_runs import enrol, make_run
from tests.factories import make_user

LINES = {
    "single": ["*Hỏi ý người ấy trước", "Báo cho hàng xóm", "Chụp ảnh"],
    "multiple": ["*Giữ kín", "*Báo công an xã", "Hỏi dồn", "Đưa lên mạng"],
    "truth": ["sai"],
    "matching": ["111 = tư vấn", "113 = công an", "115 = cấp cứu", "= thời tiết"],
    "ordering": ["Nhìn", "Lắng nghe", "Kết nối", "Hỏi lại"],
    "short": ["một trăm mười một", "111"],
    "scenario": ["Làm gì trước? | *Bảo đảm an toàn | Hỏi tên", "Gọi số nào? | =111 | =tổng đài 111"],
}
RIGHT = {
    "single": "a", "multiple": ["a", "b"], "truth": False, "matching": {"a": "a", "b": "b", "c": "c"},
    "ordering": {"a": 1, "b": 2, "c": 3, "d": 4}, "short": "MOT TRAM MƯỜI MỘT", "scenario": {"a": "a", "b": "Tổng đài 111."},
}  # fmt: skip


def make_competency(code: str = "hieu-luat") -> Competency:
    return Competency.objects.get_or_create(code=code, defaults={"title": f"Năng lực {code}"})[0]


def make_question(author, kind: str = "single", *, organiser=None, competency=None, code="", **said) -> Question:
    body = organiser or author.memberships.first().organisation
    defaults = {
        "prompt": f"Câu hỏi {kind} {uuid.uuid4().hex[:4]}?",
        "content": content_from(kind, LINES[kind]),
        "points": 1,
    }
    return bank.write_question(
        organiser=body,
        competency=competency or make_competency(),
        kind=kind,
        code=code,
        said=defaults | said,
        actor=author,
    )


def make_quiz(author, course=None, questions=None, *, published=True, **fields) -> Quiz:
    course = course or make_course(organiser=author.memberships.first().organisation)
    rows = questions or [make_question(author, kind, organiser=course.organiser) for kind in LINES]
    defaults = {"title": "Bài thử", "purpose": "final", "course": course}
    made = bank.save_quiz(quiz=Quiz(**(defaults | fields)), questions=rows, actor=author)
    return bank.publish_quiz(quiz=made, actor=author) if published else made


def make_taker(manager, quiz, run=None, **fields):
    """(run, person with a seat in it)."""
    run = run or make_run(manager, quiz.course, seats=60)
    person = make_user(role=Role.TRAINEE, **fields)
    assert enrol(run, person, manager) == Enrolment.State.BOOKED
    return run, person


def given(version: int, fields: dict, *, sequence=1, elapsed=0, key=None) -> attempts.Given:
    values = {name: value if isinstance(value, list) else [str(value)] for name, value in fields.items()}
    return attempts.Given(key or uuid.uuid4(), version, sequence, elapsed, values)


def fields_for(version: QuestionVersion, value) -> dict:
    """The form fields that say `value`."""
    name, kind = f"q{version.pk}", version.question.kind
    if kind == "truth":
        return {name: "1" if value else "0"}
    if isinstance(value, dict):
        return {f"{name}-{key}": one for key, one in value.items()}
    return {name: value}


def answer_all(attempt: Attempt, user, *, right: int | None = None, close=True) -> Attempt:
    """Answers its questions, the first `right` of them rightly (all by default), the others not at all."""
    rows = QuestionVersion.objects.select_related("question").in_bulk(attempt.drawn)
    some = attempt.drawn if right is None else attempt.drawn[:right]
    sent = [given(pk, fields_for(rows[pk], RIGHT[rows[pk].question.kind]), sequence=n) for n, pk in enumerate(some, 1)]
    return attempts.receive(attempt=attempt.pk, user=user, answers=sent, close=close)[0]


def take(quiz, run, user, *, right=None) -> Attempt:
    return answer_all(attempts.open_attempt(quiz=quiz, run=run, user=user), user, right=right)


def move(attempt: Attempt, *, minutes: float) -> Attempt:
    """As if it had been opened so many minutes earlier."""
    back = timedelta(minutes=minutes)
    Attempt.objects.filter(pk=attempt.pk).update(
        opened_at=attempt.opened_at - back, deadline=attempt.deadline and attempt.deadline - back,
        grace_until=attempt.grace_until and attempt.grace_until - back,
    )  # fmt: skip
    attempt.refresh_from_db()
    return attempt


def now():
    return timezone.now()
