"""With which programmes the work is done together, and which objective of the plan it serves: said of sessions, events and
materials with terms (campaigns.models.taxonomy), counted here."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import DirectSession, Event, MaterialPage, Term
from core.errors import DomainError
from core.sheets import workbook

KINDS = (Term.Kind.PROGRAMME, Term.Kind.OBJECTIVE)


def require_integration(terms: list[Term]) -> None:
    if any(term.kind not in KINDS for term in terms):
        raise DomainError(_("Choose programmes and objectives of the plan only. Nothing was recorded."))


@dataclass
class Line:
    """How much was done for one term; `term` None: what says none of its kind."""

    term: Term | None
    sessions: int = 0
    attendees: int = 0
    events: int = 0
    materials: int = 0


@dataclass(frozen=True)
class Part:
    """One kind of terms and its lines, the last of them without a term."""

    label: str
    lines: list[Line]


def integration(units: set[int], *, first: date, last: date) -> list[Part]:
    """Sessions held and events that took place or will, in communes and the days from `first` to `last`; materials are those of
    the whole site today. What names two programmes counts for both. Five queries whatever the size."""
    held = DirectSession.objects.counted().filter(commune__in=units, held_on__gte=first, held_on__lte=last)
    begin, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in (first, last + timedelta(days=1)))
    events = Event.objects.filter(commune__in=units, starts_at__gte=begin, starts_at__lt=end)
    events = events.exclude(status__in=[Event.Status.CANCELLED, Event.Status.POSTPONED])
    # Another language's page is the same material.
    materials = MaterialPage.objects.live().filter(locale__language_code="vi")
    own, of_season = _named(events), _named(events, "season__terms")
    terms = list(Term.objects.filter(kind__in=KINDS))
    lines = {term.pk: Line(term) for term in terms}
    none = {kind: Line(None) for kind in KINDS}
    kinds = {term.pk: term.kind for term in terms}

    def add(named: set[int], **numbers: int) -> None:
        silent = [none[kind] for kind in KINDS if kind not in {kinds[pk] for pk in named & kinds.keys()}]
        for line in [*(lines[pk] for pk in named & kinds.keys()), *silent]:
            for name, number in numbers.items():
                setattr(line, name, getattr(line, name) + number)

    for (_pk, attendees), named in _named(held, also="attendees").items():
        add(named, sessions=1, attendees=attendees)
    for pk, named in own.items():
        add(named or of_season[pk], events=1)
    for named in _named(materials).values():
        add(named, materials=1)
    shown = [one for one in lines.values() if one.term.is_active or one.sessions or one.events or one.materials]
    return [Part(str(kind.label), [*(one for one in shown if one.term.kind == kind), none[kind]]) for kind in KINDS]


def _named(rows, path: str = "terms", also: str = "pk") -> dict[tuple[int, int], set[int]]:
    """The terms of each row, by its id and one more number of it. One query."""
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for pk, more, term in rows.order_by().values_list("pk", also, path):
        found[pk, more] |= {term} - {None}
    return found


def integration_xlsx(parts: list[Part], *, where: str, first: date, last: date) -> bytes:
    """One sheet for each kind of terms. `where`: the commune, or the whole area, in words."""
    head = [gettext("Sessions held"), gettext("People present"), gettext("Events"), gettext("Materials")]
    sheets = {
        capfirst(part.label): (
            [capfirst(part.label), *head],
            [
                [
                    line.term.label if line.term else gettext("none named"), line.sessions, line.attendees, line.events,
                    line.materials,
                ]
                for line in part.lines
            ],
        )
        for part in parts
    }  # fmt: skip
    return workbook(f"{gettext('Integration')} · {where} · {first:%d/%m/%Y} – {last:%d/%m/%Y}", sheets)
