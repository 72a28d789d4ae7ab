"""Entering partners and what they support."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from people.models import User
from people.permissions import may, require
from reports.models import Partner, Support


@transaction.atomic
def enter_partner(*, actor: User, partner: Partner) -> Partner:
    require(actor, "reports.keep_partners")
    partner.full_clean()
    partner.save()
    return partner


@transaction.atomic
def enter_support(*, actor: User, support: Support) -> Support:
    """Enters what a partner supports, or changes it. The area has to be one the person looks after."""
    if not may(actor, "reports.keep_partners", support.area):
        raise PermissionDenied
    if support.pk is None:
        support.entered_by = actor
    support.full_clean()
    support.save()
    return support


@transaction.atomic
def end_support(*, actor: User, support: Support, on: date) -> Support:
    """The last day of a support; it stays in the list of its time."""
    support.ends_on = on
    return enter_support(actor=actor, support=support)
