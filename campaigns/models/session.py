"""Direct communication in the villages: what is planned, what was held, its photos. Head counts only, no names."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.facts import FactQuerySet
from campaigns.models.facts import Fact
from campaigns.models.taxonomy import Term
from core.text import NfcCharField
from places.models import AdministrativeUnit, Language, Settlement

MOST_PEOPLE = 20_000


class SessionKind(models.TextChoices):
    TALK = "talk", _("direct session")
    MOBILE = "mobile", _("mobile round")
    SCHOOL = "school", _("extracurricular lesson at a school")
    MEETING = "meeting", _("part of a village meeting")


class SessionPlan(models.Model):
    """A direct session somebody means to hold. Made by campaigns.villages.sessions.plan_session, ended by cancel_plan or by the
    session that is logged for it. Never public."""

    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    commune = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="session_plans")
    kind = models.CharField(_("kind"), max_length=7, choices=SessionKind, default=SessionKind.TALK)
    settlements = models.ManyToManyField(
        Settlement, blank=True, related_name="session_plans", verbose_name=_("settlements")
    )
    is_priority = models.BooleanField(_("priority area"), default=False)
    place = NfcCharField(_("where (village house, school)"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("begins at"))
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    planned_at = models.DateTimeField(default=timezone.now, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_reason = NfcCharField(max_length=200, blank=True, editable=False)

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned session")
        verbose_name_plural = _("planned sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_priority=False) | Q(place=""), name="campaigns_plan_priority_place_unnamed"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None, cancel_reason="")
                | (Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancel_reason="")),
                name="campaigns_plan_cancelled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune} {self.starts_at:%Y-%m-%d %H:%M}"


class DirectSession(Fact):
    """A direct session that was held. Written by campaigns.villages.sessions.log_session, undone by void_session.

    In a priority area neither a place nor a photo is kept, so that nothing can be published by mistake.
    """

    plan = models.ForeignKey(SessionPlan, models.PROTECT, null=True, blank=True, related_name="sessions")
    commune = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="direct_sessions")
    kind = models.CharField(_("kind"), max_length=7, choices=SessionKind, default=SessionKind.TALK)
    settlements = models.ManyToManyField(
        Settlement, blank=True, related_name="direct_sessions", verbose_name=_("settlements")
    )
    is_priority = models.BooleanField(_("priority area"), default=False)
    place = NfcCharField(_("where (village house, school)"), max_length=120, blank=True)
    held_at = models.DateTimeField(_("held at"))
    held_on = models.DateField(editable=False)
    languages = models.ManyToManyField(Language, blank=True, related_name="+", verbose_name=_("languages spoken"))
    materials = NfcCharField(_("materials used"), max_length=200, blank=True)
    terms = models.ManyToManyField(
        Term, blank=True, related_name="+", verbose_name=_("integrated programmes and objectives of the plan")
    )
    leaflets = models.PositiveIntegerField(_("leaflets given out"), default=0)
    attendees = models.PositiveIntegerField(_("people present"), validators=[MaxValueValidator(MOST_PEOPLE)])
    women = models.PositiveIntegerField(_("of them women"))
    children = models.PositiveIntegerField(_("of them children"))
    minority = models.PositiveIntegerField(_("of them ethnic minority"))
    respected_persons = models.PositiveIntegerField(_("respected persons met"), default=0)

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("direct session")
        verbose_name_plural = _("direct sessions")
        ordering = ["-held_at", "-pk"]
        indexes = [models.Index(fields=["held_on", "commune"], name="campaigns_session_day")]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(condition=Q(attendees__gte=1), name="campaigns_session_somebody_came"),
            models.CheckConstraint(
                condition=Q(women__lte=F("attendees"), children__lte=F("attendees"), minority__lte=F("attendees")),
                name="campaigns_session_parts_within_the_whole",
            ),
            models.CheckConstraint(
                condition=Q(is_priority=False) | Q(place=""), name="campaigns_session_priority_place_unnamed"
            ),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(voided_at=None), name="campaigns_session_of_a_plan_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune} {self.held_at:%Y-%m-%d %H:%M}: {self.attendees}"

    def save(self, *args, **kwargs):
        self.held_on = timezone.localdate(self.held_at)
        super().save(*args, **kwargs)


class SessionPhoto(models.Model):
    """A picture of a session, cleaned of all but its pixels (campaigns.photos). Seen by those who see the session. Added by
    campaigns.villages.sessions.add_photo; remove_photo deletes the file, also when somebody takes their consent back."""

    class Subject(models.TextChoices):
        NOBODY = "nobody", _("nobody can be recognised")
        ADULTS = "adults", _("adults who agreed in writing")

    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(DirectSession, models.PROTECT, related_name="photos")
    subject = models.CharField(_("who is in the picture?"), max_length=6, choices=Subject)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=120, blank=True)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(removed_at=None, removed_by=None) & ~Q(path=""))
                | Q(removed_at__isnull=False, removed_by__isnull=False, path=""),
                name="campaigns_photo_removed_with_its_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.get_subject_display()}"
