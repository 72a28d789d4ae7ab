"""Attendance: one request, sent twice without harm, ways that disagree, the rule, and who may take it."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import DomainError
from courses import runs
from courses.attendance import attended, card_code, decide, enter_code, record_roll, screen_code
from courses.completion import completed
from courses.models import Certificate, CourseRun, Mark, Session
from media import jobs
from media.models import Job
from people.roles import Role
from tests.courses.making import make_course
from tests.courses.test_runs import enrol
from tests.factories import make_commune, make_user

NOW = timezone.now()
HOUR = timedelta(hours=1)


@pytest.fixture
def manager(db):
    return make_user(role=Role.COURSE_MANAGER)


@pytest.fixture
def trainer(db):
    return make_user(role=Role.TRAINER)


def make_class(manager, trainer, people, hours=((-50, -47), (-26, -25))) -> CourseRun:
    """Sessions by their hours from now."""
    run = runs.save_run(
        run=CourseRun(course=make_course(validity_months=24), seats=60, place="Hội trường"),
        trainers=[trainer],
        actor=manager,
    )
    for begins, ends in hours:
        runs.add_session(run=run, starts_at=NOW + begins * HOUR, ends_at=NOW + ends * HOUR, actor=manager)
    runs.announce(run=run, actor=manager)
    for one in people:
        enrol(run, one, manager)
    return run


def trainees(count: int):
    area = make_commune("Xã Một")
    return [make_user(role=Role.TRAINEE, area=area, name=f"Học Viên {n:02}") for n in range(count)]


def roll(session, trainer, present, absent=(), client_uuid=None, **more):
    there = {one.pk for one in present}
    return record_roll(
        session=session, present=there, listed=there | {one.pk for one in absent},
        client_uuid=client_uuid or uuid.uuid4(), at=more.pop("at", NOW), actor=trainer, **more,
    )  # fmt: skip


def test_forty_are_marked_in_one_request_and_a_second_sending_adds_nothing(
    client, manager, trainer, django_assert_max_num_queries
):
    people = trainees(40)
    run = make_class(manager, trainer, people)
    first = run.sessions.first()
    client.force_login(trainer)
    page = f"/vi/khoa-hoc/lop/{run.pk}/buoi/{first.pk}/"
    html = client.get(page).content.decode()
    assert html.count('name="present"') == 40
    form = {
        "client_uuid": uuid.uuid4().hex, "client_time": NOW.isoformat(), "listed": [one.pk for one in people],
        "present": [one.pk for one in people[:38]], "cards": f"{people[0].pk} {people[1].pk}",
    }  # fmt: skip
    with django_assert_max_num_queries(30):
        answer = client.post(page, form, headers={"accept": "application/json"})
    assert answer.json() == {"message": "Đã nhận: 38 người có mặt, 2 người vắng."}
    client.post(page, form, headers={"accept": "application/json"})
    assert (Mark.objects.filter(way="roll").count(), Mark.objects.filter(way="card").count()) == (40, 2)
    assert client.get(page).content.decode().count(" checked>") == 38


@pytest.mark.parametrize(
    "broken",
    [
        {"client_uuid": "khong-phai"}, {"present": ["999999"]}, {"listed": ["mot"]}, {"listed": ["-1"]},
        {"client_time": (NOW + timedelta(days=2)).isoformat()}, {"cards": "x y"}, {"client_uuid": ""}, {"client_uuid": "\u0000"},
        {"client_uuid": "0" * 31}, {"client_time": (NOW + timedelta(hours=3)).isoformat()}, {"listed": []}, {"listed": ["1.0"]},
        {"listed": ["１２"]}, {"listed": ["9" * 16]}, {"listed": ["1e3"]}, {"listed": [" "]}, {"present": ["<b>"]},
        {"present": ["0x10"]}, {"present": ["None"]}, {"present": ["1 OR 1=1"]}, {"cards": "1,2"}, {"cards": "9" * 40},
        {"cards": "1 " * 5001}, {"listed": ["999999"]},
    ],
)  # fmt: skip
def test_broken_roll_calls_are_refused_in_words_and_record_nothing(client, manager, trainer, broken):
    (person,) = trainees(1)
    run = make_class(manager, trainer, [person])
    client.force_login(trainer)
    form = {
        "client_uuid": uuid.uuid4().hex,
        "client_time": NOW.isoformat(),
        "listed": [person.pk],
        "present": [person.pk],
    }
    page = f"/vi/khoa-hoc/lop/{run.pk}/buoi/{run.sessions.first().pk}/"
    answer = client.post(page, form | broken, headers={"accept": "application/json"})
    assert (answer.status_code, Mark.objects.count()) == (409, 0)
    assert len(answer.json()["message"]) > 20


def test_ways_that_disagree_are_listed_and_hold_the_certificate_until_decided(client, manager, trainer):
    first, second, third = trainees(3)
    run = make_class(manager, trainer, [first, second, third])
    one, two = run.sessions.all()
    roll(one, trainer, [first, third], [second])
    roll(two, trainer, [first, second], [third])
    roll(one, trainer, [second], way="sheet")
    shares = {row.enrolment.user: row.share for row in attended(run)}
    assert shares == {first: 1.0, second: 1.0, third: 0.75}
    assert completed(run) == [first]
    client.force_login(trainer)
    page = f"/vi/khoa-hoc/lop/{run.pk}/chuyen-can/"
    html = client.get(page).content.decode()
    assert ("Các cách ghi không khớp" in html, html.count("why-")) == (True, 2)
    client.post(page, {"session": one.pk, "user": second.pk, "present": "1", "reason": ""})
    assert completed(run) == [first]
    client.post(page, {"session": one.pk, "user": second.pk, "present": "1", "reason": "Đến muộn sau khi gọi tên"})
    assert completed(run) == [first, second]
    assert Mark.objects.filter(user=second, session=one).count() == 3


def test_of_one_way_the_latest_counts_by_the_phones_time(manager, trainer):
    (person,) = trainees(1)
    run = make_class(manager, trainer, [person])
    session = run.sessions.first()
    roll(session, trainer, [], [person], at=NOW - HOUR)
    roll(session, trainer, [person], at=NOW - 2 * HOUR)
    assert attended(run)[0].share == 0
    roll(session, trainer, [person], at=NOW)
    assert attended(run)[0].share == 0.75


def test_code_on_the_screen_is_taken_for_three_minutes_from_who_has_a_seat(client, manager, trainer):
    person, other = trainees(1)[0], make_user(role=Role.TRAINEE)
    run = make_class(manager, trainer, [person], hours=((-1, 1),))
    session = run.sessions.get()
    now = timezone.now()
    for wrong in ("", "ABCDE", screen_code(session, now, 4), screen_code(Session(pk=session.pk + 1), now)):
        with pytest.raises(DomainError):
            enter_code(run=run, user=person, text=wrong, client_uuid=uuid.uuid4())
    with pytest.raises(DomainError):
        enter_code(run=run, user=other, text=screen_code(session), client_uuid=uuid.uuid4())
    client.force_login(person)
    page = f"/vi/khoa-hoc/lop/{run.pk}/"
    assert "Mã trên màn hình" in client.get(page).content.decode()
    form = {"act": "code", "code": screen_code(session, now, 1).lower(), "client_uuid": uuid.uuid4().hex}
    client.post(page, form)
    client.post(page, form)
    assert list(Mark.objects.values_list("user", "way", "present")) == [(person.pk, "code", True)]


def test_a_card_is_a_qr_code_that_phones_read(client, manager, monkeypatch):
    made = []
    monkeypatch.setattr(
        "segno.QRCode.svg_data_uri", lambda code, **look: made.append((code.designator, look["border"]))
    )
    client.force_login(manager)
    client.get("/vi/khoa-hoc/the-cua-toi/")
    assert made == [("1-H", 4)]


def test_cards_differ_and_stay(manager, trainer):
    people = trainees(30)
    assert len({card_code(one) for one in people}) == 30
    assert card_code(people[0]) == card_code(people[0])


def test_only_the_trainers_and_keepers_of_a_class_take_its_attendance(client, manager, trainer):
    (person,) = trainees(1)
    run = make_class(manager, trainer, [person])
    session = run.sessions.first()
    people = {
        "trainer": trainer, "keeper": manager, "other trainer": make_user(role=Role.TRAINER), "person": person,
        "peer": make_user(role=Role.COURSE_MANAGER, area=make_commune("Xã Bên")), "stranger": None,
    }  # fmt: skip
    got = {}
    for name, user in people.items():
        client.force_login(user) if user else client.logout()
        base = f"/vi/khoa-hoc/lop/{run.pk}/"
        got[name] = {
            client.get(base + end).status_code
            for end in (f"buoi/{session.pk}/", f"buoi/{session.pk}/ma/", f"buoi/{session.pk}.pdf", "chuyen-can/")
        }
    assert got == {
        "trainer": {200}, "keeper": {200}, "other trainer": {404}, "person": {404}, "peer": {404}, "stranger": {302},
    }  # fmt: skip
    for user in (people["other trainer"], person):
        with pytest.raises(DomainError):
            roll(session, user, [person])
        with pytest.raises(DomainError):
            decide(session=session, user=person, present=True, reason="Vì sao", actor=user)


def test_no_roll_before_the_session_or_after_it_was_called_off(manager, trainer):
    (person,) = trainees(1)
    run = make_class(manager, trainer, [person], hours=((-3, -2), (30, 31)))
    first, later = run.sessions.all()
    with pytest.raises(DomainError):
        roll(later, trainer, [person])
    runs.cancel_session(session=first, actor=manager)
    first.refresh_from_db()
    with pytest.raises(DomainError):
        roll(first, trainer, [person])


def test_who_completed_the_class_receives_a_certificate_with_its_days_once(client, manager, trainer):
    people = trainees(3)
    run = make_class(manager, trainer, people)
    for session in run.sessions.all():
        roll(session, trainer, people[:2], people[2:])
    page = f"/vi/khoa-hoc/lop/{run.pk}/chuyen-can/"
    client.force_login(trainer)
    client.post(page, {"issue": "1", "signer": "Ký"})
    assert Certificate.objects.count() == 0
    client.force_login(manager)
    client.post(page, {"issue": "1", "signer": "Ký"})
    jobs.run(Job.objects.get(kind="certificates").pk)
    assert sorted(one.holder_id for one in Certificate.objects.all()) == [one.pk for one in people[:2]]
    paper = Certificate.objects.first()
    assert (paper.held_from, paper.held_until) == tuple(
        timezone.localdate(at) for at in (NOW - 50 * HOUR, NOW - 25 * HOUR)
    )
    client.post(page, {"issue": "1", "signer": "Ký"})
    assert Certificate.objects.count() == 2


@pytest.mark.journey
def test_trainer_calls_the_roll_without_a_connection(site_frame, visit, enter):
    manager, trainer = make_user(role=Role.COURSE_MANAGER), make_user(role=Role.TRAINER)
    people = trainees(5)
    run = make_class(manager, trainer, people)
    session = run.sessions.first()
    page = visit("/vi/")
    enter(page, trainer)
    page.goto(f"/vi/khoa-hoc/lop/{run.pk}/buoi/{session.pk}/")
    page.context.set_offline(True)
    page.fill("#roll-card", card_code(people[3]).lower())
    page.press("#roll-card", "Enter")
    assert page.is_checked(f"#p{people[3].pk}")
    page.click("#roll-all")
    page.uncheck(f"#p{people[0].pk}")
    page.click("form#roll button.wide")
    page.click("form#roll button.wide")
    page.locator("#roll-note", has_text="Chưa có mạng").wait_for()
    assert Mark.objects.count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    # The tab is closed and opened again: what waits is still there and is sent.
    context = page.context
    address = page.url
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(address)
    again.locator("#roll-note", has_text="4 người có mặt, 1 người vắng").wait_for()
    assert dict(Mark.objects.filter(way="roll").values_list("user", "present")) == {
        one.pk: one != people[0] for one in people
    }
    assert Mark.objects.filter(way="roll").count() == 5
    assert Mark.objects.filter(way="card").get().user == people[3]
