"""Uploads, recordings, films, programmes and their renditions, and the jobs that make them.

Files are named by their content (sha256), so the same input is never encoded twice and a changed one never serves
the old file. State changes: media.uploads, media.recordings, media.videos, media.programmes, media.jobs.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.leases import Leased
from core.text import NfcCharField


class Job(Leased):
    """One piece of work: the row is the truth, a Celery message only wakes a worker. `key` makes it idempotent."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200, unique=True)
    args = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["state", "not_before"], name="media_job_waiting")]
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:12]} ({self.state})"


class Upload(models.Model):
    """A file that arrives in chunks and may pause for days: `received` bytes of `size` are on disk, fsynced."""

    class State(models.TextChoices):
        RECEIVING = "receiving", _("receiving")
        COMPLETE = "complete", _("received")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads")
    filename = NfcCharField(max_length=255)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVING)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    touched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(received__lte=F("size")), name="media_upload_not_over_its_size"),
        ]

    def __str__(self) -> str:
        return self.filename


class Recording(models.Model):
    """A source sound as it came (a voice, a jingle), what was measured in it, and whether it can be used."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be checked")
        READY = "ready", _("ready")
        REFUSED = "refused", _("refused")

    class Kind(models.TextChoices):
        SPEECH = "speech", _("speech")
        MUSIC = "music", _("music or jingle")

    kind = models.CharField(max_length=6, choices=Kind, default=Kind.SPEECH)
    title = NfcCharField(_("title"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="recordings"
    )
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    # The id of the upload it came by, made by the phone: what is sent twice arrives once.
    sent_as = models.UUIDField(null=True, unique=True, editable=False)
    expected_seconds = models.FloatField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.TextField(blank=True)
    duration = models.FloatField(_("duration, seconds"), null=True, blank=True)
    codec = models.CharField(max_length=40, blank=True)
    sample_rate = models.PositiveIntegerField(null=True, blank=True)
    channels = models.PositiveSmallIntegerField(null=True, blank=True)
    measures = models.JSONField(default=dict, blank=True)
    findings = models.JSONField(default=list, blank=True)
    waveform = models.JSONField(default=list, blank=True)
    is_synthetic = models.BooleanField(_("made by a synthetic voice"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title


class Video(models.Model):
    """A film as it came, and what phones play of it: a small H.264/AAC file and one frame of it as a picture.

    Made by media.videos; `path`, `poster_path` are there when it is ready, both named by their content."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being prepared")
        READY = "ready", _("ready")
        REFUSED = "refused", _("refused")

    title = NfcCharField(_("title"), max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="videos")
    source_sha256 = models.CharField(max_length=64)
    source_path = models.CharField(max_length=200)
    source_size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.TextField(blank=True)
    path = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    duration = models.FloatField(_("duration, seconds"), null=True, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    has_sound = models.BooleanField(default=False)
    poster_path = models.CharField(max_length=200, blank=True)
    poster_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    poster_size = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(size__gt=0) & ~Q(sha256="") & ~Q(poster_sha256="")),
                name="media_video_ready_has_its_files",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Programme(models.Model):
    """An ordered list of parts that make one broadcast. `key` is the sha256 of the parts' canonical form.

    `parts`: [{"type": "speech"|"music", "sha256": …, "path": …} | {"type": "pause", "seconds": …}, …]
    """

    key = models.CharField(max_length=64, unique=True)
    parts = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.key[:12]


class Rendition(models.Model):
    """A programme in one profile (horn, horn-small, phone, phone-aac, master). `key` has the pipeline version in it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being prepared")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="renditions")
    profile = models.CharField(max_length=12)
    key = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.TextField(blank=True)
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    duration = models.FloatField(null=True, blank=True)
    lufs = models.FloatField(null=True, blank=True)
    true_peak = models.FloatField(null=True, blank=True)
    waveform = models.JSONField(default=list, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "profile", "key"], name="media_rendition_once"),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(size__gt=0) & ~Q(sha256="") & ~Q(path="")),
                name="media_rendition_ready_has_a_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.profile}"


class Fingerprint(models.Model):
    """Chromaprint's words of a finished sound (media.fingerprints), made once for each content and algorithm."""

    key = models.CharField(max_length=80, unique=True)
    words = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.key
