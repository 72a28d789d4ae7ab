"""What is broken, said once by whoever found it and closed by whoever mended it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.airing import MissedBroadcast, SpeakerCluster, Station
from campaigns.querysets import RepairQuerySet
from core.text import NfcCharField
from places.models import AdministrativeUnit


class Repair(models.Model):
    """A line of an area's repair list. Opened by broadcast.repairs.open_repair, also when a commune says why it could not
    broadcast; ended by close_repair. Without a station it concerns the commune's broadcasting as a whole; without a
    cluster, the whole station."""

    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    commune = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="repairs")
    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="repairs")
    cluster = models.ForeignKey(SpeakerCluster, models.PROTECT, null=True, blank=True, related_name="repairs")
    missed = models.OneToOneField(MissedBroadcast, models.PROTECT, null=True, blank=True, related_name="repair")
    reason = models.CharField(_("reason"), max_length=9, choices=MissedBroadcast.Reason)
    note = NfcCharField(_("what is needed (equipment only)"), max_length=200, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RepairQuerySet.as_manager()

    class Meta:
        verbose_name = _("repair")
        verbose_name_plural = _("repairs")
        ordering = ["opened_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason="other") | ~Q(note=""), name="campaigns_repair_other_says_what"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="campaigns_repair_closed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(cluster=None) | Q(station__isnull=False), name="campaigns_repair_cluster_has_its_station"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune}: {self.get_reason_display()}"
