"""Which lessons somebody has opened, so that they can go on where they stopped."""

from django.db import models
from django.utils import timezone

from courses.models.catalogue import Lesson
from people.models import User


class Reading(models.Model):
    """One row a person and lesson; seen by the person alone. Nothing is proven by it."""

    user = models.ForeignKey(User, models.PROTECT, related_name="readings")
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="readings")
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-last_at"]
        constraints = [models.UniqueConstraint(fields=["user", "lesson"], name="courses_reading_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.lesson_id} {self.last_at:%Y-%m-%d}"
