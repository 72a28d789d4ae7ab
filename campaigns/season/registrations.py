"""Registering for an event: seats, the line behind them, giving up. Never one more than the seats, and nobody is overtaken.

Every function locks the event's Seating first, so that people who press at once are served one after the other; the
database's own rule (taken ≤ seats) is the second lock on the same door. Whoever waits is served strictly in order: where
three seats are free and the first in the line needs twenty, the seats stay free until that unit comes with fewer.
"""

import uuid
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Min, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Event, EventResult, Registration, Seating
from campaigns.models.registration import MOST_OF_A_UNIT, MOST_SEATS
from campaigns.season.notices import tell
from campaigns.season.seasons import KEEP_EVENT
from core.errors import DomainError
from people.permissions import may

Kind, State = Registration.Kind, Registration.State
# A commune that never reports keeps nobody's contact for longer than this.
LATEST = timedelta(days=365)


@transaction.atomic
def set_seating(*, event: Event, actor, seats: int, waiting_places: int, closes_at: datetime | None = None) -> Seating:
    """Opens registration, or changes how many fit; whoever waits moves up into new seats."""
    if not may(actor, KEEP_EVENT, event.commune):
        raise PermissionDenied
    if not 1 <= seats <= MOST_SEATS or not 0 <= waiting_places <= MOST_SEATS:
        raise DomainError(_("Seats are a number from 1 to 5,000. Nothing was changed."))
    Seating.objects.get_or_create(event=event, defaults={"seats": seats, "waiting_places": waiting_places})
    seating = _locked(event)
    if seats < seating.taken:
        raise DomainError(
            _("%(taken)s seats are given already: there cannot be fewer. Nothing was changed.")
            % {"taken": seating.taken}
        )
    if waiting_places < seating.waiting:
        raise DomainError(
            _("%(waiting)s people wait already: the list cannot be shorter. Nothing was changed.")
            % {"waiting": seating.waiting}
        )
    seating.seats, seating.waiting_places, seating.closes_at = seats, waiting_places, closes_at
    _promote(seating)
    seating.save()
    return seating


def _locked(event: Event) -> Seating:
    """Of an event that takes registrations, with the event as it is now."""
    row = Seating.objects.select_for_update(of=("self",)).select_related("event").filter(event=event).first()
    if row is None:
        raise DomainError(_("Nobody needs to register for this event: just come."))
    return row


def closed(event: Event, seating: Seating | None) -> str:
    """Why nobody can register now, in a sentence; empty while it is open (also when only the line has room)."""
    if seating is None:
        return _("Nobody needs to register for this event: just come.")
    if event.published_at is None:
        return _("This event is not published yet.")
    if event.status == Event.Status.CANCELLED:
        return _("This event is cancelled.")
    if event.status == Event.Status.POSTPONED:
        return _("This event is postponed. Registration opens again when the new day is known.")
    if timezone.now() >= (seating.closes_at or event.starts_at):
        return _("Registration is closed. You can still come: whoever is not on the list is counted at the door.")
    if seating.free <= 0 and seating.waiting_free <= 0:
        return _("All seats and the waiting list are full.")
    return ""


@transaction.atomic
def register(
    *,
    event: Event,
    key: uuid.UUID,
    kind: str,
    name: str,
    contact: str,
    unit: str = "",
    people: int = 1,
    language: str = "vi",
) -> Registration:
    """A seat where enough are free and nobody waits, else the end of the line. The same `key` again is the same registration.

    Refused in words when it is closed, full, or larger than all the seats."""
    seating = _locked(event)
    if already := Registration.objects.filter(key=key).first():
        if already.event_id != seating.event_id:
            raise DomainError(_("What was sent cannot be read. Load the page again."))
        return already
    if refusal := closed(seating.event, seating):
        raise DomainError(refusal)
    if not name.strip() or not contact.strip() or (kind == Kind.UNIT and not unit.strip()):
        raise DomainError(_("Say who comes, and how to reach you. Nothing was registered."))
    if kind not in Kind.values or not 1 <= people <= MOST_OF_A_UNIT:
        raise DomainError(_("Say how many come: from 1 to 200."))
    if people > seating.seats:
        raise DomainError(_("There are only %(seats)s seats. Nothing was registered.") % {"seats": seating.seats})
    state = State.BOOKED if people <= seating.free else State.WAITING
    if state == State.WAITING and people > seating.waiting_free:
        raise DomainError(
            _("There is not that much room any more: seats %(free)s, waiting list %(waiting)s. Nothing was registered.")
            % {"free": seating.free, "waiting": seating.waiting_free}
        )
    seating.last_number += 1
    registration = Registration.objects.create(
        key=key, event=seating.event, kind=kind, name=name.strip()[:120], unit=unit.strip()[:160],
        contact=contact.strip()[:160], people=people, number=seating.last_number, state=state,
        language=language if language in ("vi", "en") else "vi",
        booked_at=timezone.now() if state == State.BOOKED else None,
    )  # fmt: skip
    if state == State.BOOKED:
        seating.taken += people
    else:
        seating.waiting += people
    seating.save()
    tell(registration, state)
    return registration


@transaction.atomic
def cancel_registration(*, registration: Registration, actor=None) -> Registration:
    """Given up: by whoever holds the ticket (no `actor`), or by the commune for somebody who called. What was kept of the
    person is deleted at once; whoever waits moves up. Done twice is done once."""
    if actor is not None and not may(actor, KEEP_EVENT, registration.event.commune):
        raise PermissionDenied
    seating = _locked(registration.event)
    registration = Registration.objects.get(pk=registration.pk)
    if registration.state == State.CANCELLED:
        return registration
    if registration.arrivals.counted().exists():
        raise DomainError(_("They have come already. Nothing was changed."))
    _give_back(seating, registration, registration.people)
    registration.state, registration.cancelled_at = State.CANCELLED, timezone.now()
    _empty(registration)
    registration.save()
    _promote(seating)
    seating.save()
    return registration


@transaction.atomic
def come_with_fewer(*, registration: Registration, people: int) -> Registration:
    """A unit comes with fewer; the seats it does not need go to whoever waits. More is a registration of its own."""
    seating = _locked(registration.event)
    registration = Registration.objects.get(pk=registration.pk)
    if registration.state == State.CANCELLED:
        raise DomainError(_("This registration was given up. Register anew."))
    if not 1 <= people <= registration.people:
        raise DomainError(_("You can only come with fewer. For more people, register them anew. Nothing was changed."))
    _give_back(seating, registration, registration.people - people)
    registration.people = people
    registration.save(update_fields=["people"])
    _promote(seating)
    seating.save()
    registration.refresh_from_db()
    return registration


def _give_back(seating: Seating, registration: Registration, people: int) -> None:
    if registration.state == State.BOOKED:
        seating.taken -= people
    else:
        seating.waiting -= people


def _promote(seating: Seating) -> None:
    """Gives free seats to whoever waits, in order; stops at the first for whom they are not enough."""
    for one in seating.event.registrations.filter(state=State.WAITING).order_by("number").iterator(chunk_size=50):
        if one.people > seating.seats - seating.taken:
            return
        one.state, one.booked_at = State.BOOKED, timezone.now()
        one.save(update_fields=["state", "booked_at"])
        seating.taken += one.people
        seating.waiting -= one.people
        if seating.event.status != Event.Status.CANCELLED:
            tell(one, "moved-up")


def people_before(registration: Registration) -> int:
    """How many people stand before somebody in the line."""
    line = registration.event.registrations.filter(state=State.WAITING, number__lt=registration.number)
    return line.aggregate(all=Sum("people", default=0))["all"]


# Forgetting -------------------------------------------------------------------------------------------------------


def _empty(registration: Registration) -> None:
    registration.name = registration.unit = registration.contact = ""
    registration.forgotten_at = timezone.now()


def forget_due(now: datetime | None = None) -> int:
    """Deletes names, units and contacts of events whose report was approved `keep_days` ago, or that lie a year back. The
    heads stay. How many registrations it emptied; safe to run again."""
    now, emptied = now or timezone.now(), 0
    events = Event.objects.filter(registrations__forgotten_at=None, registrations__isnull=False).distinct()
    approved = Min("results__steps__at", filter=Q(results__steps__state=EventResult.State.APPROVED))
    for event in events.annotate(approved=approved).select_related("season"):
        due = event.ends_at + LATEST
        if event.approved is not None:
            due = min(due, event.approved + timedelta(days=event.season.keep_days))
        if now >= due:
            kept = event.registrations.filter(forgotten_at=None)
            emptied += kept.update(name="", unit="", contact="", forgotten_at=now)
    return emptied
