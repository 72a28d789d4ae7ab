"""The figures beside broadcast and sessions, each beside an independent slow count, over merged, split and moved communes,
officers who changed their post, late and voided records; and that parts add up to the whole where they say so."""

import uuid
from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Locale

from campaigns.models import (
    Airing,
    DirectSession,
    Event,
    MaterialPage,
    ModelEvent,
    Pledge,
    PreventionModel,
    RolledPlan,
    Rollout,
    Season,
    SpeakerCluster,
    Station,
)
from courses.models import Attempt, Certificate, Grading, Register, Requirement
from people.membership import grant_membership
from people.models import Membership
from people.roles import Role
from places.models import AdministrativeUnit, Settlement
from reports.indicators import REGISTRY, Scope, Value
from reports.models import Report, ReportingPeriod, ReportRequest
from tests.campaigns.making import make_hotline
from tests.campaigns.pages.making import draft_material, make_material, make_site
from tests.campaigns.released import make_released
from tests.courses.making import make_course
from tests.courses.quizzing import make_question, make_quiz
from tests.courses.test_lineage import take
from tests.courses.test_runs import enrol, make_run
from tests.factories import make_commune, make_duty, make_organisation, make_province, make_user
from tests.reports.making import make_form
from tests.reports.test_indicators import (
    DAYS,
    FIRST,
    LAST,
    _at,
    _becomes,
    _counts,
    _fate,
    _unit_of,
    _world,
    transactionless,  # noqa: F401 (a fixture)
    worlds,
)

pytestmark = pytest.mark.django_db
FATES = st.sampled_from(["stands", "voided", "void-later", "late"])
KINDS = ("talk", "mobile", "school")
offsets, units = st.integers(0, DAYS), st.integers(0, 3)


def some(*parts, most: int = 6):
    return st.lists(st.tuples(*parts), max_size=most)


def day(offset: int) -> date:
    return FIRST + timedelta(days=offset)


SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def scope_of(chosen) -> Scope:
    ids = [unit.pk for unit in chosen]
    return Scope(communes=AdministrativeUnit.objects.filter(pk__in=ids), first=FIRST, last=LAST)


def half() -> list[AdministrativeUnit]:
    return list(AdministrativeUnit.objects.current(LAST).communes().order_by("pk"))[::2]


def agree(scope: Scope, slow: dict) -> None:
    assert {key: REGISTRY[key].count(scope) for key in slow} == slow


@SLOW
@given(
    changes=worlds, rollouts=some(st.integers(0, 7), offsets, FATES), pledges=some(st.integers(0, 7), offsets, FATES),
    lines=some(units, offsets, st.sampled_from(["running", "paused", "activity", "ended"]), FATES),
    rallies=st.lists(st.tuples(units, offsets, st.sampled_from(["planned", "cancelled", "postponed"]), st.booleans()),
                     max_size=3, unique_by=lambda one: one[0]),
)  # fmt: skip
def test_duties_of_the_villages(transactionless, changes, rollouts, pledges, lines, rallies):  # noqa: F811
    with transactionless():
        there = _world(changes)
        actor, province = make_user(role=Role.PROGRAMME_MANAGER), make_province()
        homes = [
            Settlement.objects.create(commune=unit, name=f"Thôn {n}", valid_from=FIRST) for unit in there for n in "ab"
        ]
        gone = homes[3]
        gone.valid_until = day(200)
        gone.save()
        plans = [
            RolledPlan.objects.create(
                area=province, number=number, name="Thử", starts_on=begins, ends_on=date(2030, 1, 1)
            )
            for number, begins in (("1", date(2021, 1, 1)), ("2", day(30)), ("3", date(2026, 2, 1)))
        ]
        for home, offset, fate in rollouts:
            Rollout.objects.create(
                plan=plans[1], settlement=homes[home], done_on=day(offset), form="meeting", evidence="biên bản",
                recorded_by=actor, **_fate(fate, day(offset), actor),
            )  # fmt: skip
        for number, (home, offset, fate) in enumerate(pledges, start=1):
            Pledge.objects.create(
                settlement=homes[home], number=number, signed_on=day(offset), recorded_by=actor,
                **_fate(fate, day(offset), actor),
            )  # fmt: skip
        models = [
            PreventionModel.objects.create(
                commune=_unit_of(unit, day(place * 40)), name=f"M{place}", since=day(place * 40)
            )
            for place, unit in enumerate(there)
        ]
        for place, offset, kind, fate in lines:
            ModelEvent.objects.create(model=models[place], kind=kind, on=day(offset), recorded_by=actor,
                                      **_fate(fate, day(offset), actor))  # fmt: skip
        season = _season(province, actor)
        for place, offset, status, shown in rallies:
            commune = _unit_of(there[place], day(offset))
            # Two that have merged by then hold one rally.
            if season.events.filter(commune=commune).exists():
                continue
            Event.objects.create(
                season=season, commune=commune, title="T", summary="S", starts_at=_at(day(offset)),
                ends_at=_at(day(offset)) + timedelta(hours=2), programme="", speech="", plan_text="", status=status,
                status_note="" if status == "planned" else "bão", published_at=_at(FIRST) if shown else None,
            )  # fmt: skip
        chosen = half()
        ids = {unit.pk for unit in chosen}

        def here(unit_id: int) -> bool:
            return bool(_becomes(unit_id) & ids)

        living = [home for home in homes if here(home.commune_id) and home.pk != gone.pk]
        reached = {row.settlement_id for row in Rollout.objects.all() if _counts(row)} & {home.pk for home in living}
        signed = [row.number for row in Pledge.objects.all() if _counts(row) and here(row.settlement.commune_id)]
        running = 0
        for model in models:
            rows = [row for row in model.events.all() if _counts(row) and row.kind != "activity"]
            rows.sort(key=lambda row: (row.on, row.pk))
            running += here(model.commune_id) and bool(rows) and rows[-1].kind == "running"
        held = [
            one for one in Event.objects.all() if one.published_at and one.status == "planned" and here(one.commune_id)
        ]
        scope = scope_of(chosen)
        agree(
            scope,
            {
                "roll-out": Value(len(reached), len(living)), "pledges": Value(sum(signed)),
                "models-running": Value(running), "rallies": Value(len(held)),
            },
        )  # fmt: skip
        assert {row.settlement_id for row in REGISTRY["roll-out"].rows(scope)} == reached
        assert sum(row.number for row in REGISTRY["pledges"].rows(scope)) == sum(signed)
        assert set(REGISTRY["rallies"].rows(scope)) == set(held)


def _season(area, author) -> Season:
    at = _at(date(2025, 7, 30))
    return Season.objects.create(
        area=area, year=2025, theme="C", slogans="k", legal_basis="l", starts_on=FIRST, ends_on=LAST, hotline=make_hotline(),
        starts_at=at, ends_at=at + timedelta(hours=1), title="t", summary="s", programme="p", speech="d", plan_text="k",
        announcement="a", author=author,
    )  # fmt: skip


@SLOW
@given(
    changes=worlds,
    officers=some(units, units, st.integers(1, DAYS), st.sampled_from(["none", "valid", "over", "later", "ended"])),
)
def test_training_of_officers_who_move(transactionless, changes, officers):  # noqa: F811
    with transactionless():
        there = _world(changes)
        duty, actor = make_duty(), make_user()
        course, second = make_course(), make_course()
        for one in (course, second):
            Requirement.objects.create(duty=duty, course=one, valid_from=FIRST, within_months=3)
        Requirement.objects.create(duty=duty, course=make_course(), valid_from=date(2026, 3, 1))
        register = Register.objects.create(issuer=make_organisation(), year=2025)
        for number, (before, after, moved, state) in enumerate(officers, start=1):
            person = make_user()
            common = {"user": person, "role": Role.TRAINEE, "organisation": make_organisation(), "duties": [duty]}
            grant_membership(**common, area=_unit_of(there[before], FIRST), starts_on=FIRST, ends_on=day(moved))
            grant_membership(**common, area=_unit_of(there[after], day(moved)), starts_on=day(moved))
            if state != "none":
                Certificate.objects.create(
                    register=register, number=number, holder=person, course=course, holder_name="A", course_title="B",
                    hours=Decimal(8), signer="C, D", issued_on=day(1), issued_by=actor,
                    valid_from=LAST + timedelta(days=9) if state == "later" else day(1),
                    valid_until=day(300) if state == "over" else None, ended_on=day(90) if state == "ended" else None,
                )  # fmt: skip
        chosen = half()
        ids = {unit.pk for unit in chosen}
        held = {
            one.holder_id
            for one in Certificate.objects.all()
            if one.valid_from <= LAST and (one.valid_until is None or one.valid_until > LAST)
            and (one.ended_on is None or one.ended_on > LAST)
        }  # fmt: skip
        posts = [
            one for one in Membership.objects.filter(role=Role.TRAINEE)
            if one.starts_on <= LAST and (one.ends_on is None or one.ends_on > LAST) and _becomes(one.area_id) & ids
        ]  # fmt: skip
        people = {one.user_id for one in posts}
        scope = scope_of(chosen)
        agree(
            scope,
            {"officers-trained": Value(len(people & held), 2 * len(people)), "certificates": Value(len(people & held))},
        )
        assert {row.pk for row in REGISTRY["officers-trained"].rows(scope)} == {one.pk for one in posts}
        assert {row.holder_id for row in REGISTRY["certificates"].rows(scope)} == people & held


@SLOW
@given(
    changes=worlds, dues=st.lists(st.integers(185, DAYS), max_size=2, unique=True),
    sendings=some(st.integers(0, 1), units, st.integers(-20, 20), most=8),
)  # fmt: skip
def test_reports_in_time(transactionless, changes, dues, sendings):  # noqa: F811
    with transactionless():
        there, form, actor = _world(changes), make_form(), make_user()
        asked = []
        for offset in dues:
            period = ReportingPeriod.objects.create(
                area=form.area, name=f"{offset}", starts_on=FIRST, ends_on=FIRST + timedelta(days=offset)
            )
            asked.append(ReportRequest.objects.create(period=period, form=form, due_on=day(offset)))
        for place, unit, late in sendings:
            if place >= len(asked):
                continue
            request = asked[place]
            Report.objects.get_or_create(
                request=request, unit=_unit_of(there[unit], request.due_on),
                defaults={"state": "submitted", "frozen": {}, "sha256": "x", "signed_by": actor, "written_by": actor,
                          "signed_at": _at(request.due_on), "submitted_at": _at(request.due_on + timedelta(days=late))},
            )  # fmt: skip
        chosen = half()
        ids = {unit.pk for unit in chosen}
        owed = in_time = 0
        for request in asked:
            for unit in AdministrativeUnit.objects.filter(level="commune"):
                exists = unit.valid_from <= request.due_on and (
                    unit.valid_until is None or request.due_on < unit.valid_until
                )
                if exists and _becomes(unit.pk) & ids:
                    sent = Report.objects.filter(request=request, unit=unit).first()
                    owed += 1
                    in_time += bool(sent and timezone.localdate(sent.submitted_at) <= request.due_on)
        agree(scope_of(chosen), {"reports-in-time": Value(in_time, owed)})


@SLOW
@given(
    changes=worlds, airings=some(units, offsets, st.integers(0, 7), FATES, most=10),
    sessions=some(units, offsets, st.sampled_from(KINDS), FATES, most=10), known=st.integers(0, 12),
)  # fmt: skip
def test_a_later_knowledge_counts_what_came_after_the_period(transactionless, changes, airings, sessions, known):  # noqa: F811
    """Also: the last month's communes and settlements, and sessions by kind."""
    with transactionless():
        there = _world(changes)
        actor = make_user(role=Role.RADIO_OPERATOR)
        version = make_released(released_at=_at(FIRST), month=FIRST)
        homes, clusters = [], []
        for unit in there:
            station = Station.objects.create(commune=unit, name="Đài")
            for name in "ab":
                homes.append(Settlement.objects.create(commune=unit, name=f"Thôn {name}", valid_from=FIRST))
                cluster = SpeakerCluster.objects.create(station=station, name=f"Cụm {name}")
                cluster.settlements.set(homes[-1:])
                clusters.append(cluster)
        for place, offset, cluster, fate in airings:
            row = Airing.objects.create(
                version=version, commune=_unit_of(there[place], day(offset)), aired_at=_at(day(offset)), plays=2,
                minutes=Decimal("3.00"), operator=actor, **_fate(fate, day(offset), actor),
            )  # fmt: skip
            # Loudspeakers of another commune are refused when an airing is logged.
            row.clusters.set([clusters[place * 2 + cluster % 2]])
        for place, offset, kind, fate in sessions:
            DirectSession.objects.create(
                client_uuid=uuid.uuid4(), commune=_unit_of(there[place], day(offset)), held_at=_at(day(offset)), attendees=9,
                women=4, children=1, minority=2, leaflets=5, respected_persons=1, kind=kind, recorded_by=actor,
                **_fate(fate, day(offset), actor),
            )  # fmt: skip
        chosen = half()
        ids, until = {unit.pk for unit in chosen}, LAST + timedelta(days=known)
        end = timezone.make_aware(datetime(until.year, until.month, until.day)) + timedelta(days=1)

        def counts(row) -> bool:
            standing = row.received_at < end and (row.voided_at is None or row.voided_at >= end)
            return standing and bool(_becomes(row.commune_id) & ids)

        played, held = ([row for row in kind.objects.all() if counts(row)] for kind in (Airing, DirectSession))
        last = [row for row in played if row.aired_on.month == 12]
        here = {home.pk for home in homes if _becomes(home.commune_id) & ids}
        heard = {home.pk for row in last for cluster in row.clusters.all() for home in cluster.settlements.all()} & here
        aired = [unit for unit in chosen if any(unit.pk in _becomes(row.commune_id) for row in last)]
        communes = AdministrativeUnit.objects.filter(pk__in=ids)
        agree(
            Scope(communes=communes, first=FIRST, last=LAST, known=until),
            {
                "broadcast-plays": Value(2 * len(played)), "broadcast-communes": Value(len(aired), len(chosen)),
                "broadcast-settlements": Value(len(heard), len(here)), "sessions": Value(len(held)),
                "session-mobile": Value(sum(row.kind == "mobile" for row in held)),
                "session-school": Value(sum(row.kind == "school" for row in held)),
                "leaflets": Value(5 * len(held)), "respected-people": Value(len(held)),
                "session-minority": Value(2 * len(held), 9 * len(held)),
            },
        )  # fmt: skip
        # Where no commune was split, what adds up adds up.
        whole = Scope(communes=AdministrativeUnit.objects.current(LAST).communes(), first=FIRST, last=LAST, known=until)
        if not any(act == "split" for act, _offset in changes):
            parts = [
                Scope(communes=AdministrativeUnit.objects.filter(pk=unit.pk), first=FIRST, last=LAST, known=until)
                for unit in whole.communes
            ]
            for one in REGISTRY.values():
                if one.adds_up:
                    each = [one.count(part) for part in parts]
                    total = one.count(whole)
                    assert sum(value.part for value in each) == total.part, one.key
                    assert sum(value.whole or 0 for value in each) == (total.whole or 0), one.key


def test_what_trainings_taught_is_told_of_five_people_on():
    manager = make_user(role=Role.COURSE_MANAGER)
    course = make_course("ky-nang", organiser=manager.memberships.get().organisation)
    questions = [make_question(manager, organiser=course.organiser, code=f"c-{n}") for n in range(4)]
    pre, post = (make_quiz(manager, course, questions, purpose=one, is_shuffled=False) for one in ("pre", "post"))
    run, commune, other = make_run(manager, course, seats=30), make_commune("Xã Học"), make_commune("Xã Khác")
    rights = (1, 2, 3, 4, 4)
    for number, right in enumerate(rights):
        one = make_user(role=Role.TRAINEE, area=commune if number else other)
        enrol(run, one, manager)
        take(pre, run, one, right=1)
        take(post, run, one, right=right)
    # Who took one test only says nothing of what was learnt.
    half_way = make_user(role=Role.TRAINEE, area=commune)
    enrol(run, half_way, manager)
    take(pre, run, half_way, right=0)
    today, gain = timezone.localdate(), REGISTRY["learning-gain"]

    def of(*units, last=today) -> Scope:
        communes = AdministrativeUnit.objects.filter(pk__in=[unit.pk for unit in units])
        return Scope(communes=communes, first=last - timedelta(days=30), last=last)

    assert gain.count(of(commune, other)) == Value(sum(right - 1 for right in rights) / 4, 5)
    assert gain.count(of(commune)) == Value(0, 0)
    assert gain.count(of(commune, other, last=today - timedelta(days=1))) == Value(0, 0)
    assert list(gain.rows(of(commune, other))) == [run]


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


@pytest.fixture
def class_tested():
    """Eight people of two communes who took the tests before and after a class; the end of the year is today."""
    manager = make_user(role=Role.COURSE_MANAGER)
    course = make_course("ky-nang", organiser=manager.memberships.get().organisation)
    questions = [make_question(manager, organiser=course.organiser, code=f"c-{n}") for n in range(2)]
    quizzes = [make_quiz(manager, course, questions, purpose=one, is_shuffled=False) for one in ("pre", "post")]
    run, communes = make_run(manager, course, seats=30), [make_commune("Xã Học"), make_commune("Xã Khác")]
    people = [make_user(role=Role.TRAINEE, area=communes[0]) for _ in range(8)]
    for one in people:
        enrol(run, one, manager)
        for quiz in quizzes:
            take(quiz, run, one, right=1)
    return people, communes


@SLOW
@given(
    drawn=st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 4), st.integers(0, 4), st.integers(-20, 400), st.sampled_from([1, 1, 1, 2])),
        min_size=8, max_size=8,
    ),
)  # fmt: skip
def test_what_trainings_taught_beside_a_slow_sum(transactionless, class_tested, drawn):  # noqa: F811
    people, communes = class_tested
    last = timezone.localdate()
    first = last - timedelta(days=364)
    with transactionless():
        for person, (place, before, after, ago, number) in zip(people, drawn, strict=True):
            Membership.objects.filter(user=person).update(area=communes[place])
            # The test before the class comes five days earlier; a second attempt says nothing.
            for purpose, points, day in (("pre", before, ago + 5), ("post", after, ago)):
                mine = Attempt.objects.filter(enrolment__user=person, quiz__purpose=purpose)
                Grading.objects.filter(attempt__in=mine).update(points=points, out_of=4)
                mine.update(closed_at=_noon(last - timedelta(days=day)))
            Attempt.objects.filter(enrolment__user=person, quiz__purpose="post").update(number=number)
        for chosen in ([0], [1], [0, 1]):
            found = [
                (after - before) / 4
                for place, before, after, ago, number in drawn
                if place in chosen and first <= last - timedelta(days=ago) <= last and number == 1
            ]
            scope = Scope(
                communes=AdministrativeUnit.objects.filter(pk__in=[communes[n].pk for n in chosen]),
                first=first,
                last=last,
            )
            few = Value(0, 0)
            assert REGISTRY["learning-gain"].count(scope) == (Value(sum(found), len(found)) if len(found) >= 5 else few)


@pytest.fixture
def materials():
    """Three materials in Vietnamese, two of them in English too, and one whose English page repeats the Vietnamese."""
    team, english = make_site(), Locale.objects.get(language_code="en")
    made = [make_material(team, f"Tài liệu {n}") for n in range(3)]
    for page in made[:2]:
        made.append(page.copy_for_translation(english, copy_parents=True))
    made.append(made[2].copy_for_translation(english, copy_parents=True, alias=True))
    return made


@SLOW
@given(
    drawn=st.lists(
        st.tuples(st.sampled_from(["poster", "leaflet", "skit"]), st.one_of(st.none(), st.integers(-20, 400))),
        min_size=6, max_size=6,
    ),
)  # fmt: skip
def test_materials_beside_a_slow_count(transactionless, materials, drawn):  # noqa: F811
    last = timezone.localdate()
    first, slow = last - timedelta(days=364), Counter()
    with transactionless():
        for page, (kind, ago) in zip(materials, drawn, strict=True):
            out = None if ago is None else last - timedelta(days=ago)
            MaterialPage.objects.filter(pk=page.pk).update(kind=kind, first_published_at=out and _noon(out))
            if out and first <= out <= last and page.alias_of_id is None:
                slow[kind, page.locale.language_code] += 1
        scope, found = Scope(communes=AdministrativeUnit.objects.none(), first=first, last=last), REGISTRY["materials"]
        assert found.count(scope) == Value(slow.total())
        assert {row.pk for row in found.rows(scope)} <= {page.pk for page in materials}
        kinds, languages = dict(MaterialPage.Kind.choices), dict(django_settings.LANGUAGES)
        parts = {(str(kinds[kind]), languages[code]): number for (kind, code), number in slow.items()}
        assert {(kind, language): number for kind, language, number in found.parts(scope)} == parts


def test_materials_are_counted_by_form_and_language_when_they_came_out():
    team, today = make_site(), timezone.localdate()
    for kind in ("poster", "poster", "leaflet"):
        made = make_material(team, f"Tài liệu {kind}", kind=kind)
    made.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True, alias=True)
    draft_material(team, "Chưa đăng")
    old = make_material(team, "Cũ")
    type(old).objects.filter(pk=old.pk).update(first_published_at=timezone.now() - timedelta(days=400))
    scope = Scope(communes=AdministrativeUnit.objects.none(), first=today - timedelta(days=364), last=today)
    found = REGISTRY["materials"]
    with override("vi"):
        assert (found.count(scope), found.parts(scope)) == (
            Value(3), [("áp phích", "Tiếng Việt", 2), ("tờ rơi", "Tiếng Việt", 1)]
        )  # fmt: skip
    assert found.rows(scope).count() == 3
