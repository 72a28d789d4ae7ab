"""Registering for an event: seats, the line, giving up, forgetting; a form without an account, a cookie or a puzzle."""

import re
import threading
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from campaigns.models import Event, Registration, Seating
from campaigns.season import bots, registrations, results, seasons
from campaigns.season.tickets import by_ticket, door_code, ticket_key
from core.errors import DomainError
from media import jobs
from media.models import Job
from people.roles import Role
from tests.campaigns.season.making import at, edited, fresh
from tests.factories import make_commune, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def seated(event, worker, seats=3, waiting_places=3, **more) -> Seating:
    return registrations.set_seating(event=event, actor=worker, seats=seats, waiting_places=waiting_places, **more)


def one(event, name="Người Thử", people=1, contact="", **more) -> Registration:
    said = {"kind": "unit" if people > 1 else "person", "unit": "Thôn thử" if people > 1 else ""} | more
    said |= {"contact": contact or f"{uuid.uuid4().hex[:8]}@thu.example", "people": people}
    return registrations.register(event=event, key=said.pop("key", None) or uuid.uuid4(), name=name, **said)


def line(event) -> list[tuple[int, str, int]]:
    return list(event.registrations.order_by("number").values_list("number", "state", "people"))


def work_off() -> None:
    while waiting := list(Job.objects.filter(state=Job.State.QUEUED).exclude(kind="kits").values_list("pk", flat=True)):
        for pk in waiting:
            jobs.run(pk)


@pytest.fixture
def quick(monkeypatch):
    """People who write fast."""
    monkeypatch.setattr(bots, "FASTEST", 0)


def note_of(page) -> str:
    return re.search(r'name="note" value="([^"]+)"', page.content.decode())[1]


SENT = {"kind": "person", "name": "Người Thử", "unit": "", "people": "1", "contact": "nguoi@thu.example"}


# Seats and the line -----------------------------------------------------------------------------------------------


def test_seats_then_the_line_then_no_more(open_event, worker):
    seated(open_event, worker, seats=3, waiting_places=2)
    made = [one(open_event).state for _n in range(5)]
    assert made == ["booked"] * 3 + ["waiting"] * 2
    with pytest.raises(DomainError, match="đầy"):
        one(open_event)
    seating = Seating.objects.get()
    assert (seating.taken, seating.waiting, seating.last_number) == (3, 2, 5)


def test_the_database_itself_refuses_one_seat_too_many(open_event, worker):
    seated(open_event, worker, seats=3)
    with pytest.raises(IntegrityError, match=r"campaigns_seating_never_one_too_many"), transaction.atomic():
        Seating.objects.update(taken=4)


def test_whoever_waits_moves_up_in_order_and_is_told(open_event, worker):
    seated(open_event, worker, seats=2, waiting_places=5)
    first, _second, third, _fourth = (one(open_event) for _n in range(4))
    work_off()
    mail.outbox.clear()
    registrations.cancel_registration(registration=first)
    assert line(open_event) == [(1, "cancelled", 1), (2, "booked", 1), (3, "booked", 1), (4, "waiting", 1)]
    work_off()
    (letter,) = mail.outbox
    assert letter.to == [third.contact]
    assert letter.subject.startswith("Đã có chỗ cho bạn")
    third.refresh_from_db()
    assert third.booked_at is not None


def test_nobody_is_overtaken_and_a_unit_may_come_with_fewer(open_event, worker):
    seated(open_event, worker, seats=4, waiting_places=20)
    one(open_event, people=3)
    unit, single = one(open_event, people=4), one(open_event)
    # One seat is free, but the unit stands first.
    assert [state for _n, state, _p in line(open_event)] == ["booked", "waiting", "waiting"]
    with pytest.raises(DomainError, match="ít người hơn"):
        registrations.come_with_fewer(registration=unit, people=5)
    assert registrations.come_with_fewer(registration=unit, people=1).state == "booked"
    assert registrations.people_before(single) == 0
    assert Registration.objects.get(pk=single.pk).state == "waiting"
    seating = Seating.objects.get()
    assert (seating.taken, seating.waiting) == (4, 1)


def test_new_seats_go_to_the_line_and_given_ones_stay(open_event, worker):
    seated(open_event, worker, seats=2, waiting_places=9)
    [one(open_event) for _n in range(5)]
    with pytest.raises(DomainError, match="2 chỗ"):
        seated(open_event, worker, seats=1, waiting_places=9)
    with pytest.raises(DomainError, match="3 người chờ"):
        seated(open_event, worker, seats=2, waiting_places=2)
    assert (seated(open_event, worker, seats=4, waiting_places=9).taken, Seating.objects.get().waiting) == (4, 1)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"status": "cancelled", "status_note": "Dịch"}, "đã huỷ"),
        ({"status": "postponed", "status_note": "Bão"}, "tạm hoãn"),
        ({"published_at": None}, "chưa được công bố"),
    ],
)
def test_what_does_not_take_place_takes_nobody(open_event, worker, changes, word):
    seated(open_event, worker)
    Event.objects.filter(pk=open_event.pk).update(**changes)
    with pytest.raises(DomainError, match=word):
        one(open_event)


def test_registration_closes_at_its_time_else_when_it_begins(open_event, worker):
    seated(open_event, worker, closes_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(DomainError, match="ngừng nhận"):
        one(open_event)
    seated(open_event, worker)
    one(open_event)
    with pytest.raises(DomainError, match="ngừng nhận"):
        one(at(open_event, timedelta(minutes=-1)))
    with pytest.raises(DomainError, match="không cần đăng ký"):
        one(
            seasons.make_kit(season=open_event.season, commune=make_commune("Xã Khác"), actor=open_event.season.author)[
                0
            ]
        )


def test_more_than_all_seats_is_refused_in_words(open_event, worker):
    seated(open_event, worker, seats=3, waiting_places=50)
    with pytest.raises(DomainError, match="Chỉ có 3 chỗ"):
        one(open_event, people=4)
    one(open_event, people=3)
    with pytest.raises(DomainError, match="đủ chỗ"):
        registrations.register(
            event=seated(open_event, worker, seats=60, waiting_places=0).event, key=uuid.uuid4(), kind="unit",
            name="Người", unit="Thôn", contact="a@thu.example", people=58,
        )  # fmt: skip


def test_the_same_form_twice_is_one_registration(open_event, worker):
    seated(open_event, worker)
    key = uuid.uuid4()
    first, second = one(open_event, key=key), one(open_event, key=key)
    assert (first.pk, Registration.objects.count(), Seating.objects.get().taken) == (second.pk, 1, 1)


# Forgetting -------------------------------------------------------------------------------------------------------


def test_giving_up_deletes_what_was_kept_at_once(open_event, worker):
    seated(open_event, worker)
    made = registrations.cancel_registration(registration=one(open_event, name="Tên Riêng", contact="0905123456"))
    assert (made.name, made.unit, made.contact, made.state) == ("", "", "", "cancelled")
    assert registrations.cancel_registration(registration=made).cancelled_at == made.cancelled_at


def test_contacts_are_deleted_days_after_the_report_was_approved(open_event, worker, manager):
    seated(open_event, worker)
    row = one(open_event)
    event = at(open_event, timedelta(hours=-3))
    result = results.begin_result(event=event, actor=worker)
    figures = result.figures | {"rallies": 1, "attendees": 40}
    results.save_result(result=result, actor=worker, text="Mít tinh đúng giờ.", **figures)
    results.submit_result(result=result, actor=worker)
    now = timezone.now()
    assert registrations.forget_due(now + timedelta(days=300)) == 0
    results.approve_result(result=result, actor=manager)
    days = event.season.keep_days
    assert registrations.forget_due(now + timedelta(days=days - 1)) == 0
    # Taken back for a correction: the days go on.
    results.take_back(result=fresh_result(result), actor=worker)
    assert registrations.forget_due(now + timedelta(days=days, hours=1)) == 1
    row.refresh_from_db()
    assert (row.name, row.unit, row.contact, row.people, row.state) == ("", "", "", 1, "booked")
    assert registrations.forget_due(now + timedelta(days=days, hours=2)) == 0


def fresh_result(result):
    return type(result).objects.select_related("event__commune").get(pk=result.pk)


def test_a_commune_that_never_reports_keeps_nobody_for_more_than_a_year(open_event, worker):
    seated(open_event, worker)
    one(open_event)
    event = at(open_event, timedelta(hours=-3))
    assert registrations.forget_due(event.ends_at + timedelta(days=364)) == 0
    assert registrations.forget_due(event.ends_at + timedelta(days=365)) == 1


# Letters ----------------------------------------------------------------------------------------------------------


def test_a_confirmation_with_a_calendar_file_and_the_ticket(open_event, worker):
    seated(open_event, worker)
    made = one(open_event, contact="nguoi@thu.example")
    work_off()
    (letter,) = mail.outbox
    assert letter.to == ["nguoi@thu.example"]
    assert ticket_key(made) in letter.body
    assert "30 ngày" in letter.body
    (name, book, kind) = letter.attachments[0]
    (entry,) = Calendar.from_ical(book).walk("VEVENT")
    assert (name, kind, entry["ATTENDEE"]) == (
        "su-kien.ics",
        "text/calendar; method=REQUEST",
        "mailto:nguoi@thu.example",
    )
    assert entry.decoded("DTSTART") == open_event.starts_at


def test_a_phone_number_gets_no_letter_and_a_job_names_nobody(open_event, worker):
    seated(open_event, worker)
    one(open_event, contact="0905123456")
    assert not Job.objects.filter(kind="event-notice").exists()
    one(open_event, name="Tên Riêng", contact="rieng@thu.example")
    assert "rieng" not in str(Job.objects.get(kind="event-notice").args)


def test_storm_moving_and_epidemic_are_sent_to_the_registered_once(open_event, worker):
    seated(open_event, worker, seats=1)
    booked, waiting = one(open_event), one(open_event)
    registrations.cancel_registration(registration=one(open_event, contact="di@thu.example"))
    work_off()
    mail.outbox.clear()
    seasons.set_status(event=open_event, actor=worker, status="postponed", note="Bão số 5.")
    work_off()
    work_off()
    assert {letter.to[0]: letter.subject.split(":")[0] for letter in mail.outbox} == {
        booked.contact: "Tạm hoãn", waiting.contact: "Tạm hoãn",
    }  # fmt: skip
    assert "Bão số 5." in mail.outbox[0].body
    mail.outbox.clear()
    edited(fresh(open_event), worker, place="Nhà văn hoá")
    edited(fresh(open_event), worker, summary="Chỉ đổi lời.")
    work_off()
    assert [letter.subject.split(":")[0] for letter in mail.outbox] == ["Có thay đổi"] * 2
    mail.outbox.clear()
    seasons.set_status(event=fresh(open_event), actor=worker, status="cancelled", note="Dịch bệnh.")
    work_off()
    _name, book, kind = mail.outbox[0].attachments[0]
    (entry,) = Calendar.from_ical(book).walk("VEVENT")
    assert (kind, entry["STATUS"]) == ("text/calendar; method=CANCEL", "CANCELLED")
    assert len(mail.outbox) == 2


# The form ---------------------------------------------------------------------------------------------------------


def test_a_stranger_registers_without_account_or_cookie(open_event, worker, quick):
    seated(open_event, worker)
    client, address = Client(enforce_csrf_checks=True), reverse("events:register", args=[open_event.pk])
    public = client.get(reverse("events:event", args=[open_event.pk])).content.decode()
    assert address in public
    assert 'name="note"' not in public
    page = client.get(address)
    assert (page.status_code, dict(page.cookies)) == (200, {})
    assert "no-store" in page["Cache-Control"]
    assert "30 ngày" in page.content.decode()
    sent = SENT | {"note": note_of(page)}
    answer = client.post(address, sent)
    assert (answer.status_code, dict(answer.cookies)) == (302, {})
    again = client.post(address, sent)
    assert (again["Location"], Registration.objects.count()) == (answer["Location"], 1)
    ticket = client.get(answer["Location"])
    assert door_code(Registration.objects.get()) in ticket.content.decode()
    assert dict(ticket.cookies) == {}
    code = client.get(answer["Location"] + "code.svg")
    assert (code["Content-Type"], code.content[:4]) == ("image/svg+xml", b"<svg")


def test_a_look_at_the_ticket_cancels_nothing_and_a_button_does(client, open_event, worker):
    seated(open_event, worker)
    made = one(open_event)
    address = reverse("events:ticket", args=[ticket_key(made)])
    for _scanner in range(3):
        client.get(address)
        client.head(address)
    made.refresh_from_db()
    assert made.state == "booked"
    assert client.post(address, {}).status_code == 409
    assert client.post(address, {"act": "cancel"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert "đã được xoá" in client.get(address).content.decode()


@pytest.mark.parametrize("forged", ["", "abc", "9f" * 16 + ".x", "0" * 32])
def test_a_guessed_ticket_opens_nothing(client, open_event, worker, forged):
    seated(open_event, worker)
    made = one(open_event)
    for key in filter(None, (forged, made.key.hex, ticket_key(made)[:-1] + "_")):
        assert by_ticket(key) is None
        assert client.get(f"/vi/su-kien/ticket/{key}/").status_code == 404


def test_machines_are_held_off_and_people_keep_what_they_wrote(client, open_event, worker, monkeypatch):
    seated(open_event, worker)
    address = reverse("events:register", args=[open_event.pk])
    note = note_of(client.get(address))
    for sent, word in (
        (SENT, "mở đã lâu"),
        (SENT | {"note": note + "x"}, "mở đã lâu"),
        (SENT | {"note": bots.form_note(open_event.pk + 1)}, "mở đã lâu"),
        (SENT | {"note": note, "fax": "1"}, "ô cuối cùng"),
        (SENT | {"note": note}, "nhanh quá"),
    ):
        answer = client.post(address, sent)
        body = answer.content.decode()
        assert (answer.status_code, word in body, "nguoi@thu.example" in body) == (409, True, True), word
        assert Registration.objects.count() == 0
    # The very same form, some seconds later.
    monkeypatch.setattr(bots, "FASTEST", 0)
    assert client.post(address, SENT | {"note": note}).status_code == 302
    # An old page is given a new note: pressed once more it goes through.
    body = client.post(address, SENT)
    assert client.post(address, SENT | {"note": note_of(body)}).status_code == 302


def test_one_connection_and_one_contact_have_their_pace(client, open_event, worker, quick, monkeypatch):
    seated(open_event, worker, seats=100)
    monkeypatch.setattr(bots, "FROM_ONE_ADDRESS", 7)
    address = reverse("events:register", args=[open_event.pk])

    def send(contact, **meta):
        return client.post(
            address, SENT | {"contact": contact, "note": bots.form_note(open_event.pk)}, **meta
        ).status_code

    assert [send("mot@thu.example") for _n in range(6)] == [302] * 5 + [429]
    assert [send(f"n{n}@thu.example") for n in range(2)] == [302, 429]
    assert send("khac@thu.example", REMOTE_ADDR="203.0.113.9") == 302
    assert Registration.objects.count() == 7


def test_one_contact_has_its_pace_over_all_events(rf, open_event):
    for number in range(5):
        bots.require_pace(rf.post("/"), open_event.pk + number, "mot@thu.example")
    with pytest.raises(DomainError):
        bots.require_pace(rf.post("/"), open_event.pk + 5, " MOT@thu.example")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contact": "khong phai"}, "Hãy ghi địa chỉ"),
        ({"kind": "unit", "unit": " "}, "đơn vị nào đến"),
        ({"people": "0"}, "1"),
        ({"people": "11"}, "hơn mười người"),
        ({"name": " "}, "Tên của bạn"),
        ({"name": "Trúng thưởng tại https://xau.example"}, "đừng ghi địa chỉ"),
        ({"name": "Bấm XAU.com/nhan"}, "đừng ghi địa chỉ"),
        ({"unit": "www.xau"}, "đừng ghi địa chỉ"),
    ],
)
def test_a_form_says_what_is_wrong(client, open_event, worker, quick, changes, field):
    seated(open_event, worker)
    answer = client.post(
        reverse("events:register", args=[open_event.pk]), SENT | {"note": bots.form_note(open_event.pk)} | changes
    )
    assert (answer.status_code, field in answer.content.decode(), Registration.objects.count()) == (409, True, 0)


def test_a_name_is_one_line_of_the_letter(client, open_event, worker, quick):
    seated(open_event, worker)
    sent = SENT | {"name": "Bh'ling T.Anh\r\n\r\nTài khoản của bạn bị khoá", "note": bots.form_note(open_event.pk)}
    assert client.post(reverse("events:register", args=[open_event.pk]), sent).status_code == 302
    work_off()
    assert mail.outbox[0].body.splitlines()[0].count("Bh'ling T.Anh Tài khoản của bạn bị khoá") == 1


def test_phone_numbers_are_kept_in_one_way(client, open_event, worker, quick):
    seated(open_event, worker)
    sent = SENT | {"note": bots.form_note(open_event.pk), "contact": "0905.123 456"}
    client.post(reverse("events:register", args=[open_event.pk]), sent)
    assert Registration.objects.get().contact == "0905123456"


# For who keeps the event ------------------------------------------------------------------------------------------


def test_peers_outsiders_and_watchers_see_no_names(client, open_event, worker):
    seated(open_event, worker)
    row = one(open_event, name="Tên Riêng")
    pages = [reverse(f"events:{name}", args=[open_event.pk]) for name in ("registered", "seating", "door")]
    act = reverse("events:cancel_registered", args=[open_event.pk, row.pk])
    assert all("/accounts/login/" in client.get(page)["Location"] for page in pages)
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn")))
    assert [client.get(page).status_code for page in pages] + [client.post(act).status_code] == [404] * 4
    client.force_login(make_user(role=Role.SUPERVISOR))
    assert [client.get(page).status_code for page in pages] + [client.post(act).status_code] == [403] * 4
    client.force_login(worker)
    assert "Tên Riêng" in client.get(pages[0], {"q": "ten rieng"}).content.decode()
    assert "Tên Riêng" not in client.get(pages[0], {"q": "khac"}).content.decode()
    assert client.get(act).status_code == 405
    assert client.post(act).status_code == 302
    assert "Tên Riêng" not in client.get(pages[0]).content.decode()


def test_the_commune_opens_registration_by_phone(client, open_event, worker):
    client.force_login(worker)
    address = reverse("events:seating", args=[open_event.pk])
    assert client.post(address, {"seats": "0", "waiting_places": "5"}).status_code == 409
    assert client.post(address, {"seats": "120", "waiting_places": "30", "closes_at": ""}).status_code == 302
    client.logout()
    page = client.get(reverse("events:event", args=[open_event.pk])).content.decode()
    assert "Còn 120 trong 120 chỗ" in page


def test_the_public_page_keeps_its_budget(client, open_event, worker):
    seated(open_event, worker)
    for _n in range(3):
        one(open_event)
    with CaptureQueriesContext(connection) as page:
        client.get(reverse("events:event", args=[open_event.pk]))
    # The event, what it is integrated with (its own and its season's choice), and three that every page shares and keeps.
    assert len(page) <= 6
    with CaptureQueriesContext(connection) as page:
        client.get(reverse("events:register", args=[open_event.pk]))
    assert len(page) <= 3


@pytest.mark.django_db(transaction=True)
def test_who_press_at_once_get_no_seat_too_many(open_event, worker):
    """Eight threads, sixty people, twenty seats, thirty places in the line."""
    seated(open_event, worker, seats=20, waiting_places=30)
    told: list[str] = []

    def press(number: int) -> None:
        try:
            for n in range(8):
                try:
                    told.append(one(open_event, contact=f"n{number}-{n}@thu.example").state)
                except DomainError:
                    told.append("full")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(number,)) for number in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(told) == ["booked"] * 20 + ["full"] * 14 + ["waiting"] * 30
    assert [state for _n, state, _p in line(open_event)] == ["booked"] * 20 + ["waiting"] * 30
    assert [number for number, _s, _p in line(open_event)] == list(range(1, 51))
