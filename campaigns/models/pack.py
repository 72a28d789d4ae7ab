"""A month's programmes for old players, as one ZIP: made once for each distinct content, whoever asks for it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.bulletin import BulletinVersion
from campaigns.querysets import PackQuerySet


class Pack(models.Model):
    """A ZIP to unpack onto a USB stick. Asked for by campaigns.broadcast.packs.request_pack, built by its job.

    `key` is the sha256 of what goes in: the sounds' own hashes, their order and names, the words that were approved.
    Communes that air the same in the same languages share one row and one file. `versions` are all that it holds: once
    one of them is withdrawn, nobody is given the pack.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("being prepared")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    key = models.CharField(max_length=64, unique=True)
    month = models.DateField()
    profile = models.CharField(max_length=12)
    # [{"version": id, "rendition": id, "name": "01_VIET_T11.MP3"}, …] in playing order
    tracks = models.JSONField()
    versions = models.ManyToManyField(BulletinVersion, related_name="packs")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.TextField(blank=True)
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Since when no commune is offered it; some time later it goes (campaigns.broadcast.pack_retention).
    unwanted_since = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PackQuerySet.as_manager()

    class Meta:
        verbose_name = _("USB pack")
        verbose_name_plural = _("USB packs")
        ordering = ["-month", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="campaigns_pack_month_is_its_first_day"),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(size__gt=0) & ~Q(sha256="") & ~Q(path="")),
                name="campaigns_pack_ready_has_a_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.profile} {self.key[:12]}"
