"""What must be learnt by whom, and the register that proves it was."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField
from courses.models.catalogue import Course
from courses.querysets import CertificateQuerySet, RequirementQuerySet
from people.models import Duty, Organisation, User

# Read aloud and typed by hand: no letter or digit that is taken for another.
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_code() -> str:
    """60 bits, upper case, so that its QR stays small and nobody guesses one."""
    return get_random_string(12, CODE_LETTERS)


class Requirement(models.Model):
    """Who holds `duty` must hold a valid certificate of `course`, at the latest `within_months` after taking the post.
    Dated like everything else: a requirement that ends is given `valid_until`."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="requirements", verbose_name=_("duty"))
    course = models.ForeignKey(Course, models.PROTECT, related_name="requirements", verbose_name=_("course"))
    within_months = models.PositiveSmallIntegerField(
        _("within months of taking the post"), default=6, validators=[MaxValueValidator(60)]
    )
    valid_from = models.DateField(_("asked from"), default=timezone.localdate)
    valid_until = models.DateField(_("no longer asked from"), null=True, blank=True)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["duty__name", "course__title"]
        constraints = [
            models.UniqueConstraint(fields=["duty", "course", "valid_from"], name="courses_requirement_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="courses_requirement_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty} → {self.course}"

    @property
    def label(self) -> str:
        """In the language of the interface."""
        return f"{self.duty.label} → {self.course.label}"


class Register(models.Model):
    """The book of one issuer and year. `last_number` is taken under a row lock, in the transaction that writes the
    certificate: a number is given once and none is left out."""

    issuer = models.ForeignKey(Organisation, models.PROTECT, related_name="registers")
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "year"], name="courses_register_once")]

    def __str__(self) -> str:
        return f"{self.issuer} {self.year}"


class Certificate(models.Model):
    """One period for which a person is proven trained. Never edited: renewing writes a new row, and replacing,
    suspending or revoking is a CertificateEvent (courses.certificates). `ended_on` repeats the day an event took it
    out of force for good, so that a hundred thousand officers are counted without reading all events."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="certificates")
    number = models.PositiveIntegerField(_("number"), validators=[MinValueValidator(1)])
    code = models.CharField(_("code"), max_length=16, unique=True, default=new_code, editable=False)
    holder = models.ForeignKey(User, models.PROTECT, related_name="certificates")
    course = models.ForeignKey(Course, models.PROTECT, related_name="certificates")
    # As they stood on the day: a paper does not change when a person or a course is renamed.
    holder_name = NfcCharField(max_length=120)
    course_title = NfcCharField(max_length=160)
    hours = models.DecimalField(max_digits=5, decimal_places=1)
    signer = NfcCharField(_("signed by"), max_length=160)
    issued_on = models.DateField(_("issued on"))
    # The first and the last day of the class; empty where somebody learnt alone.
    held_from = models.DateField(null=True, blank=True)
    held_until = models.DateField(null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until, not included"), null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True, editable=False)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["register", "number"], name="courses_certificate_number_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="courses_certificate_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["holder", "course"], condition=Q(ended_on=None), name="courses_certificate_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(held_from=None, held_until=None) | Q(held_until__gte=F("held_from")),
                name="courses_certificate_held_in_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["holder", "course", "valid_from", "valid_until", "ended_on"], name="courses_certificate_held"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """As it is written on paper: 0042/2026."""
        return f"{self.number:04}/{self.register.year}"


class CertificateEvent(models.Model):
    """What happened to a certificate after it was issued; append-only."""

    class Kind(models.TextChoices):
        REVOKED = "revoked", _("revoked")
        SUPERSEDED = "superseded", _("replaced by a newer one")
        SUSPENDED = "suspended", _("suspended")
        RESTORED = "restored", _("in force again")

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    on = models.DateField()
    reason = NfcCharField(_("reason"), max_length=300, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="superseded") | ~Q(reason=""), name="courses_event_has_a_reason")
        ]
        indexes = [models.Index(fields=["kind", "on"], name="courses_event_kind")]

    def __str__(self) -> str:
        return f"{self.certificate}: {self.get_kind_display()} {self.on}"


class Batch(models.Model):
    """Certificates of one course issued together by a job (courses.batches): who asked, for whom, and the file to print."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="batches")
    run = models.ForeignKey("courses.CourseRun", models.PROTECT, null=True, blank=True, related_name="batches")
    on = models.DateField(_("issued on"))
    signer = NfcCharField(_("signed by"), max_length=160)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Relative to the folder of uploads; empty until it is made, or when nobody was issued one.
    path = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.course} {self.on}"


class BatchEntry(models.Model):
    """One person of a batch: still waiting, with a certificate, or refused in a sentence (a msgid, said when read)."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="entries")
    holder = models.ForeignKey(User, models.PROTECT, related_name="+")
    certificate = models.OneToOneField(Certificate, models.PROTECT, null=True, blank=True, related_name="batch_entry")
    refusal = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "holder"], name="courses_batch_holder_once"),
            models.CheckConstraint(
                condition=Q(certificate=None) | Q(refusal=""), name="courses_batch_issued_or_refused"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.holder}"
