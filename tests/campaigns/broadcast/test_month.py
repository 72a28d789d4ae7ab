"""What a commune is asked to air, what it is offered meanwhile, and the one tap that records it."""

import re
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast.airings import log_airing
from campaigns.broadcast.month import offers
from campaigns.broadcast.stations import cluster_choices, clusters_of
from campaigns.models import Airing, SpeakerCluster, Station
from core.errors import DomainError
from people.roles import Role
from places.models import AdministrativeUnit, SpokenLanguage
from tests.campaigns.making import make_language
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_user, merge


@pytest.fixture
def commune(db):
    return make_commune("Xã Tây Thử")


@pytest.fixture
def version(db):
    return make_released()


@pytest.fixture
def operator(commune):
    return make_user(role=Role.RADIO_OPERATOR, area=commune)


def told(listed) -> list[tuple]:
    return [(o.language.tag, o.version is not None, o.instead and o.instead.tag) for o in listed]


# What is offered ---------------------------------------------------------------------------------------------------
def test_a_waiting_language_names_what_to_air_meanwhile(version, commune):
    SpokenLanguage.objects.create(unit=commune, language=make_language("ktv"))
    [(_bulletin, listed)] = offers(commune, timezone.localdate())
    assert told(listed) == [("vi", True, None), ("ktv", False, "vi")]


def test_the_nearest_ready_fallback_comes_before_vietnamese(version, commune):
    nearest = make_language("sed")
    SpokenLanguage.objects.create(unit=commune, language=make_language("kxy", fallback=nearest))
    [(_bulletin, listed)] = offers(commune, timezone.localdate())
    assert told(listed) == [("vi", True, None), ("kxy", False, "vi")]
    ready = make_released(language=nearest, bulletin=version.bulletin)
    [(_bulletin, listed)] = offers(commune, timezone.localdate())
    assert told(listed) == [("vi", True, None), ("sed", True, None), ("kxy", False, "sed")]
    assert listed[1].version == ready


def test_without_a_vietnamese_version_nothing_is_promised_in_its_place(commune):
    make_released(language=make_language("ktv"))
    make_language("vi")
    SpokenLanguage.objects.create(unit=commune, language=make_language("ktv"))
    [(_bulletin, listed)] = offers(commune, timezone.localdate())
    assert told(listed) == [("ktv", True, None), ("vi", False, None)]


def test_a_bulletin_of_another_month_is_not_offered(commune):
    make_released(month=timezone.localdate().replace(day=1) - timedelta(days=1))
    assert offers(commune, timezone.localdate()) == []


# Loudspeakers ------------------------------------------------------------------------------------------------------
def test_loudspeakers_of_merged_stations_are_told_apart(commune):
    old = make_commune("Xã Cũ Thử", valid_from=timezone.localdate() - timedelta(days=900))
    merge(old, commune)
    for place, name in ((commune, "Đài B"), (old, "Đài A")):
        station = Station.objects.create(commune=place, name=name)
        SpeakerCluster.objects.create(station=station, name="Cụm 1")
        SpeakerCluster.objects.create(station=station, name="Cụm hỏng", is_active=False)
    found = clusters_of(AdministrativeUnit.objects.family(commune))
    assert [label for _pk, label in cluster_choices(found)] == ["Đài A: Cụm 1", "Đài B: Cụm 1"]
    assert [label for _pk, label in cluster_choices(found[:1])] == ["Cụm 1"]


# Pages between -----------------------------------------------------------------------------------------------------
def test_strangers_pages_may_be_kept_for_a_minute_and_an_operators_by_nobody(client, version, operator):
    addresses = [reverse("campaigns:desk"), reverse("campaigns:version", args=[version.pk])]
    for address in addresses:
        answer = client.get(address)
        assert sorted(answer["Cache-Control"].split(", ")) == ["max-age=60", "public"]
        assert "Cookie" in answer["Vary"]
    client.force_login(operator)
    for address in addresses:
        assert sorted(client.get(address)["Cache-Control"].split(", ")) == ["no-cache", "private"]


# One tap -----------------------------------------------------------------------------------------------------------
def tapped(page: str) -> dict:
    """What the browser sends when the button of the first form is tapped and nothing else is touched."""
    form = re.search(r'<form class="log".*?</form>', page, re.S).group()
    fields: dict = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if found["type"] != "checkbox" or " checked" in tag:
            fields.setdefault(found["name"], []).append(found.get("value", ""))
    return fields | {"action": re.search(r'action="([^"]*)"', form).group(1)}


def test_one_tap_says_just_now_once_on_all_loudspeakers(client, version, commune, operator):
    station = Station.objects.create(commune=commune, name="Đài")
    clusters = [SpeakerCluster.objects.create(station=station, name=f"Cụm {n}") for n in (1, 2)]
    client.force_login(operator)
    sent = tapped(client.get(reverse("campaigns:desk")).content.decode())
    address = sent.pop("action")
    sent.pop("csrfmiddlewaretoken")
    before = timezone.now()
    # A tap that is sent again a moment later, as phones do, finds the first record.
    for _again in range(2):
        assert client.post(address, sent).status_code == 302
    airing = Airing.objects.get()
    assert before <= airing.aired_at <= timezone.now()
    assert (airing.plays, airing.version, airing.commune, airing.operator) == (1, version, commune, operator)
    assert list(airing.clusters.order_by("pk")) == clusters


def test_each_form_on_the_desk_is_its_own(client, version, commune, operator):
    SpokenLanguage.objects.create(unit=commune, language=make_language("ktv"))
    make_released(tag="ktv", bulletin=version.bulletin)
    client.force_login(operator)
    page = client.get(reverse("campaigns:desk")).content.decode()
    assert page.count('<form class="log"') == 2
    assert len(set(re.findall(r'name="client_uuid" value="([^"]+)"', page))) == 3
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_watcher_finds_no_form_and_a_stranger_no_token(client, version, commune):
    for user in (make_user(role=Role.SUPERVISOR), None):
        if user:
            client.force_login(user)
        else:
            client.logout()
        page = client.get(reverse("campaigns:desk"))
        assert 'class="log"' not in page.content.decode()
    assert "csrfmiddlewaretoken" not in page.content.decode()


def test_the_desk_stays_within_twelve_queries(client, version, commune, operator):
    client.force_login(operator)
    client.get(reverse("campaigns:desk"))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("campaigns:desk"))
    # Three of them say who reads: session, person, memberships. The hotline strip is cached.
    assert len(queries) <= 12


# History -----------------------------------------------------------------------------------------------------------
def test_history_shows_one_month_at_a_time(client, version, commune, operator):
    now = timezone.now()
    for plays in (31, 32):
        log_airing(
            operator=operator, version=version, commune=commune, aired_at=None, plays=plays, client_uuid=uuid.uuid4()
        )
    earlier = now.replace(day=1) - timedelta(days=3)
    Airing.objects.filter(plays=32).update(aired_at=earlier, aired_on=timezone.localdate(earlier))
    client.force_login(operator)
    page = client.get(reverse("campaigns:history"), {"thang": f"{earlier:%Y-%m}"}).content.decode()
    assert (">32<" in page, ">31<" in page) == (True, False)
    assert f'<option value="{earlier:%Y-%m}" selected>' in page
    for nonsense in ("", "2026-13", "x"):
        page = client.get(reverse("campaigns:history"), {"thang": nonsense}).content.decode()
        assert (">32<" in page, ">31<" in page) == (True, True)


# Two sendings at once ----------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_the_same_tap_arriving_five_times_at_once_is_one_airing():
    version, commune = make_released(), make_commune("Xã Tây Thử")
    operator = make_user(role=Role.RADIO_OPERATOR, area=commune)
    sent = {"xa": commune.pk, "client_uuid": uuid.uuid4(), "aired_at": "", "plays": 2}
    clients = [Client() for _ in range(5)]
    for one in clients:
        one.force_login(operator)
    answers: list = []
    start = threading.Barrier(len(clients))

    def send(one: Client) -> None:
        try:
            start.wait(timeout=20)
            answers.append(one.post(reverse("campaigns:log", args=[version.pk]), sent).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[one]) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert answers == [302] * 5
    assert Airing.objects.get().plays == 2


def test_just_now_is_compared_with_no_time(version, commune, operator):
    sent = {"operator": operator, "version": version, "commune": commune, "client_uuid": uuid.uuid4()}
    first = log_airing(aired_at=None, plays=2, **sent)
    assert log_airing(aired_at=None, plays=2, **sent) == first
    assert log_airing(aired_at=first.aired_at, plays=2, **sent) == first
    with pytest.raises(DomainError):
        log_airing(aired_at=first.aired_at - timedelta(minutes=9), plays=2, **sent)
