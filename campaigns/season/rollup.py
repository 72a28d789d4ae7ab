"""A season's results, commune by commune: what is missing stands first, with whom to ask."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Event, EventResult, Season
from campaigns.models.result import COUNTERS
from campaigns.season.seasons import KEEP_EVENT
from core.sheets import workbook
from people.models import Membership, User
from people.permissions import ACTS
from places.models import AdministrativeUnit

# What has to be done first stands first.
ORDER = ("missing", "returned", "draft", "submitted", "to-come", "off", "approved")
STATES = {
    "missing": "over", "returned": "over", "draft": "due", "submitted": "due", "to-come": "plain", "off": "plain",
    "approved": "done",
}  # fmt: skip


def words() -> dict[str, str]:
    return {
        "missing": _("no report"), "returned": _("sent back"), "draft": _("being written"),
        "submitted": _("waits for approval"), "to-come": _("has not taken place"), "off": _("did not take place"),
        "approved": _("approved"),
    }  # fmt: skip


@dataclass
class Line:
    """One commune. `result`: the approved one whose figures count; `waiting`: a report or correction under way."""

    commune: AdministrativeUnit
    event: Event | None
    state: str
    result: EventResult | None = None
    waiting: EventResult | None = None
    ask: list[User] = field(default_factory=list)

    @property
    def is_asked(self) -> bool:
        return self.state not in ("approved", "off", "to-come")

    @property
    def chip(self) -> str:
        return STATES[self.state]


@dataclass(frozen=True)
class Rollup:
    season: Season
    on: date
    lines: list[Line]
    totals: dict[str, int | Decimal]

    def count(self, state: str) -> int:
        return sum(1 for line in self.lines if line.state == state)

    @property
    def approved(self) -> int:
        return self.count("approved")

    @property
    def due(self) -> int:
        """Communes whose report is due: the event took place, or the season passed without one."""
        return sum(1 for line in self.lines if line.state not in ("to-come", "off"))


def rollup(*, season: Season, units, on: date | None = None) -> Rollup:
    """`units`: communes (a queryset) to be shown. As known at the end of a day; queries do not grow with their number."""
    today = timezone.localdate()
    on = on or today
    end = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    units = units.order_by("name")
    communes = list(units)
    # Reads the links only: the units are there.
    family = units.ancestry()
    rows = EventResult.objects.order_by("-number").prefetch_related("steps")
    events: dict[int, Event] = {
        event.commune_id: event
        for event in season.events.prefetch_related(Prefetch("results", queryset=rows)).filter(
            commune__in=set().union(*family.values())
        )
    }
    asked = _whom_to_ask(family)
    # Nobody owes a report of a season that is not over.
    without = "missing" if season.ends_on <= on else "to-come"
    lines = []
    for commune in communes:
        # A commune of today counts what each of its predecessors held; its own stands first.
        own = [events[pk] for pk in sorted(family[commune.pk], key=lambda pk: pk != commune.pk) if pk in events]
        lines += [_line(commune, event, end) for event in own] or [Line(commune, None, without)]
    for line in lines:
        if line.is_asked:
            line.ask = asked[line.commune.pk]
    lines.sort(key=lambda line: (ORDER.index(line.state), line.commune.search_key))
    counted = {line.result.pk: line.result for line in lines if line.result}.values()
    totals = {
        name: sum((getattr(one, name) for one in counted), Decimal(0) if name == "minutes" else 0) for name in COUNTERS
    }
    return Rollup(season, on, lines, totals)


def _line(commune: AdministrativeUnit, event: Event, end: datetime) -> Line:
    """As the last step taken before `end` left each of the event's reports."""
    result = waiting = None
    for row in event.results.all():
        steps = [step for step in row.steps.all() if step.at < end]
        if not steps:
            continue
        if steps[-1].state == EventResult.State.APPROVED:
            result = result or row
        else:
            waiting, waiting.then = row, steps[-1].state
    if result:
        state = "approved"
    elif waiting:
        state = waiting.then
    elif event.status in (Event.Status.CANCELLED, Event.Status.POSTPONED):
        state = "off"
    elif event.ends_at >= end:
        state = "to-come"
    else:
        state = "missing"
    return Line(commune, event, state, result, waiting)


def _whom_to_ask(family: dict[int, set[int]]) -> dict[int, list[User]]:
    """Commune → who keeps its events; those of the province keep all and are not named."""
    owners = defaultdict(list)
    for pk, members in family.items():
        for member in members:
            owners[member].append(pk)
    rows = Membership.objects.current().in_roles(*ACTS[KEEP_EVENT]).filter(area__in=owners, user__is_active=True)
    found: dict[int, list[User]] = defaultdict(list)
    for one in rows.select_related("user").order_by("user__name"):
        for pk in owners[one.area_id]:
            if one.user not in found[pk]:
                found[pk].append(one.user)
    return found


def rollup_xlsx(found: Rollup) -> bytes:
    labels = words()
    counters = [str(EventResult._meta.get_field(name).verbose_name) for name in COUNTERS]
    head = [_("Commune"), _("Report"), *counters, _("Whom to ask")]
    rows = [
        [
            line.commune.label, labels[line.state],
            *(_cell(getattr(line.result, name)) if line.result else "" for name in COUNTERS),
            "; ".join(f"{one.name} <{one.email}>" for one in line.ask),
        ]
        for line in found.lines
    ]  # fmt: skip
    rows.append([_("All"), f"{found.approved}/{found.due}", *(_cell(found.totals[name]) for name in COUNTERS), ""])
    about = f"{_('Results of 30 July')} {found.season.year} · {_('As of')} {found.on:%d/%m/%Y}"
    return workbook(about, {_("Results"): (head, rows)})


def _cell(value):
    return float(value) if isinstance(value, Decimal) else value
