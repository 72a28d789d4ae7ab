"""A version read by a machine, to be heard before somebody records it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.bulletin import BulletinVersion


class DraftVoice(models.Model):
    """The words of a version as a machine reads them, with "bản nháp" spoken throughout. Made by campaigns.broadcast.drafts.

    It belongs to no recording and no programme, so that no step of a version can take it up.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("being prepared")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    version = models.OneToOneField(BulletinVersion, models.CASCADE, related_name="draft_voice")
    # sha256 of the words and the reading speed: other words make it old.
    digest = models.CharField(max_length=64, blank=True)
    engine = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    duration = models.FloatField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="ready") | (~models.Q(path="") & models.Q(size__gt=0)),
                name="campaigns_draftvoice_ready_has_a_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.get_state_display()}"
