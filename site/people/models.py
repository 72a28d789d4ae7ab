"""Users, organisations, and who does what where from when to when. Only name, unit, post and work contact are kept."""

import secrets
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField, fold
from people.querysets import (
    CorrectionQuerySet,
    InvitationQuerySet,
    MembershipQuerySet,
    OrganisationQuerySet,
    UserManager,
)
from people.roles import Role
from places.models import AdministrativeUnit

INVITATION_LIFETIME = timedelta(days=14)
MAX_SEND_ATTEMPTS = 5


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account; signs in with an e-mail address. What they may do comes from their memberships."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = NfcCharField(_("full name"), max_length=120)
    phone = models.CharField(_("work phone"), max_length=20, blank=True)
    language = models.CharField(_("language of the interface"), max_length=10, default="vi")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(_("active"), default=True)
    locked_at = models.DateTimeField(null=True, blank=True, editable=False)
    locked_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    search_key = models.CharField(max_length=200, editable=False, db_index=True)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args, **kwargs):
        self.email = self.email.strip().lower()
        self.search_key = fold(f"{self.name} {self.email}")[:200]
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.name

    @property
    def written_language(self) -> str:
        """The language a letter to this person is written in: the interface has no others complete."""
        return self.language if self.language in ("vi", "en") else "vi"

    def get_short_name(self) -> str:
        return self.name

    # Wagtail's admin greets people by these two names.
    @property
    def first_name(self) -> str:
        return self.name

    @property
    def last_name(self) -> str:
        return ""


class Duty(models.Model):
    """A task that comes with a post. `supports_victims` marks the posts the plan wants trained (target II-5)."""

    code = models.SlugField(unique=True)
    name = NfcCharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    supports_victims = models.BooleanField(_("does victim-support work"), default=False)

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the interface."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class Organisation(models.Model):
    """A body or unit: a department, a commune's people's committee, a union. Dated, because bodies merge as well."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("department")
        COMMITTEE = "committee", _("people's committee")
        UNION = "union", _("front or union")
        FORCE = "force", _("police or border guard")
        SCHOOL = "school", _("school")
        CENTRE = "centre", _("centre or station")
        PARTNER = "partner", _("partner organisation")

    name = NfcCharField(_("name"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="organisations", verbose_name=_("area"))
    valid_from = models.DateField(_("exists from"), default=timezone.localdate)
    valid_until = models.DateField(_("no longer exists from"), null=True, blank=True)
    search_key = models.CharField(max_length=200, editable=False, db_index=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "area", "valid_from"], name="people_organisation_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="people_organisation_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the interface."""
        return self.name_en if self.name_en and get_language() == "en" else self.name

    def save(self, *args, **kwargs):
        self.search_key = fold(self.name)[:200]
        super().save(*args, **kwargs)


class Membership(models.Model):
    """A person's role in an organisation, for an area, between dates. Ended by people.membership.end_membership, never
    deleted: training counts who held which duty on which day."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="memberships", verbose_name=_("area"))
    post = NfcCharField(_("post"), max_length=120, blank=True)
    duties = models.ManyToManyField(Duty, blank=True, related_name="memberships", verbose_name=_("duties"))
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until, not included"), null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user__name", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation", "area", "starts_on"], name="people_membership_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="people_membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.area}"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def expiry():
    return timezone.now() + INVITATION_LIFETIME


class Invitation(models.Model):
    """A place kept for a person until they accept by the link in their e-mail (people.invitations)."""

    email = models.EmailField(_("e-mail address"))
    name = NfcCharField(_("full name"), max_length=120)
    phone = models.CharField(_("work phone"), max_length=20, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="invitations", verbose_name=_("organisation")
    )
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="invitations", verbose_name=_("area"))
    post = NfcCharField(_("post"), max_length=120, blank=True)
    duties = models.ManyToManyField(Duty, blank=True, verbose_name=_("duties"))
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="invitations_sent")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=expiry)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="invitations_accepted")
    accepted_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # The e-mail: the row is the truth, people.tasks.send_invitations takes what is due and a sweep what was lost.
    send_after = models.DateTimeField(default=timezone.now, editable=False)
    send_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["email", "role", "organisation", "area"],
                condition=Q(accepted_at=None, cancelled_at=None),
                name="people_invitation_open_once",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="people_invitation_accepted_by_someone",
            ),
        ]
        indexes = [models.Index(fields=["sent_at", "send_after"], name="people_invitation_due")]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def state(self) -> str:
        """accepted, cancelled, expired, unsent (five tries failed), waiting (for its e-mail to leave) or sent."""
        if self.accepted_at:
            return "accepted"
        if self.cancelled_at:
            return "cancelled"
        if self.expires_at <= timezone.now():
            return "expired"
        if self.sent_at:
            return "sent"
        return "unsent" if self.send_attempts >= MAX_SEND_ATTEMPTS else "waiting"


class Correction(models.Model):
    """Something about a person that is wrong and that they cannot change themselves. Asked for by them, settled by an
    administrator (people.corrections), who changes it where it stands; append-only but for its end."""

    class What(models.TextChoices):
        NAME = "name", _("my name on certificates")
        POST = "post", _("my post or my duties")
        UNIT = "unit", _("my organisation or my unit")
        CONTACT = "contact", _("my e-mail address or telephone")
        TRAINING = "training", _("a class, an attendance or a certificate")
        OTHER = "other", _("something else")

    user = models.ForeignKey(User, models.PROTECT, related_name="corrections")
    what = models.CharField(_("what is wrong"), max_length=8, choices=What)
    wanted = NfcCharField(_("how it should be"), max_length=300)
    reason = NfcCharField(_("how that can be seen"), max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    is_done = models.BooleanField(default=False, editable=False)
    note = NfcCharField(max_length=300, blank=True, editable=False)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, is_done=False) | Q(settled_at__isnull=False, is_done=True) | ~Q(note=""),
                name="people_correction_declined_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.what}"

    @property
    def state(self) -> str:
        """waiting, done or declined."""
        return ("done" if self.is_done else "declined") if self.settled_at else "waiting"
