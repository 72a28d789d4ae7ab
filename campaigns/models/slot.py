"""When a station broadcasts: hours of the week that people can put into their calendar."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.airing import Station


class BroadcastSlot(models.Model):
    """An hour of the week in which a station broadcasts. A plan, not a fact: changed and deleted freely."""

    class Day(models.TextChoices):
        DAILY = "daily", _("every day")
        MONDAY = "MO", _("Monday")
        TUESDAY = "TU", _("Tuesday")
        WEDNESDAY = "WE", _("Wednesday")
        THURSDAY = "TH", _("Thursday")
        FRIDAY = "FR", _("Friday")
        SATURDAY = "SA", _("Saturday")
        SUNDAY = "SU", _("Sunday")

    station = models.ForeignKey(Station, models.CASCADE, related_name="slots")
    day = models.CharField(_("day"), max_length=5, choices=Day, default=Day.DAILY)
    starts_at = models.TimeField(_("begins at"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=30, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    since = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("broadcast hour")
        verbose_name_plural = _("broadcast hours")
        ordering = ["starts_at", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "day", "starts_at"],
                name="campaigns_slot_once",
                violation_error_message=_("This hour is entered already."),
            ),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=240), name="campaigns_slot_has_a_length"),
        ]

    def __str__(self) -> str:
        return f"{self.get_day_display()} {self.starts_at:%H:%M}"
