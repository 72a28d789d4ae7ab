"""Writing courses: opening, ordering and removing their modules and lessons, putting a course into the catalogue and taking
it out. What a lesson says is written as Wagtail's revisions; everything here acts at once."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from core.errors import DomainError
from courses.models import Course, Lesson, Module
from people.models import User
from people.permissions import may, require


def may_write(user, course: Course) -> bool:
    """Lessons and modules."""
    return may(user, "courses.write", course.organiser.area)


def may_publish(user, course: Course) -> bool:
    return may(user, "courses.publish", course.organiser.area)


def may_change(user, course: Course) -> bool:
    """The course's own facts. They count at once, so those of a published course are its managers' to change."""
    return may_publish(user, course) if course.published_on else may_write(user, course)


@transaction.atomic
def add_module(*, course: Course, title: str, actor: User, title_en: str = "") -> Module:
    """At the end of the course."""
    _lock(course, actor)
    found = Module(course=course, position=_after(course.modules.all()), title=title, title_en=title_en)
    found.full_clean()
    found.save()
    log(course, "wagtail.edit", user=actor)
    return found


@transaction.atomic
def rename_module(*, module: Module, title: str, actor: User, title_en: str = "") -> Module:
    _lock(module.course, actor)
    module.title, module.title_en = title, title_en
    module.full_clean()
    module.save(update_fields=["title", "title_en"])
    log(module.course, "wagtail.edit", user=actor)
    return module


@transaction.atomic
def move_module(*, module: Module, step: int, actor: User) -> Module:
    """One place up (-1) or down (1); the first stays first, the last stays last."""
    _lock(module.course, actor)
    if _moved(list(module.course.modules.order_by("position")), module, step):
        log(module.course, "wagtail.edit", user=actor)
    return module


@transaction.atomic
def remove_module(*, module: Module, actor: User) -> None:
    """Only when it holds no lesson: a lesson never goes unseen with its module."""
    _lock(module.course, actor)
    if module.lessons.exists():
        raise DomainError(_("This module still holds lessons. Move or remove them first; nothing was changed."))
    module.delete()
    log(module.course, "wagtail.edit", user=actor)


@transaction.atomic
def add_lesson(*, module: Module, title: str, actor: User) -> Lesson:
    """An empty draft at the end of the module. Trainees see it when it has been published."""
    _lock(module.course, actor)
    found = Lesson(module=module, position=_after(module.lessons.all()), title=title, live=False)
    found.has_unpublished_changes = True
    found.full_clean(exclude=["body", "body_en"])
    found.save()
    log(found, "wagtail.create", user=actor)
    return found


@transaction.atomic
def move_lesson(*, lesson: Lesson, step: int, actor: User) -> Lesson:
    """One place up (-1) or down (1); at the edge of its module into the next one, at the edge of the course nowhere."""
    course = lesson.module.course
    _lock(course, actor)
    if not _moved(list(lesson.module.lessons.order_by("position")), lesson, step):
        modules = list(course.modules.order_by("position"))
        place = modules.index(lesson.module) + step
        if not 0 <= place < len(modules):
            return lesson
        beside = list(modules[place].lessons.order_by("position"))
        lesson.module, lesson.position = modules[place], _after(modules[place].lessons)
        lesson.save(update_fields=["module", "position"])
        if step > 0:
            _renumber([lesson, *beside])
    log(lesson, "wagtail.edit", user=actor)
    return lesson


@transaction.atomic
def remove_lesson(*, lesson: Lesson, actor: User) -> None:
    """Refused while a test follows it or an experience became part of it. One that trainees see is a manager's to remove."""
    course = lesson.module.course
    _lock(course, actor)
    if lesson.live and not may_publish(actor, course):
        raise PermissionDenied
    log(lesson, "wagtail.delete", user=actor, deleted=True)
    try:
        lesson.delete()
    except ProtectedError as error:
        raise DomainError(
            _(
                "A test or an experience belongs to this lesson, so it cannot be deleted. Unpublish it, and trainees no "
                "longer see it."
            )
        ) from error


@transaction.atomic
def publish_course(*, course: Course, actor: User) -> Course:
    """In the catalogue from today, also again after it was retired. Doing it twice changes nothing."""
    require(actor, "courses.publish", course.organiser.area)
    course = Course.objects.select_for_update().get(pk=course.pk)
    today = timezone.localdate()
    if not course.is_open(today):
        first = course.published_on if course.published_on and course.published_on <= today else today
        course.published_on, course.retired_on = first, None
        _keep(course, actor, "wagtail.publish")
    return course


@transaction.atomic
def retire_course(*, course: Course, actor: User) -> Course:
    """No longer in the catalogue from today. Its classes go on, and its certificates stay as they are."""
    require(actor, "courses.publish", course.organiser.area)
    course = Course.objects.select_for_update().get(pk=course.pk)
    today = timezone.localdate()
    if course.published_on and not course.retired_on:
        # One that was still to come never was there.
        course.retired_on = today if course.published_on <= today else None
        course.published_on = course.published_on if course.retired_on else None
        _keep(course, actor, "wagtail.unpublish")
    return course


@transaction.atomic
def remove_course(*, course: Course, actor: User) -> None:
    """Deletes a course that nothing names, with its modules and lessons. A used one is refused: it is retired."""
    require(actor, "courses.publish", course.organiser.area)
    log(course, "wagtail.delete", user=actor, deleted=True)
    try:
        if course.leads_to.exists():
            raise ProtectedError("", set(course.leads_to.all()))
        course.delete()
    except ProtectedError as error:
        raise DomainError(
            _(
                "This course is in use: classes, certificates, tests or other rows name it, and they keep their history. "
                "Take it out of the catalogue instead; nothing was deleted."
            )
        ) from error


def _lock(course: Course, actor: User) -> None:
    """From here on nobody else moves anything in the course."""
    require(actor, "courses.write", course.organiser.area)
    Course.objects.select_for_update().get(pk=course.pk)


def _keep(course: Course, actor: User, action: str) -> None:
    course.save()
    course.save_revision(user=actor, clean=False)
    log(course, action, user=actor)


def _after(rows) -> int:
    last = rows.order_by("position").last()
    return last.position + 1 if last else 1


def _moved(rows: list, row: Module | Lesson, step: int) -> bool:
    """Is there a place `step` further among these siblings? Then it is taken."""
    here = rows.index(row)
    there = here + step
    if not 0 <= there < len(rows):
        return False
    rows[here], rows[there] = rows[there], rows[here]
    _renumber(rows)
    return True


def _renumber(rows: list) -> None:
    """1, 2, 3 … in this order; first out of everybody's way, for no two may ever stand in one place."""
    kept = type(rows[0]).objects
    kept.filter(pk__in=[row.pk for row in rows]).update(position=F("position") + 1000)
    for position, row in enumerate(rows, start=1):
        kept.filter(pk=row.pk).update(position=position)
        row.position = position
