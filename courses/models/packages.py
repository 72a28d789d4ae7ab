"""Learning packages made elsewhere (SCORM 1.2), and what they report about a learner."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField
from courses.models.catalogue import Course
from people.models import User


class Package(models.Model):
    """An unpacked SCORM 1.2 package of a course (courses.packages). `items`: [{id, title, href, mastery, data}] in the order
    of its manifest. The folder is named by the content of the ZIP and never changes; a newer package is a new row."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="packages")
    title = NfcCharField(_("title"), max_length=200)
    sha256 = models.CharField(max_length=64)
    items = models.JSONField()
    size = models.PositiveBigIntegerField()
    files = models.PositiveIntegerField()
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "sha256"], condition=Q(retired_at=None), name="courses_package_once"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def item(self, identifier: str) -> dict | None:
        return next((one for one in self.items if one["id"] == identifier), None)


class Tracking(models.Model):
    """What a learner's visits to one item add up to. `status` and `score` are the best that was reported, `data` what the
    package asked to be given back. A package reports about itself: a proof is what a trainer saw, not this."""

    STATUSES = ("not attempted", "browsed", "incomplete", "failed", "completed", "passed")

    user = models.ForeignKey(User, models.PROTECT, related_name="trackings")
    package = models.ForeignKey(Package, models.PROTECT, related_name="trackings")
    item = models.CharField(max_length=200)
    status = models.CharField(max_length=13, choices=[(one, one) for one in STATUSES], default="not attempted")
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    data = models.JSONField(default=dict)
    began_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["package", "item"]
        constraints = [
            models.UniqueConstraint(fields=["user", "package", "item"], name="courses_tracking_once"),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=100), name="courses_tracking_score_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.package_id}/{self.item} {self.status}"


class Visit(models.Model):
    """One opening of an item. `id` and `sequence` come from the browser: a report that was seen already changes nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tracking = models.ForeignKey(Tracking, models.PROTECT, related_name="visits")
    sequence = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.tracking_id}: {self.at:%Y-%m-%d}"
