"""The month's loudspeaker bulletin: a script of segments, and one version of it per language and variety."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel

from campaigns.models.cut import Length
from campaigns.querysets import BulletinQuerySet, BulletinVersionQuerySet
from core.text import NfcCharField, NfcTextField
from media.models import Programme, Recording
from places.models import AdministrativeUnit, Language


class Campaign(models.Model):
    """A campaign that bulletins and, later, pages and events belong to."""

    name = NfcCharField(_("name"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    theme = NfcCharField(_("theme"), max_length=200, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="campaigns_campaign_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self):
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day lies before the first.")})


class Bulletin(ClusterableModel):
    """What the loudspeakers say in a month. Written in /cms/; withdrawn by campaigns.broadcast.bulletins.withdraw_bulletin."""

    class Priority(models.TextChoices):
        NORMAL = "normal", _("normal")
        PRIORITY = "priority", _("priority")
        EMERGENCY = "emergency", _("emergency")

    month = models.DateField(_("month"), help_text=_("Any day of the month; the first is kept."))
    title = NfcCharField(_("title"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    theme = NfcCharField(_("theme"), max_length=200, blank=True)
    priority = models.CharField(_("priority"), max_length=9, choices=Priority, default=Priority.NORMAL)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="bulletins", verbose_name=_("campaign")
    )
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="bulletins", verbose_name=_("area"))
    audience = ParentalManyToManyField(
        AdministrativeUnit,
        blank=True,
        related_name="addressed_bulletins",
        verbose_name=_("communes"),
        help_text=_("Leave empty for every commune of the area."),
    )
    hotline = models.ForeignKey(
        "campaigns.Hotline", models.PROTECT, related_name="bulletins", verbose_name=_("hotline")
    )
    release_at = models.DateTimeField(_("release at"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="bulletins_written", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    withdrawal_reason = NfcCharField(max_length=300, blank=True, editable=False)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ["-month", "-release_at"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="campaigns_bulletin_month_is_its_first_day"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | (Q(withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="campaigns_bulletin_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y} {self.title}"

    def clean(self):
        if self.month:
            self.month = self.month.replace(day=1)

    def save(self, *args, **kwargs):
        self.month = self.month.replace(day=1)
        super().save(*args, **kwargs)


class Segment(models.Model):
    """One piece of the script, in Vietnamese. `revision` grows with each change of its text (campaigns.broadcast.scripts)."""

    class Kind(models.TextChoices):
        ANNOUNCER = "announcer", _("announcer")
        VOICE_A = "voice-a", _("voice A")
        VOICE_B = "voice-b", _("voice B")
        KEY_MESSAGE = "key-message", _("key message")
        HOTLINE = "hotline", _("hotline call")
        JINGLE = "jingle", _("jingle")
        PAUSE = "pause", _("pause")

    SPOKEN = frozenset({Kind.ANNOUNCER, Kind.VOICE_A, Kind.VOICE_B, Kind.KEY_MESSAGE, Kind.HOTLINE})

    bulletin = ParentalKey(Bulletin, related_name="segments")
    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    sort_order = models.PositiveIntegerField(default=0, editable=False)
    kind = models.CharField(_("kind"), max_length=11, choices=Kind, default=Kind.ANNOUNCER)
    text = NfcTextField(_("text"), max_length=3000, blank=True)
    pause_seconds = models.FloatField(
        _("pause, seconds"), default=1.0, validators=[MinValueValidator(0.2), MaxValueValidator(10)]
    )
    jingle = models.ForeignKey(
        Recording, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("jingle"),
        limit_choices_to={"kind": "music", "state": "ready"},
    )  # fmt: skip
    cut = models.CharField(
        _("shortest broadcast with it"), max_length=4, choices=Length, default=Length.FULL,
        help_text=_("Key message and hotline call are in every one."),
    )  # fmt: skip
    revision = models.PositiveIntegerField(default=1, editable=False)

    # By this name Wagtail's form offers to move segments up and down.
    sort_order_field = "sort_order"

    class Meta:
        verbose_name = _("segment")
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text[:40]}"

    def clean(self):
        # A jingle or a pause says nothing; words left over from another kind would be translated for nothing.
        self.text = self.text.strip() if self.is_spoken else ""
        if self.kind != self.Kind.JINGLE:
            self.jingle = None

    @property
    def is_spoken(self) -> bool:
        return self.kind in self.SPOKEN


class BulletinVersion(models.Model):
    """A bulletin in one language and variety. Its state moves only by the functions of campaigns.broadcast.versions."""

    class State(models.TextChoices):
        DRAFT = "draft", _("awaiting translation")
        TRANSLATED = "translated", _("awaiting recording")
        RECORDED = "recorded", _("awaiting native review")
        REVIEWED = "reviewed", _("awaiting approval")
        APPROVED = "approved", _("approved, awaiting its date")
        RELEASED = "released", _("released")

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="versions")
    language = models.ForeignKey(Language, models.PROTECT, related_name="bulletin_versions", verbose_name=_("language"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    audio_only = models.BooleanField(_("audio only"), default=False)
    credits = NfcCharField(_("credits (voices, translators)"), max_length=300, blank=True)
    recording = models.ForeignKey(
        Recording, models.PROTECT, null=True, blank=True, related_name="whole_versions",
        verbose_name=_("one recording of the whole"),
    )  # fmt: skip
    # sha256 of what was said when the whole was recorded; another one today means the recording is stale.
    recorded_digest = models.CharField(max_length=64, blank=True, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="versions")
    translator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    # What was approved, as campaigns.broadcast.scripts.frozen_script writes it: the desk and the paper read this, so that a
    # script edited later never puts words into an operator's hands that nobody approved.
    approved_script = models.JSONField(default=dict, blank=True, editable=False)
    released_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = BulletinVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulletin version")
        verbose_name_plural = _("bulletin versions")
        ordering = ["language__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "language"], name="campaigns_version_once_a_language"),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "released"])
                | (Q(approver__isnull=False, reviewer__isnull=False, programme__isnull=False)),
                name="campaigns_version_approved_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(translator=None) | Q(reviewer=None) | ~Q(translator=F("reviewer")),
                name="campaigns_version_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(released_at__isnull=False),
                name="campaigns_version_released_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin} · {self.language}"


class SegmentText(models.Model):
    """A segment in a version's language, and its own recording if the version is recorded piece by piece.

    `based_on` is the segment's revision it was last checked against; when the segment has moved on, this text is stale.
    The Vietnamese version has rows too, for its recordings; its text stays empty and the segment's own is read.
    """

    version = models.ForeignKey(BulletinVersion, models.CASCADE, related_name="texts")
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="texts")
    text = NfcTextField(max_length=4000, blank=True)
    back_translation = NfcTextField(max_length=4000, blank=True)
    translator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    based_on = models.PositiveIntegerField(default=0)
    # The Vietnamese words it was checked against, so that a translator sees what has changed since.
    source_text = NfcTextField(max_length=3000, blank=True, editable=False)
    recording = models.ForeignKey(Recording, models.PROTECT, null=True, blank=True, related_name="segment_texts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "segment"], name="campaigns_segmenttext_once")]

    def __str__(self) -> str:
        return f"{self.version}: {self.segment}"


class VersionEvent(models.Model):
    """Who did what to a version and when. Append-only; it is the audit line and the history people read."""

    class Act(models.TextChoices):
        CREATED = "created", _("created")
        TRANSLATED = "translated", _("translation finished")
        RECORDED = "recorded", _("recording finished")
        RETURNED = "returned", _("sent back")
        REVIEWED = "reviewed", _("reviewed by a native listener")
        APPROVED = "approved", _("approved")
        RELEASED = "released", _("released")
        STALE = "stale", _("source text changed")
        CHECKED = "checked", _("checked against the changed text")
        REFUSED = "refused", _("release refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    version = models.ForeignKey(BulletinVersion, models.CASCADE, related_name="events")
    act = models.CharField(max_length=10, choices=Act)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = NfcCharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d %H:%M}"
