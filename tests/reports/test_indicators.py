"""Every indicator beside an independent slow count, over merged, split and moved communes; voided and late records."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import Airing, DirectSession, Hotline
from people.roles import Role
from places.models import AdministrativeUnit, Succession
from reports.indicators import REGISTRY, Scope, Value
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_user, merge

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
DAYS = (LAST - FIRST).days


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 9))


def _becomes(unit_id: int) -> set[int]:
    """Slow and independent: what a unit has become, itself included, one succession after another."""
    found = {unit_id}
    for link in Succession.objects.filter(predecessor_id=unit_id):
        found |= _becomes(link.successor_id)
    return found


def _counts(row) -> bool:
    """Received by the last day and not voided by then."""
    end = _at(LAST).replace(hour=0) + timedelta(days=1)
    return row.received_at < end and (row.voided_at is None or row.voided_at >= end)


facts = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, DAYS), st.integers(1, 4), st.sampled_from(["stands", "voided", "void-later", "late"])
    ),
    max_size=12,
)  # fmt: skip
worlds = st.lists(
    st.tuples(st.sampled_from(["merge", "split", "move"]), st.integers(1, DAYS)),
    max_size=3,
    unique_by=lambda act: act[1],
)


def _world(changes) -> list[AdministrativeUnit]:
    """Four communes, then what happens to them, in the order of the days."""
    units = [make_commune(f"Xã {n}", valid_from=date(2021, 1, 1)) for n in range(4)]
    for number, (act, offset) in enumerate(sorted(changes, key=lambda change: change[1])):
        day = FIRST + timedelta(days=offset)
        living = [
            unit for unit in AdministrativeUnit.objects.current(day).communes().order_by("pk") if unit.valid_from < day
        ]
        if act == "merge" and len(living) > 1:
            heir = make_commune(f"Xã Mới {number}", valid_from=day)
            for old in living[:2]:
                merge(old, heir)
        elif act == "split":
            for part in "AB":
                merge(living[0], make_commune(f"Xã Chia {number}{part}", valid_from=day), "part")
        elif act == "move":
            merge(living[-1], make_commune(f"Xã Chuyển {number}", valid_from=day))
    return units


def _unit_of(start: AdministrativeUnit, day: date) -> AdministrativeUnit:
    found = AdministrativeUnit.objects.current(day).filter(pk__in=_becomes(start.pk)).order_by("pk").first()
    assert found
    return found


def _fate(kind: str, day: date, actor) -> dict:
    received = _at(day)
    if kind == "late":
        return {"received_at": _at(LAST + timedelta(days=3))}
    if kind == "stands":
        return {"received_at": received}
    at = received + timedelta(minutes=1) if kind == "voided" else _at(LAST + timedelta(days=9))
    return {"received_at": received, "voided_at": at, "voided_by": actor, "void_reason": "thử"}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=worlds, airings=facts, sessions=facts)
def test_figures_agree_with_a_slow_count(transactionless, changes, airings, sessions):
    with transactionless():
        units = _world(changes)
        actor = make_user(role=Role.RADIO_OPERATOR)
        version = make_released(released_at=_at(FIRST), month=FIRST)
        for start, offset, plays, fate in airings:
            day = FIRST + timedelta(days=offset)
            Airing.objects.create(
                version=version, commune=_unit_of(units[start], day), aired_at=_at(day), plays=plays,
                minutes=Decimal("1.50") * plays, operator=actor, **_fate(fate, day, actor),
            )  # fmt: skip
        for start, offset, people, fate in sessions:
            day = FIRST + timedelta(days=offset)
            DirectSession.objects.create(
                client_uuid=uuid.uuid4(), commune=_unit_of(units[start], day), held_at=_at(day), attendees=people * 5,
                women=people * 2, children=people, minority=0, recorded_by=actor, **_fate(fate, day, actor),
            )  # fmt: skip
        # A part of the province: every second commune of the last day.
        there = list(AdministrativeUnit.objects.current(LAST).communes().order_by("pk"))
        chosen = there[::2]
        scope = Scope(communes=AdministrativeUnit.objects.filter(pk__in=[u.pk for u in chosen]), first=FIRST, last=LAST)
        ids = {unit.pk for unit in chosen}
        played = [row for row in Airing.objects.all() if _counts(row) and _becomes(row.commune_id) & ids]
        held = [row for row in DirectSession.objects.all() if _counts(row) and _becomes(row.commune_id) & ids]
        months = _slow_months(chosen, played)
        slow = {
            "broadcast-months": Value(sum(aired for aired, _due in months), sum(due for _aired, due in months)),
            "broadcast-plays": Value(sum(row.plays for row in played)),
            "broadcast-minutes": Value(float(sum(row.minutes for row in played))),
            "broadcast-languages": Value(1 if played else 0),
            "sessions": Value(len(held)),
            "session-people": Value(sum(row.attendees for row in held)),
            "session-women": Value(sum(row.women for row in held), sum(row.attendees for row in held)),
            "session-children": Value(sum(row.children for row in held), sum(row.attendees for row in held)),
            "session-minority": Value(0, sum(row.attendees for row in held)),
        }
        assert {key: REGISTRY[key].count(scope) for key in slow} == slow
        # A number opens to exactly the rows it was counted from.
        assert set(REGISTRY["broadcast-plays"].rows(scope)) == set(played)
        assert set(REGISTRY["sessions"].rows(scope)) == set(held)


def _slow_months(chosen, played) -> list[tuple[int, int]]:
    """For each month: (communes that aired, communes that existed then or were formed from one that did)."""
    found = []
    for month in range(1, 13):
        last = (date(2025, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        aired = due = 0
        for unit in chosen:
            own = [row for row in played if row.aired_on.month == month and unit.pk in _becomes(row.commune_id)]
            formed = Succession.objects.filter(successor=unit).exists()
            aired += bool(own)
            due += bool(own) or formed or unit.valid_from <= last
        found.append((aired, due))
    return found


@pytest.fixture
def transactionless():
    """Each example in a savepoint that is undone: hypothesis shares one test's database."""
    from contextlib import contextmanager

    from django.db import transaction

    @contextmanager
    def undone():
        sid = transaction.savepoint()
        try:
            yield
        finally:
            transaction.savepoint_rollback(sid)

    return undone


def test_help_lines_count_those_whose_check_holds():
    from tests.campaigns.making import make_hotline

    make_hotline("111", days=30)
    make_hotline("1800", days=None)
    today = timezone.localdate()
    scope = Scope(communes=AdministrativeUnit.objects.none(), first=today, last=today)
    assert Hotline.objects.count() == 2
    assert REGISTRY["hotlines-fresh"].count(scope) == Value(1, 2)


def test_every_indicator_is_documented_and_opens():
    make_commune()
    today = timezone.localdate()
    scope = Scope(communes=AdministrativeUnit.objects.current().communes(), first=today, last=today)
    for one in REGISTRY.values():
        value = one.count(scope)
        assert one.name, one.key
        assert one.numerator, one.key
        assert (value.whole is None) == (one.denominator == ""), one.key
        assert one.rule >= 1
        assert list(one.rows(scope)) == []


def test_a_share_of_nothing_is_no_share():
    assert Value(0, 0).share is None
    assert [Value(9, 10).reaches(90), Value(9, 10).reaches(91), Value(0, 0).reaches(1)] == [True, False, False]
