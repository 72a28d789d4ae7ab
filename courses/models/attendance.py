"""Who was there: one row for each way of saying so, never changed."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField
from courses.models.runs import Session
from people.models import User


class Mark(models.Model):
    """Somebody's presence at a session as one way saw it. Append-only: of one way the latest counts, and a decision counts
    more than any (courses.attendance). `id` comes from the phone, so that what is sent twice is one row."""

    class Way(models.TextChoices):
        CODE = "code", _("code on the screen")
        CARD = "card", _("the officer's card")
        ROLL = "roll", _("roll call")
        SHEET = "sheet", _("signed sheet")
        DECISION = "decision", _("decision")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="marks")
    user = models.ForeignKey(User, models.PROTECT, related_name="marks")
    way = models.CharField(max_length=8, choices=Way)
    present = models.BooleanField()
    note = NfcCharField(max_length=300, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    # On the phone's clock; when it was received is the server's.
    at = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "received_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(way="decision") | ~Q(note=""), name="courses_mark_decided_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(present=True) | ~Q(way__in=["code", "card"]), name="courses_mark_seen_is_present"
            ),
        ]
        indexes = [models.Index(fields=["session", "user"], name="courses_mark_found")]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.session_id}: {self.way} {self.present}"


class SheetPhoto(models.Model):
    """A photo of a sheet that was signed at a session: evidence behind marks of the way "signed sheet". The file is named by
    its content and has lost whatever a phone writes into a picture (courses.evidence). Voided, never deleted."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="photos")
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = NfcCharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "sha256"], condition=Q(voided_at=None), name="courses_sheetphoto_once"
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None) | ~Q(void_reason=""), name="courses_sheetphoto_voided_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.sha256[:8]}"
