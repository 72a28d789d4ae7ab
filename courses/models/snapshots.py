"""The figures of training as they stood, kept for a yearly report."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField
from courses.querysets import SnapshotQuerySet
from people.models import User
from places.models import AdministrativeUnit


class ComplianceSnapshot(models.Model):
    """Who was trained of those who should be, in an area on a day, as it was counted at a moment. Append-only: what becomes
    known later of that day moves only the living figures. Shapes of `lines` and `missing`: courses.snapshots."""

    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", verbose_name=_("area"))
    on = models.DateField(_("as of"))
    purpose = NfcCharField(_("what for"), max_length=160, blank=True)
    should = models.PositiveIntegerField(_("should be"))
    trained = models.PositiveIntegerField(_("trained"))
    in_time = models.PositiveIntegerField(_("still in time"))
    lines = models.JSONField()
    missing = models.JSONField()
    # What they were kept for by themselves, such as "report:12"; `taken_by` is empty then.
    source = models.CharField(max_length=40, blank=True, editable=False)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept figures of training")
        verbose_name_plural = _("kept figures of training")
        ordering = ["-on", "-taken_at", "-pk"]
        indexes = [models.Index(fields=["area", "on"], name="courses_snapshot_area_day")]

    def __str__(self) -> str:
        return f"{self.area.label} {self.on:%d/%m/%Y}"
