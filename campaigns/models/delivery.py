"""What was sent to the provincial source system, and what it would not take."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.airing import Airing


class SourceDelivery(models.Model):
    """A sending of airings to the source system. Made by broadcast.source_log.collect; its job sends it, `resend` again.

    Each airing is in one delivery: the other side never counts it twice.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("on its way")
        SENT = "sent", _("sent")
        DEAD = "dead", _("not taken")

    airings = models.ManyToManyField(Airing, related_name="source_deliveries")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("delivery to the source system")
        verbose_name_plural = _("deliveries to the source system")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="campaigns_delivery_sent_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} ({self.state})"
