"""How facts from the villages are written and undone, whatever they tell of (campaigns.models.facts)."""

import uuid
from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from people.permissions import areas_for, may
from places.models import AdministrativeUnit, Settlement

# Phones' clocks run a little ahead.
CLOCK_TOLERANCE = timedelta(minutes=5)


class FactQuerySet(models.QuerySet):
    """Facts that stand on a commune; `act` is what reads them (people.permissions.ACTS)."""

    act = "campaigns.see_sessions"
    commune = "commune"

    def counted(self):
        """What stands: not voided."""
        return self.filter(voided_at=None)

    def known_on(self, on: date):
        """What counted at the end of a day: received by then, and not voided by then."""
        end = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
        return self.filter(received_at__lt=end).filter(Q(voided_at=None) | Q(voided_at__gte=end))

    def visible_to(self, user):
        units = areas_for(user, self.act)
        return self.filter(**{f"{self.commune}__in": set().union(*units.ancestry().values())})


def sent_before(model, client_uuid: uuid.UUID, **sent):
    """The record that this sending has made already, None at the first time. Refused when it says something else."""
    row = model.objects.filter(client_uuid=client_uuid).first()
    return row and same(row, **sent)


def same(row, **sent):
    if any(getattr(row, name) != value for name, value in sent.items()):
        raise DomainError(_("This record was already sent with other figures. Open the page again."))
    return row


def write_once(model, *, client_uuid: uuid.UUID, said: dict, **also):
    """(row, is it new): two sendings may arrive at once; the second of them finds the first's row."""
    row, created = model.objects.get_or_create(client_uuid=client_uuid, defaults=said | also)
    return (row if created else same(row, **said)), created


@transaction.atomic
def void_fact(*, fact, commune: AdministrativeUnit, act: str, actor, reason: str):
    """Says that a record was a mistake; it stays readable with its reason and counts no more."""
    if not may(actor, act, commune):
        raise PermissionDenied
    if not reason.strip():
        raise DomainError(_("Say in a few words why this record is wrong."))
    fact = type(fact).objects.select_for_update().get(pk=fact.pk)
    if fact.voided_at is None:
        fact.voided_at, fact.voided_by, fact.void_reason = timezone.now(), actor, reason.strip()[:200]
        fact.save(update_fields=["voided_at", "voided_by", "void_reason"])
    return fact


def require_past(day: date) -> None:
    if day > timezone.localdate():
        raise DomainError(_("That day lies in the future. Record it when it has happened; nothing was recorded."))


def require_here(commune: AdministrativeUnit, settlements: list[Settlement]) -> None:
    """Refuses settlements of another commune; those of what the commune was before a merger are its own."""
    family = AdministrativeUnit.objects.family(commune)
    if any(settlement.commune_id not in family for settlement in settlements):
        raise DomainError(_("This settlement belongs to another commune. Nothing was recorded."))
