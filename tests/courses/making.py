"""Rows the tests of the training need."""

from datetime import date, timedelta
from itertools import count

from django.utils import timezone

from courses.models import Competency, Course, Lesson, Module, Requirement
from people.models import Duty
from tests.factories import make_duty, make_organisation

_numbers = count(1)


def make_course(code: str | None = None, *, duties=(), lessons: int = 1, **fields) -> Course:
    """A published course with one module of `lessons` lessons."""
    defaults = {
        "code": code or f"khoa-{next(_numbers)}", "kind": "skills", "title": "Khoá thử", "summary": "Để thử.", "hours": 8,
        "published_on": timezone.localdate() - timedelta(days=400),
    }  # fmt: skip
    if "organiser" not in fields:
        defaults["organiser"] = make_organisation()
    course = Course.objects.create(**(defaults | fields))
    course.duties.set(duties)
    module = Module.objects.create(course=course, position=1, title="Phần một")
    for number in range(1, lessons + 1):
        Lesson.objects.create(
            module=module, position=number, title=f"Bài {number}", body=[{"type": "text", "value": "<p>Đọc kỹ.</p>"}]
        )
    return course


def make_requirement() -> tuple[Duty, Course]:
    """A duty that asks for one course, valid for a year, within six months of taking the post."""
    duty = make_duty("ho-tro")
    course = make_course("luat", title="Luật", duties=[duty], validity_months=12)
    Requirement.objects.create(duty=duty, course=course, within_months=6, valid_from=date(2020, 1, 1))
    return duty, course


def make_competency(code: str, title: str = "Làm được (thử)") -> Competency:
    return Competency.objects.get_or_create(code=code, defaults={"title": title})[0]
