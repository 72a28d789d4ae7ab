"""Prevention models and groups with their log, and pledges counted per settlement."""

import uuid
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from campaigns.facts import require_here, require_past, void_fact, write_once
from campaigns.models import ModelEvent, Pledge, PreventionModel
from core.errors import DomainError
from people.permissions import may
from places.models import AdministrativeUnit, Settlement

KEEP, SEE = "campaigns.log_session", "campaigns.see_sessions"
STATUSES = (ModelEvent.Kind.TRIAL, ModelEvent.Kind.RUNNING, ModelEvent.Kind.PAUSED, ModelEvent.Kind.ENDED)


@transaction.atomic
def enter_model(*, actor, model: PreventionModel, status: str, client_uuid: uuid.UUID) -> PreventionModel:
    """Enters a model or group with the first line of its log. Sending it twice is harmless."""
    if not may(actor, KEEP, model.commune):
        raise PermissionDenied
    if first := ModelEvent.objects.filter(client_uuid=client_uuid).select_related("model").first():
        return first.model
    require_past(model.since)
    if status not in STATUSES:
        raise DomainError(_("Choose a status."))
    try:
        model.full_clean()
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
    model.save()
    ModelEvent.objects.create(model=model, kind=status, on=model.since, client_uuid=client_uuid, recorded_by=actor)
    return model


@transaction.atomic
def change_model(*, actor, model: PreventionModel) -> PreventionModel:
    """Saves the description of a model; its log stays as it is."""
    if not may(actor, KEEP, model.commune):
        raise PermissionDenied
    model.save()
    return model


@transaction.atomic
def log_model_event(
    *, actor, model: PreventionModel, kind: str, on: date, client_uuid: uuid.UUID, people: int = 0, note: str = ""
) -> ModelEvent:
    if not may(actor, KEEP, model.commune):
        raise PermissionDenied
    if kind not in ModelEvent.Kind.values:
        raise DomainError(_("Choose what happened."))
    require_past(on)
    if on < model.since:
        raise DomainError(_("The model did not exist on that day. Nothing was recorded."))
    said = {
        "model": model, "kind": kind, "on": on, "people": people if kind == ModelEvent.Kind.ACTIVITY else 0,
        "note": note.strip()[:200],
    }  # fmt: skip
    return write_once(ModelEvent, client_uuid=client_uuid, said=said, recorded_by=actor)[0]


def void_model_event(*, event: ModelEvent, actor, reason: str) -> ModelEvent:
    return void_fact(fact=event, commune=event.model.commune, act=KEEP, actor=actor, reason=reason)


def with_status(models, on: date):
    """Models (a queryset) that were known on a day, each with `status` as of then ("" when its log says nothing)."""
    lines = ModelEvent.objects.known_on(on).filter(model=OuterRef("pk"), kind__in=STATUSES, on__lte=on)
    last = lines.order_by("-on", "-pk").values("kind")[:1]
    return models.filter(since__lte=on).annotate(status=Subquery(last))


@transaction.atomic
def log_pledges(
    *, actor, commune: AdministrativeUnit, settlement: Settlement, by: str, number: int, signed_on: date,
    client_uuid: uuid.UUID,
) -> Pledge:  # fmt: skip
    """Records pledges signed in a settlement. Sending it twice is harmless."""
    if not may(actor, KEEP, commune):
        raise PermissionDenied
    require_here(commune, [settlement])
    require_past(signed_on)
    if by not in Pledge.By.values:
        raise DomainError(_("Choose who signed."))
    if not 1 <= number <= 100_000:
        raise DomainError(_("The number of pledges must be from 1 to 100,000."))
    said = {"settlement": settlement, "by": by, "number": number, "signed_on": signed_on}
    return write_once(Pledge, client_uuid=client_uuid, said=said, recorded_by=actor)[0]


def void_pledge(*, pledge: Pledge, actor, reason: str) -> Pledge:
    return void_fact(fact=pledge, commune=pledge.settlement.commune, act=KEEP, actor=actor, reason=reason)


def pledges_by_settlement(settlements, on: date) -> list[Settlement]:
    """Settlements (a queryset), each with `signed`, counted by a day, the fewest first. One query."""
    counted = Pledge.objects.known_on(on).filter(settlement=OuterRef("pk"), signed_on__lte=on)
    total = counted.order_by().values("settlement").annotate(all=Sum("number")).values("all")
    found = settlements.select_related("commune").annotate(signed=Subquery(total))
    return sorted(found, key=lambda one: (one.signed or 0, one.commune.search_key, one.search_key))


def counted_pledges(settlements, *, first: date, last: date) -> int:
    """How many pledges were signed in a period, for roll-ups and reports."""
    rows = Pledge.objects.counted().filter(Q(signed_on__gte=first, signed_on__lte=last), settlement__in=settlements)
    return rows.aggregate(all=Sum("number"))["all"] or 0
