"""What shows that a broadcast was aired: a photo of the loudspeaker, a clip from a phone. Facts with a reason for their end."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.airing import Airing
from campaigns.models.bulletin import BulletinVersion
from campaigns.querysets import ProofQuerySet
from core.text import NfcCharField


class AiringProof(models.Model):
    """A photo or a clip of an airing. Added by campaigns.broadcast.proofs.add_photo and add_clip, taken back by remove_proof.

    The file goes (`path` empty) when somebody removes it, or after a time (broadcast.proof_retention); the row, its verdict
    and the airing's level stay. `sent_sha256`: of the file as it came, so that one file proves one airing. The figures are
    those of the best fit (media.audio.fingerprint), `matched` the version that was heard.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo")
        CLIP = "clip", _("clip")

    class Verdict(models.TextChoices):
        WAITING = "waiting", _("being compared")
        MATCH = "match", _("matches the broadcast")
        OTHER = "other", _("sounds like something else")
        UNSURE = "unsure", _("cannot be told")

    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    airing = models.ForeignKey(Airing, models.PROTECT, related_name="proofs")
    kind = models.CharField(max_length=5, choices=Kind)
    verdict = models.CharField(max_length=7, choices=Verdict, blank=True)
    matched = models.ForeignKey(BulletinVersion, models.PROTECT, null=True, blank=True, related_name="+")
    difference = models.FloatField(null=True, blank=True)
    lead = models.FloatField(null=True, blank=True)
    second = models.FloatField(null=True, blank=True)
    clear_db = models.FloatField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    width = models.PositiveSmallIntegerField(null=True, blank=True)
    height = models.PositiveSmallIntegerField(null=True, blank=True)
    sent_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=120, blank=True)
    size = models.PositiveIntegerField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    remove_reason = NfcCharField(max_length=200, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = ProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof of a broadcast")
        verbose_name_plural = _("proofs of broadcasts")
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="photo", verdict="") | (Q(kind="clip") & ~Q(verdict="")),
                name="campaigns_proof_clip_has_a_verdict",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None, remove_reason="")
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(remove_reason="")),
                name="campaigns_proof_removed_with_reason",
            ),
            models.CheckConstraint(
                condition=(Q(removed_at=None, deleted_at=None) & ~Q(path=""))
                | (Q(path="") & (Q(removed_at__isnull=False) | Q(deleted_at__isnull=False))),
                name="campaigns_proof_file_until_its_end",
            ),
            models.UniqueConstraint(
                fields=["sent_sha256"], condition=Q(removed_at=None), name="campaigns_proof_file_proves_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.airing}: {self.get_kind_display()}"

    @property
    def chip(self) -> str:
        """Its shape: a clip that did not match stands against nobody, so it is never drawn as overdue."""
        return {self.Verdict.MATCH: "done", self.Verdict.WAITING: "due"}.get(self.verdict, "plain")
