"""Classes: a course held at given times, its sessions, who has a seat and who waits for one."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField, NfcTextField
from courses.models.catalogue import Course
from courses.querysets import EnrolmentQuerySet, RunQuerySet
from people.models import User
from places.models import AdministrativeUnit


class CourseRun(models.Model):
    """A class. Made and changed by courses.runs; nobody finds it before it is announced. `revision` counts changes that
    calendars must learn of. Its row is locked by whoever gives or frees a seat (courses.seats)."""

    class Mode(models.TextChoices):
        PERSON = "person", _("in person")
        ONLINE = "online", _("online")
        BLENDED = "blended", _("in person and online")
        SELF = "self", _("in one's own time")

    course = models.ForeignKey(Course, models.PROTECT, related_name="runs", verbose_name=_("course"))
    mode = models.CharField(_("how it is held"), max_length=8, choices=Mode, default=Mode.PERSON)
    place = NfcCharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("address of the online room"), blank=True)
    seats = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1), MaxValueValidator(5000)])
    trainers = models.ManyToManyField(User, blank=True, related_name="runs_taught", verbose_name=_("trainers"))
    nominate_until = models.DateField(_("names are taken until"), null=True, blank=True)
    quotas_until = models.DateField(_("unused places of the units become free on"), null=True, blank=True)
    note = NfcTextField(_("what to know and to bring"), max_length=600, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_reason = NfcCharField(max_length=300, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies", editable=False
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(seats__gte=1), name="courses_run_has_a_seat"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(cancel_reason=""), name="courses_run_cancelled_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} #{self.pk}"


class Session(models.Model):
    """One sitting of a class. A session that does not take place keeps its row and says so."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="sessions")
    title = NfcCharField(_("subject"), max_length=160, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = NfcCharField(_("place, where it is another"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="courses_session_ends_after_start")
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.starts_at:%Y-%m-%d %H:%M}"


class Quota(models.Model):
    """Seats kept for a unit until `CourseRun.quotas_until`; without that day, to the end."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="quotas")
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    seats = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["area__name"]
        constraints = [models.UniqueConstraint(fields=["run", "area"], name="courses_quota_once")]

    def __str__(self) -> str:
        return f"{self.area}: {self.seats}"


class Enrolment(models.Model):
    """A person in a class. `state` repeats the last EnrolmentEvent. Who is booked sits on a numbered seat: the same number
    is never given twice, and none above the run's seats (courses.seats)."""

    class State(models.TextChoices):
        NOMINATED = "nominated", _("named, to be approved")
        WAITING = "waiting", _("on the wait list")
        BOOKED = "booked", _("has a seat")
        DECLINED = "declined", _("not approved")
        WITHDRAWN = "withdrawn", _("off the list")

    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="enrolments")
    user = models.ForeignKey(User, models.PROTECT, related_name="enrolments")
    # The unit that sends the person, as it was when the name was given.
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.NOMINATED)
    seat = models.PositiveSmallIntegerField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["user__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "user"], name="courses_enrolment_once"),
            models.UniqueConstraint(fields=["run", "seat"], name="courses_enrolment_seat_once"),
            models.CheckConstraint(
                condition=Q(state="booked", seat__gte=1) | (~Q(state="booked") & Q(seat=None)),
                name="courses_enrolment_booked_has_a_seat",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(waiting_since__isnull=False), name="courses_enrolment_waits_since"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.run} ({self.state})"


class EnrolmentEvent(models.Model):
    """What happened to an enrolment; append-only. `actor` is empty where the wait list moved up by itself."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="events")
    state = models.CharField(max_length=9, choices=Enrolment.State)
    reason = NfcCharField(max_length=300, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.state} {self.at:%Y-%m-%d}"
