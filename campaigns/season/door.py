"""At the door: who came, by name list or QR code, and heads of those who are on no list. From phones without a connection."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.facts import CLOCK_TOLERANCE, void_fact
from campaigns.models import Arrival, Event, Registration
from campaigns.models.registration import MOST_WALK_INS
from campaigns.season.seasons import KEEP_EVENT
from core.errors import DomainError
from people.permissions import may

# The first guests come before it begins; a phone may bring what it kept days later.
EARLY = timedelta(hours=6)


@transaction.atomic
def record_arrival(
    *,
    event: Event,
    actor,
    client_uuid: uuid.UUID,
    people: int,
    registration: Registration | None = None,
    client_time: datetime | None = None,
) -> tuple[Arrival, bool]:
    """(arrival, is it new). Sent again, or sent by a second phone for the same registration, it is the first one's."""
    if not may(actor, KEEP_EVENT, event.commune):
        raise PermissionDenied
    # Two phones at one door are served one after the other.
    event = Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if already := Arrival.objects.filter(client_uuid=client_uuid).first():
        if already.event_id != event.pk:
            raise DomainError(_("What was sent cannot be read. Load the page again."))
        return already, False
    if event.status in (Event.Status.CANCELLED, Event.Status.POSTPONED):
        raise DomainError(_("This event does not take place now. Nothing was recorded."))
    if timezone.now() < event.starts_at - EARLY:
        raise DomainError(_("It is too early: people come on the day of the event. Nothing was recorded."))
    if client_time and client_time > timezone.now() + CLOCK_TOLERANCE:
        client_time = None
    if registration is not None:
        if registration.event_id != event.pk or registration.state == Registration.State.CANCELLED:
            raise DomainError(_("This registration was given up. Count them as not on the list."))
        if here := registration.arrivals.counted().first():
            return here, False
        if not 1 <= people <= registration.people:
            raise DomainError(
                _("This registration is for %(people)s. Count the others as not on the list.")
                % {"people": registration.people}
            )
    elif not 1 <= people <= MOST_WALK_INS:
        raise DomainError(_("Count from 1 to 2,000 people at once."))
    made = Arrival.objects.create(
        event=event, registration=registration, people=people, recorded_by=actor, client_uuid=client_uuid,
        client_time=client_time,
    )  # fmt: skip
    return made, True


def void_arrival(*, arrival: Arrival, actor, reason: str) -> Arrival:
    """A wrong tap: it counts no more, and the registration can be ticked again."""
    return void_fact(fact=arrival, commune=arrival.event.commune, act=KEEP_EVENT, actor=actor, reason=reason)


@dataclass(frozen=True)
class Heads:
    """Who came: of the registered, and others."""

    registered: int
    others: int

    @property
    def all(self) -> int:
        return self.registered + self.others


def heads(event: Event) -> Heads:
    others = Q(registration=None)
    found = (
        Arrival.objects.counted()
        .filter(event=event)
        .aggregate(registered=Sum("people", filter=~others, default=0), others=Sum("people", filter=others, default=0))
    )
    return Heads(**found)
