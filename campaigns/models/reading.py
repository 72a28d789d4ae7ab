"""How often pages are read: daily totals, and nothing about who reads."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class ReadingSource(models.TextChoices):
    """What brought a reader here, as the QR code or the shared link says. No code: the address was typed, or found."""

    NONE = "", _("without a code")
    POSTER = "ap-phich", _("poster")
    LEAFLET = "to-roi", _("leaflet")
    SCHOOL = "truong", _("school pack")
    CARD = "chia-se", _("shared card or link")


class DailyReading(models.Model):
    """One page's openings on one day from one source. Written by campaigns.pages.readings, which adds up in memory first:
    a row holds no time of day, no address, no device."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="readings")
    day = models.DateField()
    source = models.CharField(max_length=10, choices=ReadingSource, blank=True)
    times = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("readings of a day")
        verbose_name_plural = _("readings of a day")
        ordering = ["-day", "page"]
        constraints = [
            models.UniqueConstraint(fields=["page", "day", "source"], name="campaigns_dailyreading_once"),
            models.CheckConstraint(condition=Q(times__gte=1), name="campaigns_dailyreading_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.day} {self.source}: {self.times}"
