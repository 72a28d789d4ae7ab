"""What came of a commune's season: begun with what the records say, sent, approved by somebody else, frozen by the report.

The yearly reports call two functions: `results_figures` asks what is approved as of a day, and `freeze_results` says that a
submitted report uses it. From then on a result cannot be changed; a correction is a row of its own with its reason, and
counts from its approval on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Airing, DirectSession, Event, EventResult, Pledge, SessionKind
from campaigns.models.result import COUNTERS, PARTS
from campaigns.pages.ethics import leading_to_people
from campaigns.season import door, gallery
from campaigns.season.seasons import KEEP_EVENT
from core.errors import DomainError
from people.permissions import may
from places.models import AdministrativeUnit

APPROVE = "campaigns.approve_results"
State = EventResult.State
# Fewer heads than this could be somebody: everybody sees them as "few".
SMALL = 5


def counted_here(event: Event) -> dict:
    """Counter → what the records of this house say for the commune between the season's days: airings, direct sessions,
    pledges, and who came through the door. A proposal: the commune knows what was never recorded. Five queries."""
    family = AdministrativeUnit.objects.family(event.commune)
    first, last = event.season.starts_on, event.season.ends_on
    airings = Airing.objects.counted().filter(commune__in=family, aired_on__gte=first, aired_on__lte=last)
    held = DirectSession.objects.counted().filter(commune__in=family, held_on__gte=first, held_on__lte=last)
    pledges = Pledge.objects.counted().filter(settlement__commune__in=family, signed_on__gte=first, signed_on__lte=last)
    found = airings.aggregate(plays=Sum("plays", default=0), minutes=Sum("minutes", default=Decimal(0)))
    mobile = Q(kind=SessionKind.MOBILE)
    found |= held.aggregate(
        sessions=Count("pk", filter=~mobile), mobile_rounds=Count("pk", filter=mobile),
        attendees=Sum("attendees", default=0), women=Sum("women", default=0), children=Sum("children", default=0),
        minority=Sum("minority", default=0), leaflets=Sum("leaflets", default=0),
    )  # fmt: skip
    found["pledges"] = pledges.aggregate(all=Sum("number", default=0))["all"]
    came = door.heads(event).all
    found["attendees"] += came
    found["rallies"] = 1 if came else 0
    return found


@transaction.atomic
def begin_result(*, event: Event, actor, reason: str = "") -> EventResult:
    """The report that is being written, begun with what the records say. After the last one was frozen: a correction, begun
    with what that one says; it needs a `reason`."""
    _require(actor, event)
    Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    last = event.results.first()
    if last and last.state != State.APPROVED:
        return last
    if last is None:
        if timezone.now() < event.starts_at:
            raise DomainError(_("The event has not begun. Its results are written afterwards."))
        made = EventResult(event=event, author=actor, **counted_here(event))
    elif last.frozen_at is None:
        raise DomainError(_("The results are approved. Take them back to change them."))
    else:
        if not reason.strip():
            raise DomainError(_("Say why it is corrected: a report uses these figures already."))
        made = EventResult(
            event=event, author=actor, number=last.number + 1, reason=reason.strip()[:300], text=last.text, **last.figures
        )  # fmt: skip
    made.save()
    return _stepped(made, actor, made.reason)


@transaction.atomic
def save_result(*, result: EventResult, actor, text: str, **figures) -> EventResult:
    """Writes figures (counters of campaigns.models.result.COUNTERS) and the text. Refused in words once it was sent, approved
    or frozen, and where parts are more than the whole."""
    result = _open(result, actor)
    for name in COUNTERS:
        setattr(result, name, figures[name])
    if any(figures[name] < 0 for name in COUNTERS):
        raise DomainError(_("A number cannot be less than nothing."))
    if max(figures[name] for name in PARTS) > figures["attendees"]:
        raise DomainError(
            _("Women, children and ethnic minority are counted among the people present: none can be more than all.")
        )
    # Whoever wrote last stands for it, and does not approve it.
    result.text, result.author, result.changed_at = text.strip(), actor, timezone.now()
    result.save()
    return result


@transaction.atomic
def submit_result(*, result: EventResult, actor) -> EventResult:
    """Hands the report to whoever approves it."""
    result = _open(result, actor)
    if not any(result.figures.values()):
        raise DomainError(_("All figures are 0. Fill in what was done before you send it."))
    if not result.text:
        raise DomainError(_("Write in a few sentences how it went before you send it."))
    for piece in leading_to_people(result.text):
        raise DomainError(_("“%s” can lead to one person. Take it out; nothing was sent.") % piece)
    result.state = State.SUBMITTED
    return _stepped(result, actor)


@transaction.atomic
def approve_result(*, result: EventResult, actor) -> EventResult:
    """By the area's manager, never by whoever wrote it. The event's page then shows it, and its pictures."""
    result = _submitted(result, actor)
    result.state, result.approved_by, result.approved_at = State.APPROVED, actor, timezone.now()
    gallery.release(event=result.event, actor=actor)
    return _stepped(result, actor)


@transaction.atomic
def return_result(*, result: EventResult, actor, remark: str) -> EventResult:
    """Sends it back to the commune, which reads the remark."""
    result = _submitted(result, actor)
    if not remark.strip():
        raise DomainError(_("Say what has to change. Nothing was sent back."))
    result.state = State.RETURNED
    return _stepped(result, actor, remark)


@transaction.atomic
def take_back(*, result: EventResult, actor) -> EventResult:
    """An approved report that no other report uses yet is opened again; until it is approved anew it counts nowhere."""
    _require(actor, result.event)
    result = _locked(result)
    if result.frozen_at:
        raise DomainError(
            _("The report “%(report)s” uses these figures: they stay as they are. Write a correction with its reason.")
            % {"report": result.frozen_for}
        )
    if result.state != State.APPROVED:
        return result
    result.state, result.approved_by, result.approved_at = State.DRAFT, None, None
    return _stepped(result, actor)


def _require(actor, event: Event) -> None:
    if not may(actor, KEEP_EVENT, event.commune):
        raise PermissionDenied


def _locked(result: EventResult) -> EventResult:
    rows = EventResult.objects.select_for_update(of=("self",)).select_related("event__commune", "event__season")
    return rows.get(pk=result.pk)


def _open(result: EventResult, actor) -> EventResult:
    _require(actor, result.event)
    result = _locked(result)
    if result.frozen_at:
        raise DomainError(
            _("The report “%(report)s” uses these figures: they stay as they are. Write a correction with its reason.")
            % {"report": result.frozen_for}
        )
    if not result.is_open:
        raise DomainError(_("These results are sent or approved. Nothing was changed."))
    return result


def _submitted(result: EventResult, actor) -> EventResult:
    if not may(actor, APPROVE, result.event.commune):
        raise PermissionDenied
    result = _locked(result)
    if result.state != State.SUBMITTED:
        raise DomainError(_("These results do not wait for approval. Nothing was changed."))
    if result.author_id == actor.pk:
        raise DomainError(_("You wrote this yourself: somebody else approves it."))
    return result


def _stepped(result: EventResult, actor, remark: str = "") -> EventResult:
    result.changed_at = timezone.now()
    result.save()
    result.steps.create(state=result.state, actor=actor, remark=remark.strip()[:600])
    return result


# For everybody ----------------------------------------------------------------------------------------------------


def shown(event: Event) -> EventResult | None:
    """The approved results that count now."""
    return event.results.filter(state=State.APPROVED).first()


def public_figures(result: EventResult) -> list[tuple[str, int | Decimal | None]]:
    """(words, number) of all counters above 0. Heads below SMALL, or that leave fewer than SMALL others, are None: "few"."""
    found = []
    for name, value in result.figures.items():
        if not value:
            continue
        rest = result.attendees - value if name in PARTS else 0
        hidden = name in (*PARTS, "attendees") and (value < SMALL or 0 < rest < SMALL)
        found.append((EventResult._meta.get_field(name).verbose_name, None if hidden else value))
    return found


# For reports ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Results:
    """What the communes of an area reported of the seasons between two days, as known on a third.

    `figures`: counter (campaigns.models.result.COUNTERS) → sum. `approved`: the rows behind it, to be frozen by the report that
    uses them. `missing`: communes without approved results.
    """

    on: date
    figures: dict[str, int | Decimal]
    approved: list[EventResult] = field(default_factory=list)
    missing: list[AdministrativeUnit] = field(default_factory=list)


def known_on(on: date):
    """Approved results as of the end of a day, the latest of each event first (a queryset)."""
    end = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    return EventResult.objects.filter(state=State.APPROVED, approved_at__lt=end).order_by("event", "-number")


def results_figures(*, area: AdministrativeUnit, first: date, last: date, on: date | None = None) -> Results:
    """The sums of a report: every commune of `area` that exists on `on` (today without one), with what its predecessors
    reported, for the seasons that begin between `first` and `last`."""
    on = on or timezone.localdate()
    communes = list(AdministrativeUnit.objects.within(area, on=on).communes().order_by("name"))
    family = AdministrativeUnit.objects.filter(pk__in=[one.pk for one in communes]).ancestry()
    rows = known_on(on).filter(
        event__commune__in=set().union(*family.values()), event__season__starts_on__gte=first,
        event__season__starts_on__lte=last,
    ).select_related("event__commune", "event__season")  # fmt: skip
    latest: dict[int, EventResult] = {}
    for row in rows:
        latest.setdefault(row.event_id, row)
    approved = list(latest.values())
    told = {row.event.commune_id for row in approved}
    return Results(
        on=on,
        figures={name: sum((getattr(row, name) for row in approved), Decimal(0) if name == "minutes" else 0)
                 for name in COUNTERS},
        approved=approved,
        missing=[one for one in communes if not family[one.pk] & told],
    )  # fmt: skip


@transaction.atomic
def freeze_results(*, results: Iterable[EventResult], report: str, now: datetime | None = None) -> int:
    """Called by the report (in words: `report`) that was submitted with these results, in the transaction that submits it.
    How many it froze; those that an earlier report froze stay with that one. Refused when one is not approved any more."""
    ids = [one.pk for one in results]
    rows = EventResult.objects.select_for_update().filter(pk__in=ids)
    if any(row.state != State.APPROVED for row in rows):
        raise DomainError(_("Some results were taken back meanwhile. Count the report again; nothing was submitted."))
    return EventResult.objects.filter(pk__in=ids, frozen_at=None).update(
        frozen_at=now or timezone.now(), frozen_for=report[:200]
    )
