"""Stations, their loudspeaker clusters, and what was and was not aired. Facts are appended and voided, never edited."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.bulletin import BulletinVersion
from campaigns.models.cut import Length
from campaigns.querysets import AiringQuerySet, first_of_month
from core.text import NfcCharField
from places.models import AdministrativeUnit, Settlement


class Station(models.Model):
    """A commune's radio station. Merged communes may run several, of different technology. Changed by
    campaigns.broadcast.stations.save_station."""

    class Technology(models.TextChoices):
        WIRED = "wired", _("wired")
        FM = "fm", _("FM radio")
        IP = "ip", _("IP (smart loudspeakers)")

    commune = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="stations", verbose_name=_("commune"))
    name = NfcCharField(_("name"), max_length=120)
    technology = models.CharField(_("technology"), max_length=5, choices=Technology, default=Technology.WIRED)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        ordering = ["commune__name", "name"]
        constraints = [models.UniqueConstraint(fields=["commune", "name"], name="campaigns_station_once")]

    def __str__(self) -> str:
        return self.name


class SpeakerCluster(models.Model):
    """A group of loudspeakers and the settlements that hear it. Changed by campaigns.broadcast.stations.save_cluster: a row that
    airings name keeps its settlements, and a new row takes over when they change."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="clusters")
    name = NfcCharField(_("name"), max_length=120)
    settlements = models.ManyToManyField(Settlement, blank=True, related_name="clusters", verbose_name=_("settlements"))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("loudspeaker cluster")
        verbose_name_plural = _("loudspeaker clusters")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "name"],
                condition=Q(is_active=True),
                name="campaigns_cluster_in_use_once",
                violation_error_message=_("This station has a cluster of that name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class StationKey(models.Model):
    """What a smart loudspeaker shows to be let in: made, replaced and revoked by campaigns.broadcast.station_keys.

    Of the key itself only its beginning (to find the row) and its sha256 are kept: 256 random bits need no slower hash.
    """

    station = models.ForeignKey(Station, models.PROTECT, related_name="keys")
    beginning = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("station key")
        verbose_name_plural = _("station keys")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="campaigns_stationkey_revoked_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station} ({self.beginning}…)"

    def is_valid(self, now=None) -> bool:
        return self.revoked_at is None and (self.expires_at is None or (now or timezone.now()) < self.expires_at)


class Proof(models.IntegerChoices):
    """How well it is shown that a broadcast was aired, weakest first.

    A photo shows the loudspeaker and not what it says. A station's own report is made by a machine that nobody has to
    believe, but it knows what it played, not whether anybody heard it. Only a clip is the sound as it was heard there.
    """

    SELF = 0, _("self-report")
    PHOTO = 1, _("photo")
    STATION = 2, _("reported by the station itself")
    CLIP = 3, _("matched clip")


class Airing(models.Model):
    """A version went out over a commune's loudspeakers. Written by campaigns.broadcast.airings.log_airing (a person) or
    campaigns.broadcast.station_airings.log_from_station (a smart loudspeaker), undone by void_airing.

    `minutes` is plays × the length of what was played (`cut`), kept as counted that day. `clusters` empty: nobody said
    which, so it counts for the commune and for no settlement. `proof` follows from `proofs` and from who reported it
    (campaigns.broadcast.proofs); `AiringQuerySet.with_proof` says it as of an earlier day.
    """

    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    version = models.ForeignKey(BulletinVersion, models.PROTECT, related_name="airings")
    commune = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="airings")
    aired_at = models.DateTimeField(_("aired at"))
    aired_on = models.DateField(editable=False)
    plays = models.PositiveSmallIntegerField(_("plays"), validators=[MinValueValidator(1), MaxValueValidator(50)])
    cut = models.CharField(_("length"), max_length=4, choices=Length, default=Length.FULL)
    minutes = models.DecimalField(_("minutes"), max_digits=7, decimal_places=2)
    clusters = models.ManyToManyField(SpeakerCluster, blank=True, related_name="airings")
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="airings"
    )
    station_key = models.ForeignKey(StationKey, models.PROTECT, null=True, blank=True, related_name="airings")
    proof = models.PositiveSmallIntegerField(choices=Proof, default=Proof.SELF, editable=False)
    client_time = models.DateTimeField(null=True, blank=True)
    clock_offset = models.IntegerField(
        null=True, blank=True, help_text="seconds the phone's clock was behind the server's"
    )
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    void_reason = NfcCharField(max_length=200, blank=True, editable=False)

    objects = AiringQuerySet.as_manager()

    class Meta:
        verbose_name = _("airing")
        verbose_name_plural = _("airings")
        ordering = ["-aired_at"]
        indexes = [
            models.Index(fields=["aired_on", "commune"], name="campaigns_airing_month"),
            models.Index(fields=["commune", "aired_on"], name="campaigns_airing_commune"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(plays__gte=1), name="campaigns_airing_played_once_at_least"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="campaigns_airing_has_minutes"),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="campaigns_airing_voided_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(operator__isnull=False, station_key=None) | Q(operator=None, station_key__isnull=False),
                name="campaigns_airing_said_by_one",
            ),
            models.CheckConstraint(condition=Q(proof__in=Proof.values), name="campaigns_airing_proof_known"),
        ]

    def __str__(self) -> str:
        return f"{self.commune} {self.aired_at:%Y-%m-%d %H:%M} ×{self.plays}"

    def save(self, *args, **kwargs):
        self.aired_on = timezone.localdate(self.aired_at)
        super().save(*args, **kwargs)

    @property
    def said_by(self):
        """The person who recorded it, or the key of the station that did."""
        return self.operator or self.station_key


class MissedBroadcast(models.Model):
    """A commune could not broadcast in a month, and why. Written by airings.report_missed; the latest counts."""

    class Reason(models.TextChoices):
        NO_CREDIT = "no-credit", _("no SIM credit")
        NO_POWER = "no-power", _("no power")
        BROKEN = "broken", _("broken speaker or amplifier")
        OTHER = "other", _("other")

    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    commune = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="missed_broadcasts")
    month = models.DateField()
    reason = models.CharField(_("reason"), max_length=9, choices=Reason)
    note = NfcCharField(_("what is needed (equipment only)"), max_length=200, blank=True)
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    client_time = models.DateTimeField(null=True, blank=True)
    clock_offset = models.IntegerField(
        null=True, blank=True, help_text="seconds the phone's clock was behind the server's"
    )
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("missed broadcast")
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="campaigns_missed_month_is_its_first_day"),
            models.CheckConstraint(condition=~Q(reason="other") | ~Q(note=""), name="campaigns_missed_other_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.commune} {self.month:%m/%Y}: {self.get_reason_display()}"

    def save(self, *args, **kwargs):
        self.month = first_of_month(self.month)
        super().save(*args, **kwargs)
