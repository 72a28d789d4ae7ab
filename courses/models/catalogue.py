"""What can be learnt: competencies, courses, their modules and lessons."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin

from core.text import NfcCharField, NfcTextField, fold
from courses.blocks import LessonBlocks
from courses.querysets import CourseQuerySet, LessonQuerySet
from people.models import Duty, Organisation


def _label(row) -> str:
    """The title in the language of the interface, Vietnamese where there is no other."""
    return row.title_en if row.title_en and get_language() == "en" else row.title


class Competency(models.Model):
    """Something an officer can do after a course; tests and gains are counted by it."""

    code = models.SlugField(unique=True)
    title = NfcCharField(_("title"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("competency")
        verbose_name_plural = _("competencies")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return _label(self)


class Previewed(PreviewableMixin):
    """Shown to its writer as a trainee will see it, in Vietnamese or English."""

    preview_modes = [("vi", "Tiếng Việt"), ("en", "English")]
    default_preview_mode = "vi"

    def serve_preview(self, request, mode_name):
        with override(mode_name):
            request.LANGUAGE_CODE = mode_name
            return super().serve_preview(request, mode_name).render()


class Course(Previewed, RevisionMixin, models.Model):
    """A course of the catalogue. Published by giving `published_on` a day; a retired course keeps its row, because
    certificates name it. A restricted course is found only by those in its target duties and those who run training.

    Its facts are no drafts: a class is judged by the rule as it stands. Every saved state is kept as a revision, and what
    is read, the lessons, has drafts of its own. Acts: courses.writing."""

    class Kind(models.TextChoices):
        TRAINERS = "trainers", _("training of trainers")
        SKILLS = "skills", _("skills")
        LAW = "law", _("law")
        REFRESHER = "refresher", _("refresher")
        VISIT = "visit", _("study visit")
        EXPERIENCE = "experience", _("experience sharing")

    code = models.SlugField(_("short name in the address"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = NfcCharField(_("title"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    summary = NfcTextField(_("summary"), max_length=600)
    summary_en = models.TextField(_("summary in English"), max_length=600, blank=True)
    organiser = models.ForeignKey(Organisation, models.PROTECT, related_name="courses", verbose_name=_("organiser"))
    duties = models.ManyToManyField(Duty, blank=True, related_name="courses", verbose_name=_("target duties"))
    competencies = models.ManyToManyField(Competency, blank=True, related_name="courses")
    prerequisites = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="leads_to", verbose_name=_("courses to have done before")
    )
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, validators=[MinValueValidator(0)])
    validity_months = models.PositiveSmallIntegerField(
        _("valid for, months"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    # The rule a class is completed by: so much of the time of its sessions, percent.
    least_attendance = models.PositiveSmallIntegerField(
        _("attendance a certificate asks for, percent"), default=80, validators=[MaxValueValidator(100)]
    )
    is_restricted = models.BooleanField(_("only for its target duties"), default=False)
    published_on = models.DateField(_("in the catalogue from"), null=True, blank=True)
    retired_on = models.DateField(_("no longer in the catalogue from"), null=True, blank=True)
    search_key = models.CharField(max_length=400, editable=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["kind", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_on=None) | Q(published_on__isnull=False, retired_on__gte=models.F("published_on")),
                name="courses_course_retired_after_published",
            ),
            models.CheckConstraint(condition=Q(least_attendance__lte=100), name="courses_course_attendance_percent"),
            models.CheckConstraint(
                condition=Q(validity_months=None) | Q(validity_months__gte=1), name="courses_course_validity_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def save(self, *args, **kwargs):
        self.search_key = fold(f"{self.title} {self.title_en} {self.code}")[:400]
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        return _label(self)

    @property
    def about(self) -> str:
        return self.summary_en if self.summary_en and get_language() == "en" else self.summary

    def is_open(self, on=None) -> bool:
        """Does the catalogue show it on a day?"""
        on = on or timezone.localdate()
        return bool(self.published_on and self.published_on <= on and not (self.retired_on and self.retired_on <= on))

    def lessons(self, *, with_bodies: bool = False) -> list["Lesson"]:
        """What trainees read, in its order, each with its `number` from 1; bodies stay in the database. One query."""
        found = Lesson.objects.published().filter(module__course=self).select_related("module")
        lessons = list((found if with_bodies else found.without_bodies()).in_order())
        for number, lesson in enumerate(lessons, start=1):
            lesson.number = number
        return lessons

    def get_preview_template(self, request, mode_name):
        return "courses/course.html"

    def get_preview_context(self, request, mode_name):
        if self.pk is None:
            return {"course": self, "lessons": [], "before": []}
        return {"course": self, "lessons": self.lessons(), "before": self.prerequisites.all()}


class Module(models.Model):
    """A part of a course, in its order."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="modules")
    position = models.PositiveSmallIntegerField(_("position"))
    title = NfcCharField(_("title"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        ordering = ["course", "position"]
        constraints = [models.UniqueConstraint(fields=["course", "position"], name="courses_module_position_once")]

    def __str__(self) -> str:
        return f"{self.course} · {self.label}"

    @property
    def label(self) -> str:
        return _label(self)


class Lesson(Previewed, DraftStateMixin, LockableMixin, RevisionMixin, models.Model):
    """A page to read, hear and talk about. `body_en` may be empty: English readers then see the Vietnamese words,
    marked as such. What is being written is a revision; trainees see the row as it was last published, and nothing of a
    lesson that never was (`live`). Its place in the course is no part of a revision: courses.writing moves it."""

    module = models.ForeignKey(Module, models.CASCADE, related_name="lessons", verbose_name=_("module"))
    position = models.PositiveSmallIntegerField(_("position"))
    title = NfcCharField(_("title"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=10)
    body = StreamField(LessonBlocks(), verbose_name=_("content"))
    body_en = StreamField(LessonBlocks(required=False), blank=True, verbose_name=_("content in English"))

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["module__course", "module__position", "position"]
        constraints = [models.UniqueConstraint(fields=["module", "position"], name="courses_lesson_position_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return _label(self)

    def with_content_json(self, content):
        return super().with_content_json(content | {"module": self.module_id, "position": self.position})

    def page(self, lessons: list["Lesson"]) -> dict:
        """What courses/lesson.html needs, among the `lessons` of its course that trainees see."""
        english = get_language() == "en" and bool(self.body_en)
        number = next((one.number for one in lessons if one.pk == self.pk), len(lessons) + 1)
        count = max(len(lessons), number)
        return {
            "course": self.module.course,
            "lesson": self,
            "body": self.body_en if english else self.body,
            "body_language": "en" if english else "vi",
            "awaiting": get_language() != "vi" and not english,
            "number": number,
            "count": count,
            "previous": number - 1,
            "next": number + 1 if number < count else 0,
        }

    def get_preview_template(self, request, mode_name):
        return "courses/lesson.html"

    def get_preview_context(self, request, mode_name):
        return self.page(self.module.course.lessons())
