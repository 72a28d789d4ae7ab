"""Work that is written and then marked by a trainer, criterion by criterion. What was handed in and marked stays."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField, NfcTextField
from courses.models.catalogue import Course
from courses.models.runs import Enrolment
from people.models import User


class Assignment(models.Model):
    """What is to be written in a course, and by which criteria it is marked."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="assignments", verbose_name=_("course"))
    title = NfcCharField(_("title"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    task = NfcTextField(_("task"), max_length=2000)
    task_en = models.TextField(_("task in English"), max_length=2000, blank=True)
    pass_percent = models.PositiveSmallIntegerField(
        _("percent to pass"), default=60, validators=[MaxValueValidator(100)]
    )
    is_required = models.BooleanField(_("a certificate asks for it"), default=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["course", "pk"]
        constraints = [models.CheckConstraint(condition=Q(pass_percent__lte=100), name="courses_assignment_percent")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.title_en if self.title_en and get_language() == "en" else self.title

    @property
    def said(self) -> str:
        return self.task_en if self.task_en and get_language() == "en" else self.task


class Criterion(models.Model):
    """One line of the rubric and the most points it gives."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    title = NfcCharField(_("criterion"), max_length=200)
    title_en = models.CharField(_("criterion in English"), max_length=200, blank=True)
    points = models.PositiveSmallIntegerField(_("points"), validators=[MinValueValidator(1), MaxValueValidator(100)])

    class Meta:
        ordering = ["assignment", "position"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "position"], name="courses_criterion_position_once"),
            models.CheckConstraint(condition=Q(points__gte=1), name="courses_criterion_has_points"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        return self.title_en if self.title_en and get_language() == "en" else self.title


class Submission(models.Model):
    """What one person handed in; a second version is another row. `id` comes from the form, so a second tap is one row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="submissions")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="submissions")
    text = NfcTextField(max_length=8000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="courses_submission_says_something")]

    def __str__(self) -> str:
        return f"{self.assignment_id} × {self.enrolment_id}"


class Review(models.Model):
    """A trainer's marks for a submission, or its return with remarks. The latest counts."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="reviews")
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    is_returned = models.BooleanField(default=False)
    # Criterion id → points given; empty when it is returned.
    points = models.JSONField(default=dict)
    given = models.PositiveSmallIntegerField(default=0)
    out_of = models.PositiveSmallIntegerField(default=0)
    remarks = NfcTextField(_("remarks"), max_length=2000, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(is_returned=False) | ~Q(remarks=""), name="courses_review_returned_why"),
            models.CheckConstraint(condition=Q(given__lte=F("out_of")), name="courses_review_within_its_points"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.given}/{self.out_of}"
