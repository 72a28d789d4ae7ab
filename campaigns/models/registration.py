"""Who wants to come to an event, and how many came. Of people only a name, a unit and a way to reach them, and not for long."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.facts import FactQuerySet
from campaigns.models.event import Event
from campaigns.models.facts import Fact
from core.text import NfcCharField

MOST_SEATS, MOST_OF_A_UNIT, MOST_WALK_INS = 5000, 200, 2000


class Seating(models.Model):
    """How many an event has room for. Set by campaigns.season.registrations.set_seating; an event without one takes no
    registrations. `taken`, `waiting` and `last_number` are kept by the functions that lock this row: so a seat too many is
    refused by the database itself."""

    event = models.OneToOneField(Event, models.CASCADE, related_name="seating")
    seats = models.PositiveIntegerField(_("seats"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)])
    waiting_places = models.PositiveIntegerField(
        _("places on the waiting list"), default=50, validators=[MaxValueValidator(MOST_SEATS)]
    )
    closes_at = models.DateTimeField(_("registration closes at"), null=True, blank=True)
    taken = models.PositiveIntegerField(default=0, editable=False)
    waiting = models.PositiveIntegerField(default=0, editable=False)
    last_number = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("seats of an event")
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("seats")), name="campaigns_seating_never_one_too_many"),
            models.CheckConstraint(
                condition=Q(waiting__lte=F("waiting_places")), name="campaigns_seating_waiting_list_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.taken}/{self.seats}"

    @property
    def free(self) -> int:
        """Seats for whoever registers now: none while somebody waits, for nobody is overtaken."""
        return 0 if self.waiting else self.seats - self.taken

    @property
    def waiting_free(self) -> int:
        return self.waiting_places - self.waiting


class RegistrationQuerySet(models.QuerySet):
    def standing(self):
        """With a seat or in the line."""
        return self.exclude(state=Registration.State.CANCELLED)


class Registration(models.Model):
    """A person or a unit that wants to come. Made by campaigns.season.registrations.register, ended by cancel_registration;
    its name, unit and contact are emptied by forget: at once when it is cancelled, else some days after the report."""

    class Kind(models.TextChoices):
        PERSON = "person", _("a person")
        UNIT = "unit", _("a unit, an office, a group")

    class State(models.TextChoices):
        BOOKED = "booked", _("has a seat")
        WAITING = "waiting", _("on the waiting list")
        CANCELLED = "cancelled", _("given up")

    # Made with the form: sent twice it is one registration. Signed, it opens the ticket.
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="registrations")
    kind = models.CharField(_("who comes?"), max_length=6, choices=Kind, default=Kind.PERSON)
    name = NfcCharField(_("name"), max_length=120, blank=True)
    unit = NfcCharField(_("unit"), max_length=160, blank=True)
    contact = models.CharField(_("e-mail or phone"), max_length=160, blank=True)
    people = models.PositiveSmallIntegerField(
        _("how many come"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_OF_A_UNIT)]
    )
    # The place in the line, from 1; never given twice.
    number = models.PositiveIntegerField(editable=False)
    state = models.CharField(max_length=9, choices=State, editable=False)
    language = models.CharField(max_length=2, default="vi", editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    booked_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["event", "number"]
        indexes = [models.Index(fields=["event", "state", "number"], name="campaigns_registration_line")]
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="campaigns_registration_one_place_in_line"),
            models.CheckConstraint(condition=Q(people__gte=1), name="campaigns_registration_somebody_comes"),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) | Q(name="", unit="", contact=""),
                name="campaigns_registration_forgotten_is_empty",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | Q(cancelled_at__isnull=False, forgotten_at__isnull=False),
                name="campaigns_registration_cancelled_is_forgotten",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.event_id}/{self.number}: {self.people}"

    @property
    def label(self) -> str:
        """As the name list says it."""
        return f"{self.name} · {self.unit}" if self.unit else self.name or f"№ {self.number}"


class ArrivalQuerySet(FactQuerySet):
    commune = "event__commune"


class Arrival(Fact):
    """Heads that came in: of a registration (once), or without one. Written by campaigns.season.door.record_arrival."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="arrivals")
    registration = models.ForeignKey(
        Registration, models.PROTECT, null=True, blank=True, related_name="arrivals", verbose_name=_("registration")
    )
    people = models.PositiveIntegerField(_("how many came"), validators=[MinValueValidator(1)])

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        ordering = ["received_at", "pk"]
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["registration"], condition=Q(voided_at=None), name="campaigns_arrival_once_a_registration"
            ),
            models.CheckConstraint(condition=Q(people__gte=1), name="campaigns_arrival_somebody_came"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.people}"
