"""Shorter broadcasts of one script, for loudspeakers with little time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from media.models import Programme


class Length(models.TextChoices):
    """How much of a script is played. The numbers are seconds, the longest such a broadcast may last."""

    FULL = "full", _("full broadcast")
    THREE_MINUTES = "180", _("3 minutes")
    ONE_MINUTE = "60", _("60 seconds")


class VersionCut(models.Model):
    """A version's broadcast in one shorter length. Made by campaigns.broadcast.cuts.make each time recording is finished;
    reviewed, approved, released and withdrawn with its version."""

    version = models.ForeignKey("campaigns.BulletinVersion", models.CASCADE, related_name="shorter")
    length = models.CharField(_("length"), max_length=4, choices=Length)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="cuts")

    class Meta:
        # "180" stands before "60": the longest first.
        ordering = ["length"]
        constraints = [
            models.UniqueConstraint(fields=["version", "length"], name="campaigns_versioncut_once"),
            models.CheckConstraint(condition=~models.Q(length="full"), name="campaigns_versioncut_is_shorter"),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.get_length_display()}"
