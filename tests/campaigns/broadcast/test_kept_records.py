"""Records a phone kept and sends later: exactly once, under its own person's name, at the server's time."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast.bulletins import withdraw_bulletin
from campaigns.models import Airing, MissedBroadcast
from people.roles import Role
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune():
    return make_commune("Xã Thử")


@pytest.fixture
def operator(client, commune):
    user = make_user(role=Role.RADIO_OPERATOR, area=commune)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def version():
    return make_released(released_at=timezone.now() - timedelta(days=2))


def sent(client, operator, commune, **changes):
    data = {
        "record": "aired", "person": operator.pk, "xa": commune.pk, "client_uuid": uuid.uuid4().hex, "plays": 2,
        "client_time": timezone.now().isoformat(), "clock_offset": 0,
    }  # fmt: skip
    answer = client.post("/en/broadcasts/sync/", data | changes)
    return answer.status_code, answer.json()


def test_whoever_is_signed_in_is_told_and_a_stranger_asked_to_sign_in(client, operator):
    answer = client.get(reverse("campaigns:sync"))
    assert answer.json()["person"] == str(operator.pk)
    assert "no-store" in answer["Cache-Control"]
    client.logout()
    assert client.get(reverse("campaigns:sync")).status_code == 401
    assert client.post(reverse("campaigns:sync"), {}).json()["error"] == "signed-out"


def test_a_tap_of_yesterday_is_recorded_at_its_time_by_the_servers_clock(client, operator, commune, version):
    tapped = timezone.now() - timedelta(days=1)
    phone = tapped + timedelta(hours=5)
    given = {
        "version": version.pk, "client_uuid": uuid.uuid4().hex, "client_time": phone.isoformat(), "clock_offset": -5 * 3600,
    }  # fmt: skip
    for _again in range(3):
        status, said = sent(client, operator, commune, **given)
        assert (status, said["message"]) == (200, "Recorded: Xã Thử, 2 times, 3.00 minutes.")
    airing = Airing.objects.get()
    assert airing.aired_at == tapped.replace(microsecond=0)
    assert (airing.client_time, airing.clock_offset, airing.operator) == (phone, -5 * 3600, operator)


def test_a_time_that_was_typed_is_taken_as_it_was_typed(client, operator, commune, version):
    typed = timezone.localtime() - timedelta(hours=3)
    sent(client, operator, commune, version=version.pk, aired_at=f"{typed:%Y-%m-%dT%H:%M}", clock_offset=86400)
    assert Airing.objects.get().aired_at == typed.replace(second=0, microsecond=0)


def test_a_month_that_was_missed_is_the_month_of_the_tap(client, operator, commune):
    tapped = timezone.now() - timedelta(days=40)
    status, _said = sent(
        client, operator, commune, record="missed", reason="no-power", note="", client_time=tapped.isoformat()
    )
    missed = MissedBroadcast.objects.get()
    assert (status, missed.month) == (200, timezone.localdate(tapped).replace(day=1))
    assert missed.clock_offset == 0


def test_another_persons_record_is_not_taken(client, operator, commune, version):
    other = make_user(role=Role.RADIO_OPERATOR, area=commune)
    assert sent(client, other, commune, version=version.pk)[1]["error"] == "not-yours"
    assert not Airing.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": "0"}, "This is no longer in your area. Nothing was recorded."),
        ({"version": "x"}, "This is no longer in your area. Nothing was recorded."),
        ({"record": "else"}, "This record cannot be understood. Make it anew."),
        ({"clock_offset": "2147483647", "client_time": "9999-12-31T00:00:00Z"}, "That time cannot be."),
        ({"client_time": "never"}, "Enter a valid date/time."),
        ({"clock_offset": "864000"}, "That time lies in the future. Record the broadcast after it was aired."),
        ({"plays": "0"}, "How many times?: Ensure this value is greater than or equal to 1."),
        ({"client_uuid": "x"}, "Enter a valid UUID."),
    ],
)
def test_refusals_come_with_a_sentence_and_record_nothing(client, operator, commune, version, changes, said):
    assert sent(client, operator, commune, **({"version": version.pk} | changes)) == (
        409,
        {"error": "refused", "message": said},
    )
    assert not Airing.objects.exists()


def test_areas_roles_and_withdrawals_are_looked_at_when_it_arrives(client, operator, commune, version):
    elsewhere = make_commune("Xã Khác")
    assert sent(client, operator, elsewhere, version=version.pk)[0] == 409
    approver = make_user(role=Role.APPROVER, area=version.bulletin.area)
    withdraw_bulletin(bulletin=version.bulletin, actor=approver, reason="thử")
    assert "withdrawn" in sent(client, operator, commune, version=version.pk)[1]["message"]
    operator.memberships.update(ends_on=timezone.localdate())
    assert "role" in sent(client, operator, commune, version=version.pk)[1]["message"]
    assert not Airing.objects.exists()


def test_a_desk_names_its_person_and_a_strangers_names_none(client, operator, version):
    assert client.get(reverse("campaigns:desk"))["Desk-Person"] == str(operator.pk)
    assert client.get(reverse("campaigns:version", args=[version.pk]))["Desk-Person"] == str(operator.pk)
    client.logout()
    assert client.get(reverse("campaigns:desk"))["Desk-Person"] == ""


def test_the_worker_is_small_asked_for_anew_and_of_this_language(client):
    answer = client.get("/en/broadcasts/worker.js")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/javascript; charset=utf-8", "no-cache")
    assert "No connection" in answer.content.decode()
    assert len(answer.content) < 8_000
