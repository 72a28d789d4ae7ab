"""Trained / should be: who counts, from which day, after transfers and mergers, and who may look."""

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from courses.certificates import issue_certificate, months_later, revoke_certificate
from courses.compliance import figures, gaps, running_out
from courses.models import Enrolment
from people.roles import Role
from places.models import AdministrativeUnit
from tests.courses.making import make_course, make_requirement
from tests.factories import make_commune, make_user, merge, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    """A duty that asks for one course within six months."""
    return make_requirement()


def everywhere():
    return AdministrativeUnit.objects.current()


def numbers(count):
    return (count.should, count.trained, count.in_time, count.gaps)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 24), 24, date(2028, 11, 24)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_months_later(day, months, expected):
    assert months_later(day, months) == expected


def test_trained_in_time_and_missing_are_told_apart_on_every_day(asked):
    duty, course = asked
    manager = make_user(role=Role.COURSE_MANAGER)
    old = today() - timedelta(days=300)
    trained = make_user(role=Role.TRAINEE, duties=[duty], starts_on=old)
    make_user(role=Role.TRAINEE, duties=[duty], starts_on=old)
    make_user(role=Role.TRAINEE, duties=[duty], starts_on=today())
    make_user(role=Role.TRAINEE, starts_on=old)
    paper = issue_certificate(
        holder=trained, course=course, on=today() - timedelta(days=100), signer="Ký", actor=manager
    )
    assert numbers(figures(units=everywhere()).total) == (3, 1, 1, 1)
    assert numbers(figures(units=everywhere(), on=today() - timedelta(days=101)).total) == (2, 0, 0, 2)
    assert numbers(figures(units=everywhere(), on=old).total) == (2, 0, 2, 0)
    revoke_certificate(certificate=paper, reason="Cấp nhầm", actor=manager)
    assert numbers(figures(units=everywhere()).total) == (3, 0, 1, 2)
    assert numbers(figures(units=everywhere(), on=today() - timedelta(days=1)).total) == (2, 1, 0, 1)
    assert [gap.overdue for gap in gaps(units=everywhere())] == [True, True, False]


def test_merged_commune_carries_its_officers_over_and_a_double_post_counts_once(asked):
    duty, _course = asked
    old, new = make_commune("Xã Cũ", valid_from=date(2021, 1, 1)), make_commune("Xã Mới")
    merge(old, new)
    person = make_user(role=Role.TRAINEE, area=old, duties=[duty])
    second = person.memberships.get()
    second.pk, second.role, second.area = None, Role.TRAINER, new
    second.save()
    second.duties.set([duty])
    found = figures(units=everywhere())
    assert numbers(found.total)[0] == 1
    assert {unit: count.should for unit, count in found.units.items()} == {new.pk: 1}
    assert len(gaps(units=everywhere())) == 1


def test_board_and_spreadsheet_show_only_the_readers_area(client, asked):
    duty, _course = asked
    own, peer = make_commune("Xã Ta"), make_commune("Xã Bạn")
    make_user(role=Role.TRAINEE, area=own, duties=[duty], name="Người Của Ta")
    make_user(role=Role.TRAINEE, area=peer, duties=[duty], name="Người Của Bạn")
    seen = {}
    for name, user in {
        "owner": make_user(role=Role.PROGRAMME_MANAGER, area=own),
        "peer": make_user(role=Role.PROGRAMME_MANAGER, area=peer),
        "province": make_user(role=Role.SUPERVISOR),
        "trainee": make_user(role=Role.TRAINEE, area=own),
    }.items():
        client.force_login(user)
        page = client.get("/vi/khoa-hoc/da-hoc/")
        text = page.content.decode()
        seen[name] = (page.status_code, "Người Của Ta" in text, "Người Của Bạn" in text)
    client.logout()
    seen["outsider"] = (client.get("/vi/khoa-hoc/da-hoc/").status_code, False, False)
    assert seen == {
        "owner": (200, True, False),
        "peer": (200, False, True),
        "province": (200, True, True),
        "trainee": (403, False, False),
        "outsider": (302, False, False),
    }
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER, area=own))
    assert client.get(f"/vi/khoa-hoc/da-hoc/?area={peer.pk}").status_code == 404
    book = load_workbook(io.BytesIO(client.get("/vi/khoa-hoc/da-hoc.xlsx").content))
    assert [row[0].value for row in book.worksheets[1].iter_rows(min_row=2)] == ["Người Của Ta"]


def test_figures_cost_the_same_for_one_officer_and_for_many(asked, django_assert_num_queries):
    duty, _course = asked
    make_user(role=Role.TRAINEE, duties=[duty])
    with django_assert_num_queries(5):
        figures(units=everywhere())
    for number in range(5):
        make_user(role=Role.TRAINEE, duties=[duty], area=make_commune(f"Xã {number}"))
    with django_assert_num_queries(5):
        assert figures(units=everywhere()).total.should == 6


def test_each_gap_names_the_next_class_that_has_a_seat(client, asked):
    from tests.courses.test_runs import enrol, make_run

    duty, course = asked
    area, manager = make_commune("Xã Ta"), make_user(role=Role.COURSE_MANAGER)
    first, _second = (make_user(role=Role.TRAINEE, area=area, duties=[duty]) for _ in range(2))
    head = make_user(role=Role.PROGRAMME_MANAGER, area=area)
    client.force_login(head)
    assert "chưa có lớp" in client.get("/vi/khoa-hoc/da-hoc/").content.decode()
    full, free = make_run(manager, course, seats=1), make_run(manager, course, seats=1)
    make_run(manager, course, announced=False)
    enrol(full, first, manager)
    html = client.get("/vi/khoa-hoc/da-hoc/").content.decode()
    assert (html.count(f"/lop/{free.pk}/"), html.count(f"/lop/{full.pk}/")) == (1, 1)
    page = client.get(f"/vi/khoa-hoc/lop/{free.pk}/").content.decode()
    assert page.count('name="nominate-missing"') == 2


def test_one_tap_names_a_person_of_ones_unit_for_the_next_class(client, asked):
    from tests.courses.test_runs import make_run

    duty, course = asked
    area, manager = make_commune("Xã Ta"), make_user(role=Role.COURSE_MANAGER)
    person = make_user(role=Role.TRAINEE, area=area, duties=[duty], name="Người Của Ta")
    stranger = make_user(role=Role.TRAINEE, area=make_commune("Xã Bạn"), duties=[duty])
    run = make_run(manager, course, seats=3)
    page, form = f"/vi/khoa-hoc/da-hoc/?area={area.pk}&on={today()}", {"user": person.pk, "run": run.pk}
    client.force_login(make_user(role=Role.SUPERVISOR))
    assert 'name="run"' not in client.get(page).content.decode()
    client.post(page, form)
    assert Enrolment.objects.count() == 0
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER, area=area))
    assert client.get(page).content.decode().count('name="run"') == 1
    for bad in ({}, {"user": "x", "run": run.pk}, {"user": person.pk, "run": "9" * 40}, {"user": 10**9, "run": run.pk}):
        assert client.post(page, bad).status_code == 404
    client.post(page, form | {"user": stranger.pk})
    assert Enrolment.objects.count() == 0
    for _again in range(2):
        answer = client.post(page, form, follow=True)
        assert answer.redirect_chain == [(f"{page}#missing-{person.pk}-{course.pk}", 302)]
        assert f'id="missing-{person.pk}-{course.pk}"' in answer.content.decode()
        assert "Đã cử Người Của Ta" in answer.content.decode()
    assert [(one.user, one.state) for one in Enrolment.objects.all()] == [(person, "nominated")]
    html = client.get(page).content.decode()
    assert ("đã cử, chờ duyệt" in html, 'name="run"' in html) == (True, False)
    Enrolment.objects.update(state="declined")
    assert "đã được quyết định" in client.post(page, form, follow=True).content.decode()


def test_who_runs_out_within_ninety_days_is_listed_by_the_day_and_not_who_renewed(client, asked):
    duty, course = asked
    manager = make_user(role=Role.COURSE_MANAGER)
    soon, later, renewed, other = (make_user(role=Role.TRAINEE, duties=[duty], name=f"Người {n}") for n in range(4))
    for person, days in ((soon, 300), (later, 200), (renewed, 300)):
        issue_certificate(holder=person, course=course, on=today() - timedelta(days=days), signer="Ký", actor=manager)
    issue_certificate(
        holder=other, course=make_course("khac", validity_months=1), on=today(), signer="Ký", actor=manager
    )
    assert {one.user for one in running_out(units=everywhere())} == {soon.pk, renewed.pk}
    issue_certificate(holder=renewed, course=course, on=today(), signer="Ký", actor=manager)
    (found,) = running_out(units=everywhere())
    paper = soon.certificates.get()
    assert (found.user, found.due_on) == (soon.pk, paper.valid_until)
    # On the day it ends it is a gap, no longer something that runs out; long before it is neither.
    assert running_out(units=everywhere(), on=paper.valid_until - timedelta(days=91)) == []
    assert running_out(units=everywhere(), on=paper.valid_until) == []
    client.force_login(make_user(role=Role.SUPERVISOR))
    html = client.get("/vi/khoa-hoc/da-hoc/").content.decode()
    assert "hết hạn trong 90 ngày" in html
    book = load_workbook(io.BytesIO(client.get("/vi/khoa-hoc/da-hoc.xlsx").content))
    assert [row[0].value for row in book.worksheets[2].iter_rows(min_row=2)] == ["Người 0"]


def test_board_costs_the_same_for_one_gap_and_for_many(client, asked):
    from tests.courses.test_runs import make_run

    duty, course = asked
    make_run(make_user(role=Role.COURSE_MANAGER), course, seats=3)
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    costs = []
    for count in (1, 6):
        for number in range(count):
            make_user(role=Role.TRAINEE, duties=[duty], area=make_commune(f"Xã {count} {number}"))
        client.get("/vi/khoa-hoc/da-hoc/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/vi/khoa-hoc/da-hoc/")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 34
