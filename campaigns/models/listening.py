"""What can be heard and seen on a page: the voice that reads it, another recording, a video. Each in the page's language.

Rows are kept: a newer recording replaces the one on the page only when it is approved. State changes:
campaigns.pages.listening.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from core.text import NfcCharField, NfcTextField
from media.models import Programme, Recording, Video


class PageMediaQuerySet(models.QuerySet):
    def public(self):
        """What anybody may hear or see now: approved, on a page that is live and open to all."""
        return self.filter(state=PageMedia.State.PUBLIC, page__in=Page.objects.live().public())

    def open(self):
        """What somebody is still working on."""
        return self.filter(state__in=PageMedia.OPEN)


class PageMedia(models.Model):
    """`words_digest`: of the words a voice was recorded from; `is_stale`: the page says something else now."""

    class Kind(models.TextChoices):
        VOICE = "voice", _("voice reading the page")
        SOUND = "sound", _("other recording")
        VIDEO = "video", _("video")

    class State(models.TextChoices):
        DRAFT = "draft", _("in preparation")
        FINISHED = "finished", _("handed over")
        REVIEWED = "reviewed", _("heard by a native speaker")
        PUBLIC = "public", _("on the page")
        REPLACED = "replaced", _("replaced by a newer one")
        TAKEN_OFF = "taken-off", _("taken off the page")

    OPEN = (State.DRAFT, State.FINISHED, State.REVIEWED)

    page = models.ForeignKey(Page, models.CASCADE, related_name="media_items")
    kind = models.CharField(max_length=5, choices=Kind)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    title = NfcCharField(_("title"), max_length=120, blank=True)
    recording = models.ForeignKey(Recording, models.PROTECT, null=True, blank=True, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    video = models.ForeignKey(Video, models.PROTECT, null=True, blank=True, related_name="+")
    words_digest = models.CharField(max_length=64, blank=True)
    is_stale = models.BooleanField(default=False)
    transcript = NfcTextField(_("transcript"), blank=True)
    captions = NfcTextField(_("captions"), blank=True)
    captions_estimated = models.BooleanField(default=False)
    no_speech = models.BooleanField(_("nobody speaks in it"), default=False)
    is_synthetic = models.BooleanField(_("made by a synthetic voice"), default=False)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    note = NfcCharField(max_length=300, blank=True)

    objects = PageMediaQuerySet.as_manager()

    class Meta:
        verbose_name = _("sound or video of a page")
        verbose_name_plural = _("sounds and videos of pages")
        ordering = ["kind", "-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "kind"], condition=Q(state="public"), name="campaigns_pagemedia_one_public"
            ),
            models.UniqueConstraint(
                fields=["page", "kind"],
                condition=Q(state__in=["draft", "finished", "reviewed"]),
                name="campaigns_pagemedia_one_open",
            ),
            models.CheckConstraint(
                condition=Q(kind="video", video__isnull=False, recording=None)
                | (~Q(kind="video") & Q(recording__isnull=False, video=None)),
                name="campaigns_pagemedia_film_or_sound",
            ),
            models.CheckConstraint(
                condition=~Q(state="public") | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="campaigns_pagemedia_public_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page.title}: {self.get_kind_display()}"

    @property
    def is_video(self) -> bool:
        return self.kind == self.Kind.VIDEO

    @property
    def seconds(self) -> float | None:
        """How long it lasts; None until it has been looked at."""
        if self.is_video:
            return self.video.duration
        measures = self.recording.measures
        return measures["end"] - measures["start"] if measures else self.recording.duration

    @property
    def makers(self) -> set[int]:
        """Who had a hand in it and cannot judge it."""
        return {self.sent_by_id, self.finished_by_id} - {None}
