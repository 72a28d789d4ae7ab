"""The figures of the plan: each one named and documented, counted from facts, opened down to the rows behind it.

An indicator is asked about a `Scope`: communes, a first and a last day, as known at the end of the last day or of a later
one. Merged communes count what their predecessors did (places.querysets.ancestry). `rule` is raised whenever a formula
changes, so that a frozen report can say by which rule it was counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from math import inf

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Airing, DirectSession, Hotline, SessionKind
from campaigns.querysets import first_of_month
from reports.coverage import WHOLE, Board, SummedBoard, begun, board, summed_board


class Scope:
    """Communes (a queryset of those that exist on `last`), from `first` to `last`, both included, as known at the end of the
    day `known` (without it: of `last`). `units`: where posts are counted, if not only in the communes (a department's
    people belong to the province). `keep(count)`: gives what `count()` gave a short while ago for a large area."""

    keep = staticmethod(lambda count: count())

    def __init__(self, *, communes, first: date, last: date, known: date | None = None, units=None):
        self.communes, self.first, self.last, self.known = communes, first, last, known or last
        self.units = communes if units is None else units

    @cached_property
    def months(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    @cached_property
    def board(self) -> Board | SummedBoard:
        """Whole months: a broadcast target is a monthly one. Of more communes than a province has, only the sums."""
        communes = begun(self.communes)
        asked = {"communes": communes, "on": self.last, "count": self.months, "known": self.known}
        return board(**asked) if len(communes) <= WHOLE else self.keep(lambda: summed_board(**asked))

    @cached_property
    def family(self) -> set[int]:
        """The communes and all that became them."""
        return self.board.family

    @property
    def known_until(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.known + timedelta(days=1), time.min))

    def airings(self):
        standing = Q(voided_at=None) | Q(voided_at__gte=self.known_until)
        return Airing.objects.filter(
            standing, commune__in=self.family, received_at__lt=self.known_until,
            aired_on__gte=first_of_month(self.first), aired_on__lte=self.last,
        )  # fmt: skip

    def sessions(self):
        held = DirectSession.objects.known_on(self.known).filter(commune__in=self.family)
        return held.filter(held_on__gte=self.first, held_on__lte=self.last)

    @cached_property
    def session_sums(self) -> dict:
        return self.sessions().aggregate(
            held=Count("pk"), people=Sum("attendees", default=0), women=Sum("women", default=0),
            children=Sum("children", default=0), minority=Sum("minority", default=0),
            leaflets=Sum("leaflets", default=0), respected=Sum("respected_persons", default=0),
            mobile=Count("pk", filter=Q(kind=SessionKind.MOBILE)), school=Count("pk", filter=Q(kind=SessionKind.SCHOOL)),
        )  # fmt: skip

    @cached_property
    def hotlines(self) -> dict:
        fresh = Q(verified_at__lte=self.last, expires_at__gte=self.last)
        return Hotline.objects.filter(is_active=True).aggregate(all=Count("pk"), fresh=Count("pk", filter=fresh))


@dataclass(frozen=True)
class Value:
    """`whole` None: a plain count. A share of nothing is None, not 0."""

    part: int | float
    whole: int | None = None

    @property
    def share(self) -> float | None:
        return self.part / self.whole if self.whole else None

    def reaches(self, goal: float) -> bool:
        """`goal` in per cent."""
        return (self.share if self.share is not None else -inf) * 100 >= goal


@dataclass(frozen=True)
class Indicator:
    key: str
    name: str
    unit: str
    numerator: str
    denominator: str
    count: Callable[[Scope], Value]
    # The rows behind the number, newest first; None where the board itself shows them.
    rows: Callable[[Scope], object] | None = None
    rule: int = 1
    # Parts of an area give the area's figure when they are added up. Not so where the same thing is there in each of them
    # (a language, a help line): such a figure is counted for the whole area.
    adds_up: bool = True
    # Whether the dashboard counts it among its other figures.
    on_dashboard: bool = True
    # What the number is made of: (kind, language or the like, how many), the largest first; None: nothing to divide.
    parts: Callable[[Scope], list[tuple[str, str, int]]] | None = None

    @property
    def is_share(self) -> bool:
        return bool(self.denominator)


REGISTRY: dict[str, Indicator] = {}


def register(*found: Indicator) -> None:
    for one in found:
        if one.key in REGISTRY:
            raise ValueError(f"two indicators are called {one.key}")
        REGISTRY[one.key] = one


def _airing_rows(scope: Scope):
    return (
        scope.airings().select_related("commune", "version__language", "version__bulletin").order_by("-aired_at", "-pk")
    )


def _last_month_rows(scope: Scope):
    return _airing_rows(scope).aired_in(scope.last)


def _session_rows(scope: Scope):
    return scope.sessions().select_related("commune").order_by("-held_at", "-pk")


def _rows_of(kind: str):
    return lambda scope: _session_rows(scope).filter(kind=kind)


def _broadcast_months(scope: Scope) -> Value:
    totals = scope.board.totals
    return Value(sum(total.aired for total in totals), sum(total.communes for total in totals))


def _settlements(scope: Scope) -> Value:
    latest = scope.board.latest
    return Value(latest.reached, latest.settlements)


def _communes_this_month(scope: Scope) -> Value:
    latest = scope.board.latest
    return Value(latest.aired, latest.communes)


def _languages(scope: Scope) -> Value:
    return Value(len(scope.board.languages))


_COMMUNES, _TIMES, _PEOPLE = _("communes"), _("times"), _("people")
register(
    Indicator(
        "broadcast-months", _("Monthly broadcasts kept"), _("commune-months"),
        _("months in which a commune broadcast at least once"),
        _("months in which a commune existed and there was a bulletin to broadcast"), _broadcast_months, _airing_rows,
    ),
    Indicator(
        "broadcast-communes", _("Communes that broadcast this month"), _COMMUNES,
        _("communes with at least one broadcast in the last month of the period"),
        _("communes that existed then"), _communes_this_month, _last_month_rows,
    ),
    Indicator(
        "broadcast-settlements", _("Settlements known to be reached this month"), _("settlements"),
        _("settlements that hear a loudspeaker named by a broadcast of the last month"),
        _("settlements that exist on the last day"), _settlements, _last_month_rows,
    ),
    Indicator(
        "broadcast-plays", _("Plays"), _TIMES, _("plays over the loudspeakers, each record counted once"), "",
        lambda scope: Value(sum(total.plays for total in scope.board.totals)), _airing_rows,
    ),
    Indicator(
        "broadcast-minutes", _("Minutes broadcast"), _("minutes"), _("plays × length of the programme"), "",
        lambda scope: Value(float(sum(total.minutes for total in scope.board.totals))), _airing_rows,
    ),
    Indicator(
        "broadcast-languages", _("Languages broadcast"), _("languages"),
        _("different languages among the broadcasts"), "", _languages, _airing_rows, adds_up=False,
    ),
    Indicator(
        "sessions", _("Direct sessions"), _TIMES, _("sessions held, mobile rounds and school lessons included"), "",
        lambda scope: Value(scope.session_sums["held"]), _session_rows,
    ),
    Indicator(
        "session-people", _("People at direct sessions"), _PEOPLE, _("people present, counted at each session"), "",
        lambda scope: Value(scope.session_sums["people"]), _session_rows,
    ),
    Indicator(
        "session-women", _("Women at direct sessions"), _PEOPLE, _("women present"), _("people present"),
        lambda scope: Value(scope.session_sums["women"], scope.session_sums["people"]), _session_rows,
        on_dashboard=False,
    ),
    Indicator(
        "session-children", _("Children at direct sessions"), _PEOPLE, _("children present"), _("people present"),
        lambda scope: Value(scope.session_sums["children"], scope.session_sums["people"]), _session_rows,
        on_dashboard=False,
    ),
    Indicator(
        "session-minority", _("Ethnic minority people at direct sessions"), _PEOPLE,
        _("people of ethnic minorities present"), _("people present"),
        lambda scope: Value(scope.session_sums["minority"], scope.session_sums["people"]), _session_rows,
        on_dashboard=False,
    ),
    Indicator(
        "session-mobile", _("Mobile rounds"), _TIMES, _("sessions held as mobile rounds"), "",
        lambda scope: Value(scope.session_sums["mobile"]), _rows_of(SessionKind.MOBILE), on_dashboard=False,
    ),
    Indicator(
        "session-school", _("Lessons at schools"), _TIMES, _("extracurricular lessons held at schools"), "",
        lambda scope: Value(scope.session_sums["school"]), _rows_of(SessionKind.SCHOOL), on_dashboard=False,
    ),
    Indicator(
        "leaflets", _("Leaflets given out"), _("leaflets"), _("leaflets given out at direct sessions"), "",
        lambda scope: Value(scope.session_sums["leaflets"]), _session_rows, on_dashboard=False,
    ),
    Indicator(
        "respected-people", _("Respected persons met"), _TIMES, _("respected persons met at direct sessions"), "",
        lambda scope: Value(scope.session_sums["respected"]), _session_rows, on_dashboard=False,
    ),
    Indicator(
        "hotlines-fresh", _("Help lines checked"), _("help lines"), _("lines in use whose check by calling still holds"),
        _("lines in use"), lambda scope: Value(scope.hotlines["fresh"], scope.hotlines["all"]),
        lambda scope: Hotline.objects.filter(is_active=True).order_by("expires_at", "pk"), adds_up=False,
    ),
)  # fmt: skip
