"""Puts the demonstration courses into an installation that has its demonstration people."""

import json
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from courses.models import Competency, Course, Lesson, Module, Requirement
from people.models import Duty, Organisation

# Written for people to read and mend: {duties, competencies, courses → modules → lessons → blocks}.
CONTENT = Path(__file__).parent / "courses.json"


def is_loaded() -> bool:
    return Course.objects.exists()


@transaction.atomic
def load_courses(*, organiser: Organisation) -> list[Course]:
    """The seven courses, published today."""
    content = json.loads(CONTENT.read_text(encoding="utf-8"))
    duties = {
        code: Duty.objects.get_or_create(
            code=code, defaults={"name": vi, "name_en": en, "supports_victims": True}
        )[0]
        for code, (vi, en) in content["duties"].items()
    }  # fmt: skip
    skills = {
        code: Competency.objects.get_or_create(code=code, defaults={"title": vi, "title_en": en})[0]
        for code, (vi, en) in content["competencies"].items()
    }
    made: dict[str, Course] = {}
    for about in content["courses"]:
        course = made[about["code"]] = Course.objects.create(
            **{name: about[name] for name in ("code", "kind", "hours", "title", "title_en", "summary", "summary_en")},
            validity_months=about["months"],
            is_restricted=about.get("restricted", False),
            organiser=organiser,
            published_on=timezone.localdate(),
        )
        course.duties.set(duties[code] for code in about["duties"])
        course.competencies.set(skills[code] for code in about["can"])
        course.prerequisites.set(made[code] for code in about.get("before", []))
        for place, (title, title_en, lessons) in enumerate(about["modules"], start=1):
            module = Module.objects.create(course=course, position=place, title=title, title_en=title_en)
            for number, (name, name_en, minutes, body) in enumerate(lessons, start=1):
                Lesson.objects.create(
                    module=module, position=number, title=name, title_en=name_en, minutes=minutes,
                    body=[{"type": kind, "value": value} for kind, value in body],
                )  # fmt: skip
    # What the plan asks of those who support victims: the law, the first meeting, first support, the files.
    since = timezone.localdate().replace(month=1, day=1) - timedelta(days=365)
    for code in ("phap-luat", "tiep-can-ban-dau", "so-cuu-tam-ly", "lap-va-giu-ho-so"):
        Requirement.objects.create(duty=duties["ho-tro-nan-nhan"], course=made[code], within_months=6, valid_from=since)
    return list(made.values())
