"""What people say about a class, without their names: who was asked and what was answered stand in two tables that nothing
joins but the class and the kind of survey."""

import uuid
from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField, NfcTextField
from courses.models.runs import CourseRun
from people.models import User


class SurveyKind(models.TextChoices):
    AFTER = "after", _("after the class")
    LATER = "later", _("two months later, the officer")
    MANAGER = "manager", _("two months later, who sent the officers")


class SurveyTicket(models.Model):
    """Somebody is asked. It says whether an answer came, never when nor which."""

    OPEN = timedelta(days=30)

    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="survey_tickets")
    user = models.ForeignKey(User, models.PROTECT, related_name="survey_tickets")
    kind = models.CharField(max_length=8, choices=SurveyKind)
    asked_on = models.DateField(default=timezone.localdate)
    is_answered = models.BooleanField(default=False)

    class Meta:
        ordering = ["-asked_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "user", "kind"], name="courses_surveyticket_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.kind}: {self.user_id}"

    @property
    def last_day(self) -> date:
        return self.asked_on + self.OPEN - timedelta(days=1)


class SurveyAnswer(models.Model):
    """One answer, by nobody: no person, no time, and a random key that keeps no order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="survey_answers")
    kind = models.CharField(max_length=8, choices=SurveyKind)
    # Question → 1…5, or chosen words; the questions stand in courses.surveys.
    said = models.JSONField()
    text = NfcTextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.run_id} {self.kind}"


class SurveyWithdrawal(models.Model):
    """The words of an answer were deleted: a person or a case could be recognised. Append-only; its marks go on counting."""

    answer = models.OneToOneField(SurveyAnswer, models.PROTECT, related_name="withdrawal")
    reason = NfcCharField(max_length=300)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="courses_surveywithdrawal_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.reason}"
