"""A month that is over: its desk, its late records, and the communes that merged since."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Airing, BulletinVersion, MissedBroadcast
from campaigns.querysets import first_of_month
from people.roles import Role
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_user, merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def last_month():
    return first_of_month(first_of_month(timezone.localdate()) - timedelta(days=1))


@pytest.fixture
def version(last_month):
    version = make_released(month=last_month)
    BulletinVersion.objects.filter(pk=version.pk).update(released_at=timezone.now() - timedelta(days=70))
    return version


def operator_of(client, commune):
    user = make_user(role=Role.RADIO_OPERATOR, area=commune)
    client.force_login(user)
    return user


def desk(client, commune, month):
    return client.get(reverse("campaigns:desk"), {"xa": commune.pk, "thang": f"{month:%Y-%m}"})


def on(day) -> str:
    return f"{day:%Y-%m-%d}T07:30"


def test_last_months_bulletin_is_a_tap_away_and_logged_with_its_date(client, version, last_month):
    commune = make_commune()
    operator_of(client, commune)
    assert f"thang={last_month:%Y-%m}" in client.get(reverse("campaigns:desk")).content.decode()
    page = desk(client, commune, last_month)
    assert version.bulletin.title in page.content.decode()
    data = {"xa": commune.pk, "client_uuid": uuid.uuid4(), "plays": 1, "aired_at": ""}
    # "Just now" cannot be meant of a month that is over.
    assert client.post(reverse("campaigns:log", args=[version.pk]), data).status_code == 409
    sent = client.post(reverse("campaigns:log", args=[version.pk]), data | {"aired_at": on(last_month)})
    assert sent.url.endswith(f"thang={last_month:%Y-%m}")
    assert Airing.objects.get().aired_on == last_month
    assert "1 lần" in desk(client, commune, last_month).content.decode()


def test_a_reason_may_be_given_for_the_month_before(client, last_month):
    commune = make_commune()
    operator_of(client, commune)
    data = {"xa": commune.pk, "thang": f"{last_month:%Y-%m}", "client_uuid": uuid.uuid4(), "reason": "no-power"}
    assert client.post(reverse("campaigns:missed"), data).status_code == 302
    assert MissedBroadcast.objects.get().month == last_month


@pytest.mark.parametrize("month", ["2099-01", "thang-muoi", "2026-13", "0000-00"])
def test_months_to_come_and_nonsense_are_not_found(client, month):
    assert client.get(reverse("campaigns:desk"), {"thang": month}).status_code == 404


def test_strangers_read_earlier_months_too(client, version, last_month):
    page = client.get(reverse("campaigns:desk"), {"thang": f"{last_month:%Y-%m}"})
    assert version.bulletin.title in page.content.decode()
    assert not page.cookies


def test_a_broadcast_of_before_the_merger_is_logged_for_the_commune_of_that_day(client, version, last_month):
    day = first_of_month(timezone.localdate())
    old = make_commune("Xã Cũ Thử", valid_from=day - timedelta(days=900))
    other = make_commune("Xã Kia Thử", valid_from=day - timedelta(days=900))
    new = make_commune("Xã Mới Thử", valid_from=day)
    merge(old, new)
    merge(other, new)
    stranger = make_commune("Xã Xa Thử", valid_from=day - timedelta(days=900))
    operator_of(client, new)
    page = desk(client, new, last_month).content.decode()
    assert "Xã Cũ Thử" in page
    assert "Xã Kia Thử" in page
    assert "Xã Xa Thử" not in page
    data = {"xa": new.pk, "plays": 2, "aired_at": on(last_month)}

    def send(**more):
        return client.post(reverse("campaigns:log", args=[version.pk]), data | {"client_uuid": uuid.uuid4()} | more)

    assert send().status_code == 409  # The new commune did not exist that day.
    assert send(former=stranger.pk).status_code == 409
    assert send(former=old.pk).status_code == 302
    assert Airing.objects.get().commune == old
    # After the merger nobody asks.
    make_released()
    assert 'name="former"' in desk(client, new, last_month).content.decode()
    assert 'name="former"' not in desk(client, new, timezone.localdate()).content.decode()


def test_nobody_is_late_in_a_month_without_a_bulletin(client, last_month):
    commune = make_commune()
    operator_of(client, commune)
    assert desk(client, commune, last_month).context["state_label"] == "không có bản tin"
    make_released(month=last_month)
    assert desk(client, commune, last_month).context["state_label"] == "quá hạn"
