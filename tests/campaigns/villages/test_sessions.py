"""Direct sessions: planned, logged once whatever the phone sends, never public; which settlements had none."""

import io
import struct
import uuid
import zlib
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from campaigns.models import DirectSession, SessionPhoto, SessionPlan
from campaigns.villages import sessions
from campaigns.villages.session_coverage import coverage, months_before
from core.errors import DomainError
from media.models import Upload
from media.storage import absolute
from media.uploads import receive_chunk, start_upload
from people.roles import Role
from places.models import AdministrativeUnit, Settlement
from tests.campaigns.making import make_language
from tests.factories import make_commune, make_province, make_user, merge

pytestmark = [pytest.mark.django_db, pytest.mark.services]
COUNTS = {"attendees": 40, "women": 25, "children": 6, "minority": 38}


@pytest.fixture
def commune():
    return make_commune("Xã Núi", is_border=True)


@pytest.fixture
def worker(commune):
    return make_user(role=Role.RADIO_OPERATOR, area=commune)


@pytest.fixture
def villages(commune):
    return [Settlement.objects.create(commune=commune, name=f"Bản {n}", valid_from="2020-01-01") for n in range(3)]


def held(worker, commune, **changes) -> DirectSession:
    said = {"actor": worker, "commune": commune, "held_at": None, "client_uuid": uuid.uuid4()} | COUNTS
    return sessions.log_session(**(said | changes))


def filled(commune, **changes) -> dict:
    return {"xa": commune.pk, "client_uuid": uuid.uuid4(), "kind": "talk"} | COUNTS | changes


def picture(**save) -> io.BytesIO:
    """A JPEG as phones make them: with a place, a camera and a turn in its EXIF."""
    image = Image.new("RGB", (640, 480), "#2b3f87")
    exif = image.getexif()
    exif[0x010F], exif[0x0112] = "Máy Thử", 6
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2] = "N", (15.9, 0.0, 0.0)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"secret place", **save)
    out.seek(0)
    out.name = "anh.jpg"
    return out


def test_a_session_sent_twice_is_one(worker, commune, villages):
    sent = uuid.uuid4()
    first = held(worker, commune, client_uuid=sent, settlements=villages[:2], materials=" Tờ rơi ")
    assert held(worker, commune, client_uuid=sent, settlements=villages[:2]) == first
    assert (first.held_on, first.materials, list(first.settlements.all())) == (
        timezone.localdate(), "Tờ rơi", villages[:2],
    )  # fmt: skip
    with pytest.raises(DomainError):
        held(worker, commune, client_uuid=sent, attendees=41)
    assert DirectSession.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"attendees": 0}, {"attendees": 20_001}, {"women": 41}, {"children": 41}, {"minority": 41}, {"women": -1},
        {"respected_persons": 41}, {"kind": "party"}, {"is_priority": True, "place": "Quán thử"},
        {"held_at": timezone.now() + timedelta(days=1)}, {"held_at": timezone.now() - timedelta(days=36_500)},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(worker, commune, wrong):
    with pytest.raises(DomainError):
        held(worker, commune, **wrong)
    assert not DirectSession.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"women": 99}, {"children": 99}, {"minority": 99}, {"attendees": 0}, {"is_priority": True, "place": "x"}]
)
def test_the_database_keeps_the_rules_too(worker, commune, wrong):
    row = held(worker, commune)
    with pytest.raises(IntegrityError), transaction.atomic():
        DirectSession.objects.filter(pk=row.pk).update(**wrong)


def test_settlements_of_another_commune_are_refused(worker, commune):
    other = Settlement.objects.create(commune=make_commune("Xã Bạn"), name="Bản bạn", valid_from="2020-01-01")
    with pytest.raises(DomainError):
        held(worker, commune, settlements=[other])


def test_a_priority_settlement_makes_the_session_one_and_keeps_no_place_and_no_picture(worker, commune, villages):
    villages[0].is_priority = True
    villages[0].save()
    row = held(worker, commune, settlements=villages[:1])
    assert row.is_priority
    with pytest.raises(DomainError):
        held(worker, commune, settlements=villages[:1], place="Quán thử")
    with pytest.raises(DomainError):
        sessions.add_photo(session=row, actor=worker, file=picture(), subject="nobody", client_uuid=uuid.uuid4())
    assert not SessionPhoto.objects.exists()


def test_a_plan_is_carried_out_once(worker, commune, villages):
    plan = sessions.plan_session(
        actor=worker, commune=commune, starts_at=timezone.now(), client_uuid=uuid.uuid4(), settlements=villages
    )
    row = held(worker, commune, plan=plan)
    with pytest.raises(DomainError):
        held(worker, commune, plan=plan)
    with pytest.raises(DomainError):
        sessions.cancel_plan(plan=plan, actor=worker, reason="mưa")
    with pytest.raises(IntegrityError), transaction.atomic():
        DirectSession.objects.create(plan=plan, commune=commune, held_at=timezone.now(), recorded_by=worker, **COUNTS)
    sessions.void_session(session=row, actor=worker, reason="nhầm ngày")
    assert held(worker, commune, plan=plan).plan == plan


def test_a_cancelled_plan_takes_no_session(worker, commune):
    plan = sessions.plan_session(actor=worker, commune=commune, starts_at=timezone.now(), client_uuid=uuid.uuid4())
    with pytest.raises(DomainError):
        sessions.cancel_plan(plan=plan, actor=worker, reason=" ")
    assert sessions.cancel_plan(plan=plan, actor=worker, reason="bão").cancel_reason == "bão"
    with pytest.raises(DomainError):
        held(worker, commune, plan=plan)


def test_a_photo_keeps_nothing_but_its_pixels(worker, commune):
    row, sent = held(worker, commune), uuid.uuid4()
    photo = sessions.add_photo(session=row, actor=worker, file=picture(), subject="adults", client_uuid=sent)
    again = sessions.add_photo(session=row, actor=worker, file=picture(), subject="adults", client_uuid=sent)
    assert again == photo
    kept = absolute(photo.path).read_bytes()
    found = Image.open(io.BytesIO(kept))
    # Turned upright, because the mark that said how it was held is gone.
    assert (found.size, dict(found.getexif())) == ((480, 640), {})
    assert b"secret" not in kept
    assert "Máy".encode() not in kept
    sessions.remove_photo(photo=photo, actor=worker)
    assert not absolute(f"photos/{sent.hex[:2]}/{sent}.jpg").exists()


def claims_to_be_huge() -> bytes:
    """A PNG of a few bytes that says it is 20,000 pixels wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"\xff\xd8\xff\xe0 broken",
        b"<svg onload=alert(1)>",
        pytest.param(claims_to_be_huge(), id="huge"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(worker, commune, data):
    row = held(worker, commune)
    with pytest.raises(DomainError):
        sessions.add_photo(session=row, actor=worker, file=io.BytesIO(data), subject="nobody", client_uuid=uuid.uuid4())


def test_logging_by_phone_without_javascript(client, worker, commune, villages):
    vietnamese = make_language()
    client.force_login(worker)
    page = client.get(reverse("sessions:log")).content.decode()
    assert "Bản 2" in page
    data = filled(commune, settlements=[villages[0].pk], languages=[vietnamese.pk], leaflets="")
    wrong = client.post(reverse("sessions:log"), data | {"women": 77})
    assert (wrong.status_code, 'value="77"' in wrong.content.decode()) == (409, True)
    for _again in range(2):
        assert client.post(reverse("sessions:log"), data).status_code == 302
    row = DirectSession.objects.get()
    assert (row.attendees, list(row.settlements.all()), list(row.languages.all())) == (40, villages[:1], [vietnamese])
    shown = client.get(reverse("sessions:calendar")).content.decode()
    assert reverse("sessions:session", args=[row.pk]) in shown
    assert f"{timezone.localtime():%d/%m}<" in shown


def test_planning_and_recording_by_phone(client, worker, commune, villages):
    client.force_login(worker)
    at = timezone.localtime() - timedelta(hours=2)
    sent = {"xa": commune.pk, "client_uuid": uuid.uuid4(), "kind": "mobile", "starts_at": f"{at:%Y-%m-%dT%H:%M}",
            "settlements": [villages[1].pk]}  # fmt: skip
    for _again in range(2):
        assert client.post(reverse("sessions:plan"), sent).status_code == 302
    plan = SessionPlan.objects.get()
    page = client.get(reverse("sessions:log_plan", args=[plan.pk])).content.decode()
    assert f'value="{at:%Y-%m-%dT%H:%M}"' in page
    data = filled(commune, kind="mobile", settlements=[villages[1].pk])
    assert client.post(reverse("sessions:log_plan", args=[plan.pk]), data).status_code == 302
    assert DirectSession.objects.get().plan == plan


def test_peers_outsiders_and_watchers(client, worker, commune):
    row = held(worker, commune)
    plan = sessions.plan_session(actor=worker, commune=commune, starts_at=timezone.now(), client_uuid=uuid.uuid4())
    photo = sessions.add_photo(session=row, actor=worker, file=picture(), subject="nobody", client_uuid=uuid.uuid4())
    reading = [reverse("sessions:session", args=[row.pk]), reverse("sessions:photo", args=[photo.pk])]
    writing = [
        reverse("sessions:void", args=[row.pk]),
        reverse("sessions:cancel", args=[plan.pk]),
        reverse("sessions:log_plan", args=[plan.pk]),
    ]
    removing = reverse("sessions:remove_photo", args=[photo.pk])
    lists = [reverse("sessions:calendar"), reverse("sessions:coverage"), reverse("sessions:coverage_file")]
    for address in [*reading, *writing, *lists, reverse("sessions:log"), reverse("sessions:plan")]:
        assert "/accounts/login/" in client.get(address)["Location"]
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn")))
    assert {client.get(address).status_code for address in reading + writing} == {404}
    assert client.post(removing).status_code == 404
    assert client.get(f"{reverse('sessions:log')}?xa={commune.pk}").status_code == 404
    assert "Xã Núi" not in "".join(client.get(address).content.decode() for address in lists[:2])
    client.force_login(make_user(role=Role.COMMUNICATOR, area=make_province("Tỉnh Khác")))
    assert {client.get(address).status_code for address in reading + writing} == {404}
    client.force_login(make_user(role=Role.SUPERVISOR))
    assert {client.get(address).status_code for address in reading + lists} == {200}
    assert {client.get(address).status_code for address in [*writing, reverse("sessions:log")]} == {403}
    assert client.post(removing).status_code == 403
    assert client.post(reading[0], {"subject": "nobody"}).status_code == 403
    client.force_login(make_user(role=Role.TRAINEE, area=commune))
    assert {client.get(address).status_code for address in lists} == {403}
    client.force_login(worker)
    assert {client.get(address).status_code for address in reading + writing + lists} == {200}
    with pytest.raises(PermissionDenied):
        held(make_user(role=Role.SUPERVISOR), commune)


def test_a_manager_of_many_communes_chooses_one(client, commune):
    make_commune("Xã Hai")
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    assert "Xã Hai" in client.get(reverse("sessions:log")).content.decode()
    assert client.post(reverse("sessions:log"), filled(commune)).status_code == 302


def test_a_successor_sees_and_counts_what_was_before(client, worker, commune, villages):
    row = held(worker, commune, settlements=villages[:1], held_at=timezone.now() - timedelta(days=2))
    heir = make_commune("Xã Mới", valid_from=timezone.localdate() - timedelta(days=1))
    merge(commune, heir)
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=heir))
    assert client.get(reverse("sessions:session", args=[row.pk])).status_code == 200
    found = coverage(communes=AdministrativeUnit.objects.filter(pk=heir.pk), on=timezone.localdate())
    assert [(line.settlement, line.times) for line in found.lines if line.last] == [(villages[0], 1)]


def test_settlements_without_sessions_border_and_remote_first(worker, commune, villages):
    plain = make_commune("Xã Xuôi")
    near = Settlement.objects.create(commune=plain, name="Thôn gần", valid_from="2020-01-01")
    manager = make_user(role=Role.PROGRAMME_MANAGER)
    today = timezone.localdate()

    def some_months_ago(months, settlement):
        at = timezone.now() - (timezone.localdate() - months_before(today, months)) + timedelta(days=2)
        row = held(manager, settlement.commune, settlements=[settlement], held_at=at)
        DirectSession.objects.filter(pk=row.pk).update(received_at=at)
        return row

    held(worker, commune, settlements=[villages[0]])
    some_months_ago(7, villages[1])
    found = coverage(communes=AdministrativeUnit.objects.communes(), on=today)
    assert [(line.settlement.name, line.months, line.is_far) for line in found.lines] == [
        ("Bản 2", 12, True), ("Thôn gần", 12, False), ("Bản 1", 6, True), ("Bản 0", 0, True),
    ]  # fmt: skip
    assert found.figures == [
        {"months": 3, "all": 3, "far": 2}, {"months": 6, "all": 3, "far": 2}, {"months": 12, "all": 2, "far": 1},
    ]  # fmt: skip
    assert near.name in {line.settlement.name for line in found.without(12)}
    # As of half a year ago nothing was known of today's session.
    earlier = coverage(communes=AdministrativeUnit.objects.communes(), on=months_before(today, 5))
    assert {line.settlement.name: line.months for line in earlier.lines}["Bản 0"] == 12


def test_a_voided_session_reaches_nobody_from_that_day_on(worker, commune, villages):
    row = held(worker, commune, settlements=villages[:1])
    sessions.void_session(session=row, actor=worker, reason="nhầm")
    found = coverage(communes=AdministrativeUnit.objects.communes(), on=timezone.localdate())
    assert {line.months for line in found.lines} == {12}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 24), 3, date(2026, 8, 24)), (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)), (date(2026, 1, 15), 12, date(2025, 1, 15)),
        (date(2026, 5, 31), 6, date(2025, 11, 30)),
    ],
)  # fmt: skip
def test_months_before(day, months, expected):
    assert months_before(day, months) == expected


def test_the_spreadsheet_opens_and_says_the_same(client, worker, commune, villages):
    Settlement.objects.filter(pk=villages[2].pk).update(name="=CMD()")
    held(worker, commune, settlements=villages[:1])
    client.force_login(worker)
    answer = client.get(reverse("sessions:coverage_file"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert {row[1] for row in rows} == {"Bản 0", "Bản 1", "'=CMD()"}
    assert {row[1]: row[5] for row in rows}["Bản 0"] == 1


def test_lists_cost_the_same_for_one_as_for_many(client, worker, commune, villages):
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    pages = [reverse("sessions:calendar"), reverse("sessions:coverage")]
    make_commune("Xã Hai")

    def some(number):
        for _each in range(number):
            held(worker, commune, settlements=villages)
            sessions.plan_session(
                actor=worker, commune=commune, starts_at=timezone.now(), client_uuid=uuid.uuid4(), settlements=villages
            )

    some(1)
    [client.get(page) for page in pages]
    with CaptureQueriesContext(connection) as few:
        [client.get(page) for page in pages]
    some(6)
    make_commune("Xã Ba")
    with CaptureQueriesContext(connection) as many:
        assert {client.get(page).status_code for page in pages} == {200}
    assert len(many) == len(few)
    assert len(few) <= 34


@pytest.mark.parametrize("query", ["?thang=xx", "?xa=abc", "?xa=99999999"])
def test_nonsense_in_the_address_is_not_found(client, worker, query):
    client.force_login(worker)
    assert client.get(reverse("sessions:calendar") + query).status_code == 404
    assert client.get(reverse("sessions:coverage") + "?on=2999-01-01").status_code == 404


def kept(client, worker, commune, **changes):
    said = {"record": "session", "person": worker.pk, "client_time": timezone.now().isoformat(), "clock_offset": 0}
    return client.post(reverse("campaigns:sync"), filled(commune) | said | changes)


def test_a_session_kept_by_a_phone_is_recorded_once_and_by_those_who_may(client, worker, commune, villages):
    client.force_login(worker)
    once = {"client_uuid": uuid.uuid4().hex, "client_time": (timezone.now() - timedelta(days=1)).isoformat()}
    answers = [kept(client, worker, commune, settlements=[villages[0].pk], **once) for _again in range(2)]
    made = DirectSession.objects.get()
    assert [one.json()["url"] for one in answers] == [reverse("sessions:session", args=[made.pk])] * 2
    assert made.held_on == timezone.localdate() - timedelta(days=1)
    elsewhere = make_commune("Xã Khác")
    neighbour = sessions.plan_session(
        actor=make_user(role=Role.RADIO_OPERATOR, area=elsewhere), commune=elsewhere, starts_at=timezone.now(),
        client_uuid=uuid.uuid4(),
    )  # fmt: skip
    for wrong in ({"xa": elsewhere.pk}, {"plan": neighbour.pk}, {"plan": "x"}, {"women": 41}, {"attendees": ""}):
        answer = kept(client, worker, commune, **wrong)
        assert (answer.status_code, len(answer.json()["message"]) > 20) == (409, True), wrong
    client.force_login(reader := make_user(role=Role.TRAINEE, area=commune))
    assert kept(client, reader, commune).status_code == 409
    assert DirectSession.objects.count() == 1


def test_a_plan_kept_by_a_phone_stands_once_also_when_it_was_cancelled_meanwhile(client, worker, commune, villages):
    client.force_login(worker)
    said = {"record": "plan", "starts_at": "2026-12-24T19:30", "client_uuid": uuid.uuid4().hex, "place": "Nhà văn hoá"}
    said |= {"settlements": [villages[1].pk]}
    answers = [kept(client, worker, commune, **said) for _again in range(2)]
    made = SessionPlan.objects.get()
    assert [one.json()["url"] for one in answers] == [f"{reverse('sessions:calendar')}?thang=2026-12"] * 2
    assert (f"{timezone.localtime(made.starts_at):%H:%M}", list(made.settlements.all())) == ("19:30", [villages[1]])
    sessions.cancel_plan(plan=made, actor=worker, reason="Bão")
    assert kept(client, worker, commune, **said).status_code == 200
    elsewhere = make_commune("Xã Khác")
    for wrong in ({"starts_at": ""}, {"starts_at": "2026-12-25T19:30"}, {"xa": elsewhere.pk}, {"is_priority": "on"}):
        fresh = {} if "2026-12-25" in wrong.get("starts_at", "") else {"client_uuid": uuid.uuid4().hex}
        answer = kept(client, worker, commune, **said | fresh | wrong)
        assert (answer.status_code, len(answer.json()["message"]) > 20) == (409, True), wrong
    assert SessionPlan.objects.count() == 1


def of_session(made: DirectSession, **changes) -> dict:
    return {
        "record": "photo", "session": made.client_uuid.hex, "subject": "adults", "client_uuid": uuid.uuid4().hex,
    } | changes  # fmt: skip


def sent_file(worker, said: dict, data: bytes) -> None:
    upload = start_upload(owner=worker, upload_id=uuid.UUID(said["client_uuid"]), filename="anh.jpg", size=len(data))
    receive_chunk(upload=upload, offset=0, data=data)


def test_a_picture_kept_by_a_phone_is_asked_for_its_bytes_and_taken_in_once(client, worker, commune):
    client.force_login(worker)
    made = held(worker, commune)
    said = of_session(made)
    first = kept(client, worker, commune, **said)
    assert (first.status_code, first.json()["error"]) == (409, "send-first")
    sent_file(worker, said, picture().read())
    answers = [kept(client, worker, commune, **said) for _again in range(2)]
    assert [(one.status_code, one.json()["url"]) for one in answers] == [
        (200, reverse("sessions:session", args=[made.pk]))
    ] * 2
    assert (SessionPhoto.objects.get().session, Upload.objects.count()) == (made, 0)


def test_what_speaks_against_a_picture_is_said_before_a_byte_is_sent(client, worker, commune):
    client.force_login(worker)
    open_one, closed = held(worker, commune), held(worker, commune, is_priority=True)
    elsewhere = make_commune("Xã Khác")
    foreign = held(make_user(role=Role.RADIO_OPERATOR, area=elsewhere), elsewhere)
    gone = sessions.void_session(session=held(worker, commune), actor=worker, reason="Nhầm")
    for said in (
        of_session(closed), of_session(foreign), of_session(gone), of_session(open_one, subject=""),
        of_session(open_one, session=uuid.uuid4().hex),
    ):  # fmt: skip
        answer = kept(client, worker, commune, **said)
        assert (answer.status_code, answer.json()["error"], len(answer.json()["message"]) > 20) == (
            409,
            "refused",
            True,
        )
    # What is no picture is found out when it is there; nothing of it stays.
    said = of_session(open_one)
    sent_file(worker, said, b"no picture")
    assert kept(client, worker, commune, **said).json()["error"] == "refused"
    # Somebody else's bytes are nobody's picture.
    said = of_session(open_one)
    sent_file(make_user(), said, picture().read())
    assert kept(client, worker, commune, **said).json()["error"] == "send-first"
    assert (SessionPhoto.objects.count(), Upload.objects.count()) == (0, 1)
