"""Classes: seats that are never given twice, quotas, the wait list, notices, copies, and who sees what."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from icalendar import Calendar

from core.errors import DomainError
from courses import runs, seats, surveys
from courses.analysis import learning
from courses.certificates import issue_certificate
from courses.models import CourseRun, Enrolment
from media import jobs
from media.models import Job
from people.roles import Role
from tests.courses.making import make_course
from tests.factories import make_commune, make_user, today


def at(days: int, hour: int) -> datetime:
    return datetime.combine(
        today() + timedelta(days=days), datetime.min.time(), timezone.get_current_timezone()
    ).replace(hour=hour)


def make_run(manager, course=None, *, announced=True, trainers=(), **fields) -> CourseRun:
    """A class of two half days in a week."""
    defaults = {"course": course or make_course(), "seats": 2, "place": "Hội trường"}
    run = runs.save_run(run=CourseRun(**(defaults | fields)), trainers=trainers, actor=manager)
    for day in (7, 8):
        runs.add_session(run=run, starts_at=at(day, 8), ends_at=at(day, 11), actor=manager)
    return runs.announce(run=run, actor=manager) if announced else run


@pytest.fixture
def manager(db):
    return make_user(role=Role.COURSE_MANAGER)


def enrol(run, user, manager) -> str:
    return seats.approve(enrolment=seats.nominate(run=run, user=user, actor=manager), actor=manager).state


def trainees(count: int, area=None):
    return [make_user(role=Role.TRAINEE, area=area or make_commune("Xã Một")) for _ in range(count)]


def mails(mailoutbox) -> list:
    for job in Job.objects.filter(kind="course-notice", state="queued"):
        jobs.run(job.pk)
    return [(one.to[0], one.subject.split(":")[0]) for one in mailoutbox]


def test_wait_list_moves_up_by_itself_and_everybody_is_told(manager, mailoutbox):
    run = make_run(manager)
    area = make_commune("Xã Một")
    first, second, third, fourth = trainees(4, area)
    assert [enrol(run, one, manager) for one in (first, second, third, fourth)] == [
        "booked",
        "booked",
        "waiting",
        "waiting",
    ]
    seats.withdraw(enrolment=run.enrolments.get(user=first), actor=first)
    states = {one.user: (one.state, one.seat) for one in run.enrolments.select_related("user")}
    assert states == {
        first: ("withdrawn", None),
        second: ("booked", 2),
        third: ("booked", 1),
        fourth: ("waiting", None),
    }
    assert [event.state for event in run.enrolments.get(user=third).events.all()] == ["nominated", "waiting", "booked"]
    assert mails(mailoutbox) == [
        (first.email, "Chỗ của bạn"), (second.email, "Chỗ của bạn"), (third.email, "Trong danh sách chờ"),
        (fourth.email, "Trong danh sách chờ"), (first.email, "Bạn không còn chỗ"), (third.email, "Chỗ của bạn"),
    ]  # fmt: skip
    # One session a file: an invitation holds one UID.
    books = [Calendar.from_ical(text) for _name, text, _kind in mailoutbox[-1].attachments]
    assert [(book["method"], len(book.walk("VEVENT")), book.walk("VEVENT")[0]["attendee"]) for book in books] == [
        ("REQUEST", 1, f"mailto:{third.email}"),
    ] * 2
    seats.withdraw(enrolment=run.enrolments.get(user=first), actor=first)
    assert run.enrolments.filter(state="booked").count() == 2


def test_seats_kept_for_a_unit_wait_for_it_until_their_day(manager):
    run = make_run(manager, seats=3, quotas_until=today() + timedelta(days=1))
    own, other = make_commune("Xã Có Chỗ"), make_commune("Xã Khác")
    runs.set_quota(run=run, area=own, seats=2, actor=manager)
    with pytest.raises(DomainError):
        runs.set_quota(run=run, area=other, seats=2, actor=manager)
    outside = trainees(3, other)
    assert [enrol(run, one, manager) for one in outside] == ["booked", "waiting", "waiting"]
    assert enrol(run, trainees(1, own)[0], manager) == "booked"
    assert seats.release_quotas() == 0
    assert seats.release_quotas(today() + timedelta(days=1)) == 0
    CourseRun.objects.update(quotas_until=today())
    assert (seats.release_quotas(), seats.release_quotas()) == (1, 0)
    assert run.enrolments.get(user=outside[1]).state == "booked"
    assert run.enrolments.get(user=outside[2]).state == "waiting"


def test_more_seats_let_the_list_move_and_fewer_than_taken_are_refused(manager):
    run = make_run(manager)
    people = trainees(3)
    for one in people:
        enrol(run, one, manager)
    run.seats = 3
    runs.save_run(run=run, trainers=[], actor=manager)
    assert run.enrolments.filter(state="booked").count() == 3
    run.seats = 2
    with pytest.raises(DomainError):
        runs.save_run(run=run, trainers=[], actor=manager)
    run.refresh_from_db()
    assert run.seats == 3
    seats.withdraw(enrolment=run.enrolments.get(user=people[0]), actor=manager)
    run.seats = 2
    runs.save_run(run=run, trainers=[], actor=manager)
    assert sorted(run.enrolments.filter(state="booked").values_list("seat", flat=True)) == [1, 2]


def test_who_is_named_must_serve_in_the_unit_and_have_done_what_comes_before(manager):
    before, course = make_course("truoc"), make_course("sau")
    course.prerequisites.add(before)
    own, peer = make_commune("Xã Ta"), make_commune("Xã Bạn")
    run, one = make_run(manager, course), make_user(role=Role.TRAINEE, area=own)
    head, neighbour = (
        make_user(role=Role.PROGRAMME_MANAGER, area=own),
        make_user(role=Role.PROGRAMME_MANAGER, area=peer),
    )
    for actor in (head, neighbour):
        with pytest.raises(DomainError):
            seats.nominate(run=run, user=one, actor=actor)
    issue_certificate(holder=one, course=before, on=today(), signer="Ký", actor=manager)
    with pytest.raises(DomainError):
        seats.nominate(run=run, user=one, actor=neighbour)
    assert seats.nominate(run=run, user=one, actor=head).area == own
    seats.nominate(run=run, user=one, actor=head)
    assert Enrolment.objects.get().events.count() == 1
    CourseRun.objects.update(nominate_until=today() - timedelta(days=1))
    with pytest.raises(DomainError):
        seats.nominate(run=run, user=make_user(role=Role.TRAINEE, area=own), actor=head)


def test_changes_and_cancelling_reach_calendars(manager, mailoutbox):
    run = make_run(manager)
    (person,) = trainees(1)
    enrol(run, person, manager)
    mails(mailoutbox)
    runs.cancel_session(session=run.sessions.last(), actor=manager)
    runs.cancel_session(session=run.sessions.last(), actor=manager)
    mails(mailoutbox)
    runs.cancel_run(run=run, reason="Mưa lũ", actor=manager)
    runs.cancel_run(run=run, reason="Mưa lũ", actor=manager)
    assert [subject for _to, subject in mails(mailoutbox)] == ["Chỗ của bạn", "Có thay đổi", "Đã huỷ"]
    books = [[Calendar.from_ical(text) for _name, text, _kind in one.attachments] for one in mailoutbox]
    assert [[(book["method"], str(book.walk("VEVENT")[0]["status"])) for book in some] for some in books] == [
        [("REQUEST", "CONFIRMED"), ("REQUEST", "CONFIRMED")],
        [("REQUEST", "CONFIRMED"), ("CANCEL", "CANCELLED")],
        [("CANCEL", "CANCELLED")],
    ]
    sequences = [some[0].walk("VEVENT")[0]["sequence"] for some in books]
    assert sequences == sorted(set(sequences))
    assert "Mưa lũ" in mailoutbox[-1].body
    with pytest.raises(DomainError):
        enrol(run, trainees(1)[0], manager)


def test_who_waits_sees_their_place_and_who_is_declined_the_reason(client, manager):
    run = make_run(manager, seats=1)
    area = make_commune("Xã Một")
    first, second, third, fourth = trainees(4, area)
    for one in (first, second, third):
        enrol(run, one, manager)
    seats.decline(
        enrolment=seats.nominate(run=run, user=fourth, actor=manager), reason="Đã học năm trước", actor=manager
    )
    page = {}
    for one in (second, third, fourth):
        client.force_login(one)
        page[one] = client.get(f"/vi/khoa-hoc/lop/{run.pk}/").content.decode()
    assert "Bạn đứng thứ 1 trong danh sách chờ" in page[second]
    assert "Bạn đứng thứ 2 trong danh sách chờ" in page[third]
    assert "Đã học năm trước" in page[fourth]


def test_all_who_are_named_are_approved_at_once_in_their_order(client, manager):
    run = make_run(manager)
    for one in trainees(4, make_commune("Xã Một")):
        seats.nominate(run=run, user=one, actor=manager)
    client.force_login(manager)
    address = f"/vi/khoa-hoc/lop/{run.pk}/"
    assert "Duyệt cả 4 người được cử" in client.get(address).content.decode()
    client.post(address, {"act": "approve-all"})
    assert [one.state for one in run.enrolments.order_by("pk")] == ["booked", "booked", "waiting", "waiting"]
    client.force_login(run.enrolments.first().user)
    assert client.post(address, {"act": "approve-all"}).status_code == 404


@pytest.mark.parametrize("day", ["2062-12-20", "1926-12-20", ""])
def test_a_mistyped_day_is_refused_and_said_at_the_top(client, manager, day):
    run = make_run(manager)
    client.force_login(manager)
    sent = {"act": "session", "session-day": day, "session-begins": "08:00", "session-ends": "11:00"}
    answer = client.post(f"/vi/khoa-hoc/lop/{run.pk}/", sent)
    assert (answer.status_code, run.sessions.count()) == (409, 2)
    assert '<a href="#session">' in answer.content.decode()


def test_units_name_nobody_for_a_class_that_is_over(client, manager):
    run = make_run(manager)
    area = make_commune("Xã Ta")
    head, (late, walked_in) = make_user(role=Role.PROGRAMME_MANAGER, area=area), trainees(2, area)
    client.force_login(head)
    page = f"/vi/khoa-hoc/lop/{run.pk}/"
    assert 'value="nominate"' in client.get(page).content.decode()
    run.sessions.update(starts_at=at(-2, 8), ends_at=at(-2, 11))
    assert 'value="nominate"' not in client.get(page).content.decode()
    with pytest.raises(DomainError, match="đã xong"):
        seats.nominate(run=run, user=late, actor=head)
    assert seats.nominate(run=run, user=walked_in, actor=manager).state == "nominated"


def test_a_class_that_takes_no_names_any_more_is_not_announced(manager):
    run = make_run(manager, announced=False, nominate_until=today() - timedelta(days=1))
    with pytest.raises(DomainError, match="đã qua"):
        runs.announce(run=run, actor=manager)


def test_copy_keeps_distances_and_hours_but_no_names(manager):
    run = make_run(manager, nominate_until=today() + timedelta(days=3))
    enrol(run, trainees(1)[0], manager)
    made = runs.copy_run(run=run, first_day=today() + timedelta(days=372), actor=manager)
    assert [one.starts_at for one in made.sessions.all()] == [at(372, 8), at(373, 8)]
    assert (made.announced_at, made.enrolments.count(), made.copied_from) == (None, 0, run)
    assert made.nominate_until == today() + timedelta(days=368)


def test_a_draft_is_seen_by_its_keepers_alone_and_names_by_their_unit(client, manager):
    own, peer = make_commune("Xã Ta"), make_commune("Xã Bạn")
    trainer = make_user(role=Role.TRAINER)
    draft, run = make_run(manager, announced=False, trainers=[trainer]), make_run(manager)
    person = make_user(role=Role.TRAINEE, area=own, name="Người Được Cử")
    enrol(run, person, manager)
    people = {
        "keeper": manager, "trainer": trainer, "own": make_user(role=Role.PROGRAMME_MANAGER, area=own),
        "peer": make_user(role=Role.PROGRAMME_MANAGER, area=peer), "person": person,
        "colleague": make_user(role=Role.TRAINEE, area=own), "stranger": None,
    }  # fmt: skip
    got = {}
    for name, user in people.items():
        client.force_login(user) if user else client.logout()
        pages = [client.get(f"/vi/khoa-hoc/lop/{pk}/") for pk in (draft.pk, run.pk)]
        changed = client.get(f"/vi/khoa-hoc/lop/{run.pk}/sua/").status_code
        got[name] = (*(page.status_code for page in pages), "Người Được Cử" in pages[1].content.decode(), changed)
    assert got == {
        "keeper": (200, 200, True, 200),
        "trainer": (200, 200, False, 403),
        "own": (404, 200, True, 403),
        "peer": (404, 200, False, 403),
        # One's own name stands on every page.
        "person": (404, 200, True, 403),
        "colleague": (404, 200, False, 403),
        "stranger": (302, 302, False, 302),
    }
    far = make_user(role=Role.COURSE_MANAGER, area=peer)
    client.force_login(far)
    assert client.post(f"/vi/khoa-hoc/lop/{run.pk}/", {"act": "announce"}).status_code == 404
    assert client.get(f"/vi/khoa-hoc/lop/{run.pk}/sua/").status_code == 404


def test_a_class_is_made_named_and_filled_by_the_pages(client, manager):
    course, area = make_course(), make_commune("Xã Ta")
    head, person = make_user(role=Role.PROGRAMME_MANAGER, area=area), make_user(role=Role.TRAINEE, area=area)
    client.force_login(manager)
    made = client.post(
        "/vi/khoa-hoc/lop/moi/", {"course": course.pk, "mode": "person", "place": "Hội trường", "seats": 1}
    )
    page = made["Location"]
    assert client.post(page, {"act": "announce"}).status_code == 302
    run = CourseRun.objects.get()
    assert run.announced_at is None
    form = {
        "act": "session",
        "session-day": f"{today() + timedelta(days=9)}",
        "session-begins": "08:00",
        "session-ends": "07:00",
    }
    assert client.post(page, form).status_code == 409
    client.post(page, form | {"session-ends": "11:30"})
    assert run.sessions.get().starts_at == at(9, 8)
    client.post(page, {"act": "announce"})
    client.force_login(head)
    assert client.post(page, {"act": "nominate", "nominate-people": ""}).status_code == 409
    client.post(page, {"act": "nominate", "nominate-people": person.email})
    assert client.post(page, {"act": "approve", "pk": run.enrolments.get().pk}).status_code == 403
    client.force_login(manager)
    client.post(page, {"act": "approve", "pk": run.enrolments.get().pk})
    assert run.enrolments.get().seat == 1
    client.force_login(person)
    assert "có chỗ" in client.get(page).content.decode()
    assert client.get(page.rstrip("/") + ".ics").content.count(b"BEGIN:VEVENT") == 1
    client.post(page, {"act": "withdraw", "pk": run.enrolments.get().pk})
    assert run.enrolments.get().state == "withdrawn"


def test_list_and_class_cost_the_same_for_one_and_for_many(client, manager, django_assert_max_num_queries):
    run = make_run(manager, seats=9)
    enrol(run, trainees(1)[0], manager)
    client.force_login(manager)
    for address in ("/vi/khoa-hoc/lop/", f"/vi/khoa-hoc/lop/{run.pk}/"):
        client.get(address)
        with django_assert_max_num_queries(36) as few:
            client.get(address)
        make_run(manager)
        for one in trainees(3):
            enrol(run, one, manager)
        with django_assert_max_num_queries(len(few.captured_queries)):
            client.get(address)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_never_one_more_than_the_seats_when_many_press_at_once():
    manager = make_user(role=Role.COURSE_MANAGER)
    run = make_run(manager, seats=5)
    people = trainees(18)
    named = [seats.nominate(run=run, user=one, actor=manager) for one in people]
    failed = []

    def work(mine):
        try:
            for place, one in enumerate(mine):
                seats.approve(enrolment=one, actor=manager)
                if place == 0:
                    seats.withdraw(enrolment=one, actor=one.user)
        except Exception as reason:
            failed.append(reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(named[n::6],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(run.enrolments.filter(state="booked").values_list("seat", flat=True)) == [1, 2, 3, 4, 5]
    assert run.enrolments.filter(state="waiting").count() == 18 - 6 - 5
    assert run.enrolments.filter(state="withdrawn").count() == 6


@pytest.mark.django_db
def test_demo_classes_are_filled_by_the_same_functions():
    from courses.attendance import attended
    from courses.demo.classes import load_classes
    from courses.demo.load import load_courses
    from courses.demo.quizzes import load_answers, load_bank
    from courses.models import Certificate

    for number in range(12):
        make_commune(f"Xã {number:02}")
    manager, trainer = make_user(role=Role.COURSE_MANAGER), make_user(role=Role.TRAINER)
    load_courses(organiser=manager.memberships.get().organisation)
    trainee = make_user(role=Role.TRAINEE, area=make_commune("Xã 00 B"))
    load_bank(actor=manager)
    held, coming = load_classes(manager=manager, trainer=trainer, trainee=trainee)
    alone = load_answers(held=held, manager=manager, trainer=trainer, trainee=trainee)
    assert alone.enrolments.get().user == trainee
    assert learning(held).whole.difference > 0.1
    assert [(one.kind, one.answered) for one in surveys.results(held)] == [("after", 6)]
    assert held.enrolments.filter(state="booked").count() == 8
    # One missed a morning of two, one waits for a decision.
    assert Certificate.objects.filter(course=held.course, issued_on=timezone.localdate()).count() == 6
    assert sum(cell.disagree for row in attended(held) for _session, cell in row.cells) == 1
    assert dict.fromkeys(coming.enrolments.values_list("state", flat=True)).keys() == {"booked", "waiting"}
