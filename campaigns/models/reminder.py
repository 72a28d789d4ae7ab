"""Who was reminded of a month's broadcast, when, and in which words."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from places.models import AdministrativeUnit


class Reminder(models.Model):
    """One reminder to one person by one channel. Written by campaigns.broadcast.reminders; never sent twice.

    `commune` is empty for a manager's list of the month. `dropped_at`: what it was about was settled before it left.
    """

    class Step(models.TextChoices):
        OPERATOR = "operator", _("radio operator, five days before the month ends")
        FOCAL = "focal", _("the commune's officer, on the last day")
        MANAGER = "manager", _("programme manager, the list on the first")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reminders")
    step = models.CharField(max_length=8, choices=Step)
    month = models.DateField()
    commune = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=20)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "step", "month", "commune", "channel"], condition=Q(commune__isnull=False),
                name="campaigns_reminder_once_a_commune",
            ),
            models.UniqueConstraint(
                fields=["person", "step", "month", "channel"], condition=Q(commune=None),
                name="campaigns_reminder_once_a_list",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(dropped_at=None), name="campaigns_reminder_sent_or_dropped"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person} · {self.get_step_display()} · {self.month:%m/%Y}"
