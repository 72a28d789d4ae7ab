"""What came of an event: figures in the ministry's own counters, a text, pictures. Head counts, no names."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.facts import FactQuerySet
from campaigns.models.event import Event
from campaigns.models.picture import Consent
from core.text import NfcCharField, NfcTextField

_MOST = MaxValueValidator(1_000_000)
# In the order of the ministry's form.
COUNTERS = (
    "rallies", "sessions", "mobile_rounds", "attendees", "women", "children", "minority", "leaflets", "banners",
    "posters", "plays", "minutes", "clips", "pledges",
)  # fmt: skip
# Heads among the attendees.
PARTS = ("women", "children", "minority")


def _count(label):
    return models.PositiveIntegerField(label, default=0, validators=[_MOST])


class ResultQuerySet(FactQuerySet):
    commune = "event__commune"


class EventResult(models.Model):
    """A commune's report on its season. Begun, sent, approved and returned by the functions of campaigns.season.results.

    `number` 1 is the report; each correction after it was frozen is a row of its own with a `reason`, and counts from its
    approval on.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("being written")
        SUBMITTED = "submitted", _("waits for approval")
        RETURNED = "returned", _("sent back")
        APPROVED = "approved", _("approved")

    event = models.ForeignKey(Event, models.PROTECT, related_name="results")
    number = models.PositiveSmallIntegerField(default=1, editable=False)
    reason = NfcCharField(_("why is it corrected?"), max_length=300, blank=True)
    rallies = _count(_("rallies"))
    sessions = _count(_("direct sessions"))
    mobile_rounds = _count(_("mobile rounds"))
    attendees = _count(_("people present"))
    women = _count(_("of them women"))
    children = _count(_("of them children"))
    minority = _count(_("of them ethnic minority"))
    leaflets = _count(_("leaflets given out"))
    banners = _count(_("banners hung"))
    posters = _count(_("posters put up"))
    plays = _count(_("broadcast plays"))
    minutes = models.DecimalField(
        _("minutes broadcast"), max_digits=9, decimal_places=1, default=0, validators=[MinValueValidator(0), _MOST]
    )
    clips = _count(_("clips made or shown"))
    pledges = _count(_("pledges signed"))
    text = NfcTextField(_("how it went"), max_length=3000, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The report that uses it, in words.
    frozen_for = NfcCharField(max_length=200, blank=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("results of an event")
        verbose_name_plural = _("results of events")
        ordering = ["event", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="campaigns_eventresult_numbered_once"),
            models.UniqueConstraint(
                fields=["event"], condition=~Q(state="approved"), name="campaigns_eventresult_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(women__lte=F("attendees"), children__lte=F("attendees"), minority__lte=F("attendees")),
                name="campaigns_eventresult_parts_within_the_whole",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="campaigns_eventresult_correction_has_reason"
            ),
            models.CheckConstraint(
                condition=(Q(state="approved", approved_at__isnull=False, approved_by__isnull=False)
                           & ~Q(approved_by=F("author")))
                | (~Q(state="approved") & Q(approved_at=None, approved_by=None)),
                name="campaigns_eventresult_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at=None) | Q(state="approved"), name="campaigns_eventresult_frozen_when_approved"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.event} № {self.number}"

    @property
    def is_open(self) -> bool:
        """May its words and figures be changed?"""
        return self.state in (self.State.DRAFT, self.State.RETURNED)

    @property
    def figures(self) -> dict:
        return {name: getattr(self, name) for name in COUNTERS}


class ResultStep(models.Model):
    """What was done with a report, by whom, and what was said. Appended only."""

    result = models.ForeignKey(EventResult, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=9, choices=EventResult.State)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    remark = NfcCharField(max_length=600, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("step of a report")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.state}"


class PhotoQuerySet(models.QuerySet):
    def kept(self):
        return self.filter(removed_at=None)

    def shown(self, on=None):
        """What everybody may see: released by somebody else, and of people only while they agree."""
        agreed = Q(consent=None) | Q(consent__in=Consent.objects.valid(on))
        return self.kept().filter(agreed, released_at__isnull=False)


class EventPhoto(models.Model):
    """A picture of an event, cleaned of all but its pixels, in two sizes. Added by campaigns.season.gallery.add_photo, seen by
    everybody after release_photos; remove_photo deletes its files. A withdrawn or expired consent hides it at once."""

    class Subject(models.TextChoices):
        THING = "thing", _("a place or a thing, nobody in it")
        CROWD = "crowd", _("people who cannot be recognised")
        ADULT = "adult", _("adults who can be recognised")
        CHILD = "child", _("a child who can be recognised")

    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="photos")
    subject = models.CharField(_("who or what is seen"), max_length=5, choices=Subject)
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, blank=True, related_name="event_photos")
    description = NfcCharField(_("what is seen, in one sentence"), max_length=200)
    path = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64)
    small_path = models.CharField(max_length=120, blank=True)
    small_sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture of an event")
        verbose_name_plural = _("pictures of events")
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(subject__in=["adult", "child"]) | Q(consent__isnull=False),
                name="campaigns_eventphoto_of_people_has_consent",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(path="", small_path=""),
                name="campaigns_eventphoto_removed_with_its_files",
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("added_by")),
                name="campaigns_eventphoto_released_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.description}"
