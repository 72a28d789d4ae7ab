"""At the door: counted once, whoever sends it and however often; heads of others; wrong taps."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Arrival
from campaigns.season import door, registrations, seasons
from core.errors import DomainError
from people.roles import Role
from tests.campaigns.season.making import at, fresh
from tests.campaigns.season.test_registration import one, seated
from tests.factories import make_commune, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def today(open_event, worker):
    """It begins in an hour; four seats, one of them taken, and a unit of three."""
    seated(open_event, worker, seats=9, waiting_places=9)
    one(open_event, name="Người Một")
    one(open_event, name="Người Hai", people=3, unit="Thôn hai")
    return at(open_event, timedelta(hours=1))


def came(event, worker, registration=None, people=1, **more):
    said = {"client_uuid": uuid.uuid4()} | more
    return door.record_arrival(event=event, actor=worker, registration=registration, people=people, **said)


def test_a_registration_is_counted_once_whoever_sends_it(today, worker):
    row = today.registrations.get(number=2)
    first, new = came(today, worker, row, 2)
    # A second phone at the same door.
    second, again = came(today, worker, row, 3)
    assert (new, again, second.pk) == (True, False, first.pk)
    assert door.heads(today) == door.Heads(registered=2, others=0)


def test_the_same_sending_is_one_arrival(today, worker):
    key = uuid.uuid4()
    assert [came(today, worker, people=5, client_uuid=key)[1] for _n in range(3)] == [True, False, False]
    assert (door.heads(today).others, door.heads(today).all) == (5, 5)


@pytest.mark.parametrize(
    ("number", "people", "word"),
    [(2, 4, "3 người"), (2, 0, "3 người"), (None, 0, "từ 1 đến"), (None, 2001, "từ 1 đến")],
)
def test_heads_are_believable(today, worker, number, people, word):
    row = today.registrations.filter(number=number).first()
    with pytest.raises(DomainError, match=word):
        came(today, worker, row, people)


def test_nobody_comes_too_early_to_what_is_off_or_from_elsewhere(today, worker):
    early = at(today, timedelta(days=1))
    with pytest.raises(DomainError, match="Còn sớm"):
        came(early, worker)
    event = at(today, timedelta(hours=1))
    row = registrations.cancel_registration(registration=event.registrations.get(number=1))
    with pytest.raises(DomainError, match="trả chỗ"):
        came(event, worker, row)
    seasons.set_status(event=event, actor=worker, status="postponed", note="Bão.")
    with pytest.raises(DomainError, match="không diễn ra"):
        came(fresh(event), worker)
    with pytest.raises(PermissionDenied):
        came(event, make_user(role=Role.SUPERVISOR))


def test_who_is_here_gives_no_seat_up_and_a_wrong_tap_is_voided(today, worker):
    row = today.registrations.get(number=1)
    arrival, _new = came(today, worker, row)
    with pytest.raises(DomainError, match="đã đến"):
        registrations.cancel_registration(registration=row)
    door.void_arrival(arrival=arrival, actor=worker, reason="Bấm nhầm.")
    assert door.heads(today).all == 0
    assert came(today, worker, row)[1]


def test_a_phone_sends_what_it_kept_and_learns_what_others_sent(client, today, worker):
    other = make_user(role=Role.RADIO_OPERATOR, area=today.commune)
    rows = {row.number: row for row in today.registrations.all()}
    came(today, other, rows[2], 2)
    address = reverse("events:door_sync", args=[today.pk])
    assert client.get(address).status_code == 401
    client.force_login(worker)
    there = client.get(address).json()
    assert (there["person"], there["came"], there["others"]) == (str(worker.pk), {str(rows[2].pk): 2}, 0)
    ids = [uuid.uuid4().hex for _n in range(5)]
    when = timezone.now().isoformat()
    entries = [
        {"id": ids[0], "registration": str(rows[1].pk), "people": 1, "at": when},
        {"id": ids[1], "registration": str(rows[2].pk), "people": 3, "at": when},
        {"id": ids[2], "registration": "", "people": 12, "at": when},
        {"id": ids[3], "registration": "999999", "people": 1, "at": when},
        {"id": ids[4], "registration": "", "people": "nhiều", "at": when},
        {"id": "x", "people": 1},
    ]
    sent = {"person": str(worker.pk), "entries": json.dumps(entries)}
    answers = [client.post(address, sent).json() for _twice in range(2)]
    for answer in answers:
        assert [one["state"] for one in answer["results"]] == ["received"] * 3 + ["refused"] * 3
        assert (answer["others"], answer["came"]) == (12, {str(rows[1].pk): 1, str(rows[2].pk): 2})
    assert Arrival.objects.count() == 3
    assert Arrival.objects.get(client_uuid=ids[0]).client_time is not None
    assert client.post(address, sent | {"person": str(other.pk)}).status_code == 409
    for nonsense in ("", "{}", "[1]", json.dumps([{}] * 101)):
        assert client.post(address, sent | {"entries": nonsense}).status_code == 400


def test_peers_and_watchers_count_nobody(client, today):
    pages = [reverse(f"events:{name}", args=[today.pk]) for name in ("door", "door_sync")]
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn")))
    assert [client.get(page).status_code for page in pages] == [404, 404]
    client.force_login(make_user(role=Role.SUPERVISOR))
    assert [client.get(page).status_code for page in pages] == [403, 403]


def test_without_a_script_buttons_do_the_same(client, today, worker):
    client.force_login(worker)
    address = reverse("events:door", args=[today.pk])
    row = today.registrations.get(number=2)
    page = client.get(address)
    assert page["Door-Person"] == str(worker.pk)
    assert "no-store" in page["Cache-Control"]
    client.post(address, {"registration": row.pk, f"people-{row.pk}": 2, "people": 1, "client_uuid": uuid.uuid4()})
    client.post(address, {"people": 7, "client_uuid": (key := uuid.uuid4())})
    client.post(address, {"people": 7, "client_uuid": key})
    assert door.heads(today) == door.Heads(registered=2, others=7)
    arrival = Arrival.objects.get(registration=row)
    void = reverse("events:void_arrival", args=[today.pk, arrival.pk])
    assert client.post(void, {"reason": "Bấm nhầm."}).status_code == 302
    assert door.heads(today).registered == 0


def test_a_long_list_costs_no_more_queries(client, today, worker):
    client.force_login(worker)
    address = reverse("events:door", args=[today.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _n in range(4):
        row = one_more(today, worker)
        came(today, worker, row)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few) <= 12


def one_more(event, worker):
    later = at(event, timedelta(days=2))
    row = one(later)
    at(event, timedelta(hours=1))
    return row


def test_the_worker_of_the_door_names_every_file_it_draws_with(client):
    answer = client.get(reverse("events:door_worker"))
    assert answer["Content-Type"].startswith("text/javascript")
    assert "js/door.js" in answer.content.decode()
