"""The roll-out of a plan to every settlement: recording it, and what is missing, as of any date."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.facts import require_here, require_past, void_fact, write_once
from campaigns.models import RolledPlan, Rollout
from core.errors import DomainError
from people.permissions import areas_for, may
from places.models import AdministrativeUnit, Settlement

KEEP, SEE, ENTER = "campaigns.log_session", "campaigns.see_sessions", "campaigns.enter_plan"


def plans_for(user):
    """Plans of the areas the person sees and of those above them (a queryset)."""
    family = set().union(*areas_for(user, SEE).ancestry().values())
    above = AdministrativeUnit.objects.filter(Q(children__in=family) | Q(children__children__in=family))
    return RolledPlan.objects.filter(Q(area__in=family) | Q(area__in=above.values("pk")))


@transaction.atomic
def enter_plan(*, actor, plan: RolledPlan) -> RolledPlan:
    if not may(actor, ENTER, plan.area):
        raise PermissionDenied
    plan.full_clean()
    plan.save()
    return plan


@transaction.atomic
def log_rollout(
    *,
    actor,
    plan: RolledPlan,
    commune: AdministrativeUnit,
    settlements: list[Settlement],
    done_on: date,
    form: str,
    evidence: str,
    client_uuid: uuid.UUID,
) -> list[Rollout]:
    """Records that a plan reached settlements of a commune, one record each. Sending it twice is harmless."""
    if not may(actor, KEEP, commune):
        raise PermissionDenied
    if not settlements:
        raise DomainError(_("Choose at least one settlement."))
    require_here(commune, settlements)
    require_past(done_on)
    if done_on < plan.starts_on:
        raise DomainError(_("The plan did not exist on that day. Nothing was recorded."))
    if form not in Rollout.Form.values:
        raise DomainError(_("Choose a form."))
    if not evidence.strip():
        raise DomainError(_("Name what proves it, such as the number of the minutes. Nothing was recorded."))
    said = {"plan": plan, "done_on": done_on, "form": form, "evidence": evidence.strip()[:200], "recorded_by": actor}
    return [
        write_once(
            Rollout, client_uuid=uuid.uuid5(client_uuid, str(one.pk)), said=said | {"settlement": one}
        )[0]
        for one in settlements
    ]  # fmt: skip


def void_rollout(*, rollout: Rollout, actor, reason: str) -> Rollout:
    return void_fact(fact=rollout, commune=rollout.settlement.commune, act=KEEP, actor=actor, reason=reason)


@dataclass
class Line:
    """A commune on a day. `dates`: settlement → the day the plan first reached it."""

    commune: AdministrativeUnit
    settlements: list[Settlement] = field(default_factory=list)
    dates: dict[int, date] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def reached(self) -> int:
        return len(self.dates)

    @property
    def share(self) -> float | None:
        """None where no settlement is entered: nobody knows what is missing."""
        return self.reached / len(self.settlements) if self.settlements else None

    @property
    def is_complete(self) -> bool:
        return bool(self.settlements) and self.reached == len(self.settlements)

    @property
    def missing(self) -> list[Settlement]:
        return [one for one in self.settlements if one.pk not in self.dates]


@dataclass(frozen=True)
class Board:
    """The plan in an area on a day. Each settlement is counted once, also where a commune was split."""

    plan: RolledPlan
    on: date
    lines: list[Line]

    @property
    def complete(self) -> int:
        return sum(line.is_complete for line in self.lines)

    @property
    def settlements(self) -> int:
        return len({one.pk for line in self.lines for one in line.settlements})

    @property
    def reached(self) -> int:
        return len(set().union(*(line.dates for line in self.lines)))

    @property
    def share(self) -> float | None:
        return self.reached / self.settlements if self.settlements else None

    @property
    def commune_share(self) -> float | None:
        return self.complete / len(self.lines) if self.lines else None


def board(*, plan: RolledPlan, communes, on: date) -> Board:
    """What is missing first: communes without a list, then by the share reached. Five queries whatever the size.

    `communes`: a queryset of units that exist on the day `on`; a record counts from the day it arrived until it is voided.
    """
    lines = {unit.pk: Line(unit) for unit in communes}
    owners: dict[int, list[int]] = defaultdict(list)
    for unit_id, members in AdministrativeUnit.objects.filter(pk__in=lines).ancestry().items():
        for member in members:
            owners[member].append(unit_id)
    home: dict[int, int] = {}
    for settlement in Settlement.objects.current(on).filter(commune__in=owners).order_by("search_key"):
        home[settlement.pk] = settlement.commune_id
        for unit_id in owners[settlement.commune_id]:
            lines[unit_id].settlements.append(settlement)
    known = Rollout.objects.known_on(on).filter(plan=plan, done_on__lte=on, settlement__commune__in=owners)
    for settlement, day, form in known.order_by("done_on").values_list("settlement", "done_on", "form"):
        for unit_id in owners[home[settlement]] if settlement in home else ():
            lines[unit_id].dates.setdefault(settlement, day)
            lines[unit_id].forms[form] += 1
    found = sorted(
        lines.values(),
        key=lambda one: (
            -1 if one.share is None else one.share, not (one.commune.is_border or one.commune.is_remote),
            one.commune.search_key,
        ),
    )  # fmt: skip
    return Board(plan, on, found)
