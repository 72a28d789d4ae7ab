"""The smart loudspeakers' interface: keys, what a station is offered, airings exactly once, whatever is sent."""

import hashlib
import json
import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from campaigns.broadcast import packs
from campaigns.broadcast.bulletins import withdraw_bulletin
from campaigns.broadcast.station_keys import key_of, make_key, revoke_key, rotate_key
from campaigns.models import Airing, SpeakerCluster, Station, StationKey
from media import jobs
from media.models import Job
from people.roles import Role
from places.models import SpokenLanguage
from tests.campaigns.making import make_language
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_user, merge

pytestmark = pytest.mark.django_db
BASE = "/api/v1"


@pytest.fixture
def commune():
    return make_commune("Xã Thông Minh")


@pytest.fixture
def operator(commune):
    return make_user(role=Role.RADIO_OPERATOR, area=commune)


@pytest.fixture
def station(commune):
    made = Station.objects.create(commune=commune, name="Đài IP", technology="ip")
    for number in (1, 2):
        SpeakerCluster.objects.create(station=made, name=f"Cụm {number}")
    SpeakerCluster.objects.create(station=made, name="Cụm cũ", is_active=False)
    return made


@pytest.fixture
def secret(operator, station):
    return make_key(actor=operator, station=station)[1]


@pytest.fixture
def version(station):
    return make_released()


def bearer(secret: str) -> dict:
    return {"Authorization": f"Bearer {secret}"}


def send(secret, *airings, client=None, **more):
    return (client or Client()).post(
        f"{BASE}/airings", json.dumps({"airings": airings, **more}), "application/json", headers=bearer(secret)
    )


def airing(version, **changes) -> dict:
    said = {"id": str(uuid.uuid4()), "version": version.pk, "aired_at": timezone.now().isoformat(), "plays": 2}
    return said | changes


def results(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.content
    return [(row["status"], row["message"]) for row in answer.json()["results"]]


def test_a_key_is_kept_as_a_hash_and_shown_once(client, operator, station):
    client.force_login(operator)
    address = reverse("campaigns:keys", args=[station.pk])
    answer = client.post(address)
    key = StationKey.objects.get()
    words = answer.content.decode().replace("<", ">").split(">")
    secret = next(word for word in words if word.startswith(key.beginning) and len(word) > 20)
    assert key.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert answer["Cache-Control"] == "no-store"
    assert secret not in client.get(address).content.decode()
    assert key_of(secret) == key
    assert client.get(f"{BASE}/station", headers=bearer(secret)).json()["name"] == "Đài IP"
    key.refresh_from_db()
    assert key.last_seen_at is not None
    wrong = (secret[:-1] + ("A" if secret[-1] != "A" else "B"), "", "x" * 5000, secret[:12], "khoá", None)
    for text in wrong:
        headers = {} if text is None else {"Authorization": f"Bearer {text}"}
        assert client.get(f"{BASE}/station", headers=headers).status_code == 401


def test_a_replaced_key_works_for_a_week_a_revoked_one_no_longer(client, operator, station, secret, monkeypatch):
    key = key_of(secret)
    _new, other = rotate_key(actor=operator, key=key)
    assert [client.get(f"{BASE}/station", headers=bearer(s)).status_code for s in (secret, other)] == [200, 200]
    StationKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert [client.get(f"{BASE}/station", headers=bearer(s)).status_code for s in (secret, other)] == [401, 200]
    client.force_login(operator)
    assert client.post(reverse("campaigns:revoke_key", args=[key_of(other).pk])).status_code == 302
    assert client.get(f"{BASE}/station", headers=bearer(other)).status_code == 401
    _key, third = make_key(actor=operator, station=station)
    Station.objects.update(is_active=False)
    assert client.get(f"{BASE}/station", headers=bearer(third)).status_code == 401


def test_keys_are_nobody_elses(client, operator, station, secret):
    key = key_of(secret)
    pages = [reverse("campaigns:keys", args=[station.pk]), reverse("campaigns:revoke_key", args=[key.pk])]
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn")))
    assert [client.post(page).status_code for page in pages] == [404, 404]
    watcher = make_user(role=Role.SUPERVISOR)
    client.force_login(watcher)
    assert [client.post(page).status_code for page in pages] == [403, 403]
    for act in (lambda: make_key(actor=watcher, station=station), lambda: revoke_key(actor=watcher, key=key)):
        with pytest.raises(PermissionDenied):
            act()
    assert key_of(secret) == key
    client.force_login(operator)
    other = Station.objects.create(commune=make_commune("Xã Ba"), name="Đài")
    foreign = make_key(actor=make_user(role=Role.ADMINISTRATOR), station=other)[0]
    assert client.post(pages[0], {"key": foreign.pk}).status_code == 404


def test_a_station_lists_what_to_play_and_fetches_it(client, commune, secret, version):
    cotu = make_language("ktv")
    SpokenLanguage.objects.create(unit=commune, language=cotu)
    make_released(language=cotu, bulletin=version.bulletin)
    make_released(title="Khẩn", priority="emergency")
    make_released(title="Cho xã khác", audience=[make_commune("Xã Khác")])
    packs.prepare(timezone.localdate())
    for job in Job.objects.filter(kind="pack"):
        jobs.run(job.pk)
    found = client.get(f"{BASE}/programmes", headers=bearer(secret)).json()
    assert [(p["title"], p["language"], p["priority"]) for p in found["programmes"]] == [
        ("Khẩn", "vi", "emergency"), ("Bản tin thử", "vi", "normal"), ("Bản tin thử", "ktv", "normal"),
    ]  # fmt: skip
    for file in [*found["packs"], *(file for p in found["programmes"] for file in p["files"])]:
        data = b"".join(client.get(file["url"].removeprefix("http://127.0.0.1:8000")).streaming_content)
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["size"], file["sha256"])
    assert [file["profile"] for file in found["packs"]] == ["horn", "horn-small"]
    assert found["programmes"][0]["files"][0]["profile"] == "horn"
    past = client.get(f"{BASE}/programmes?month=2024-01", headers=bearer(secret)).json()
    assert (past["month"], past["programmes"], past["packs"]) == ("2024-01", [], [])
    assert client.get(f"{BASE}/programmes?month=2024-13", headers=bearer(secret)).status_code == 422


def test_airings_are_recorded_once_however_often_they_come(secret, station, version):
    sent = [airing(version), airing(version, plays=3), airing(version, clusters=[])]
    assert results(send(secret, *sent)) == [("recorded", "")] * 3
    for _again in range(2):
        assert results(send(secret, *sent)) == [("known", "")] * 3
    assert results(send(secret, sent[0], sent[0], airing(version))) == [("known", ""), ("known", ""), ("recorded", "")]
    first, second, third = (Airing.objects.get(client_uuid=one["id"]) for one in sent)
    assert (first.plays, second.plays, str(second.minutes)) == (2, 3, "4.50")
    assert [cluster.name for cluster in first.clusters.all()] == ["Cụm 1", "Cụm 2"]
    assert not third.clusters.exists()
    assert (first.operator, first.station_key.station, first.commune) == (None, station, station.commune)
    assert first.aired_on == timezone.localdate()


def test_each_airing_is_refused_on_its_own(secret, station, version):
    gone = make_released()
    withdraw_bulletin(bulletin=gone.bulletin, actor=make_user(role=Role.APPROVER), reason="thử")
    draft = make_released()
    type(draft).objects.filter(pk=draft.pk).update(state="approved")
    other = make_released(audience=[make_commune("Xã Khác")])
    elsewhere = Station.objects.create(commune=other.bulletin.audience.get(), name="Đài")
    foreign = SpeakerCluster.objects.create(station=elsewhere, name="Cụm")
    known = airing(version)
    send(secret, known)
    now = timezone.now()
    said = results(
        send(
            secret,
            airing(gone), airing(draft), airing(other), airing(version) | {"version": 10**15},
            airing(version, aired_at=(now + timedelta(hours=1)).isoformat()),
            airing(version, aired_at=(now - timedelta(days=9)).isoformat()),
            airing(version, aired_at="1970-01-01T00:00:00Z"), airing(version, aired_at="9999-12-31T23:59:59-12:00"),
            airing(version, clusters=[foreign.pk]), airing(version, **{"id": known["id"], "plays": 9}),
            airing(version),
        )
    )  # fmt: skip
    assert [status for status, _message in said] == ["refused"] * 10 + ["recorded"]
    assert all(message for status, message in said if status == "refused")
    assert said[0][1].startswith("Bản tin này đã bị thu hồi")
    assert Airing.objects.count() == 2


ONE = {"id": "3f0c1c1e-6a0e-4f6a-9d59-5a1f0b0a7c11", "version": 1, "aired_at": "2026-01-01T00:00:00Z"}


def of(*airings) -> bytes:
    return json.dumps({"airings": airings}).encode()


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"\xff\xfe", b'{"airings": null}', of(), of({}), of(1), of(ONE | {"id": "x"}),
    of(ONE | {"version": 2**70}), of(ONE | {"aired_at": "2026-01-01T00:00:00"}), of(ONE | {"plays": 51}),
    of(ONE | {"x": 1}), of(*[ONE] * 101),
])  # fmt: skip
def test_a_sending_that_is_not_understood_records_nothing(client, secret, version, body):
    answer = client.post(f"{BASE}/airings", body, "application/json", headers=bearer(secret))
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"]
    assert not Airing.objects.exists()


NAMES = ["id", "version", "aired_at", "plays", "clusters", "airings"]
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
anything = st.recursive(
    plain | st.datetimes().map(str) | st.uuids().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=12,
)
moments = st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()) | anything
plausible = st.fixed_dictionaries(
    {"id": st.uuids().map(str) | anything, "version": st.integers(-2, 2**63 + 1) | anything, "aired_at": moments},
    optional={
        "plays": st.integers(-1, 60) | anything,
        "clusters": st.lists(st.integers(0, 2**63), max_size=3) | anything,
    },
)
sendings = st.fixed_dictionaries({"airings": st.lists(plausible, max_size=4), "sent_at": moments})


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(body=anything | sendings)
def test_nothing_that_is_sent_makes_a_fault(secret, version, body):
    from django.core.cache import cache

    cache.clear()
    answer = Client().post(f"{BASE}/airings", json.dumps(body), "application/json", headers=bearer(secret))
    assert answer.status_code in (200, 400, 422)


def test_a_wrong_clock_is_said(secret, version):
    for moment, wrong in ((timezone.now(), False), (timezone.now() - timedelta(hours=3), True)):
        answer = send(secret, airing(version), sent_at=moment.isoformat()).json()
        assert answer["clock_is_wrong"] is wrong
    assert send(secret, airing(version), sent_at="0001-01-01T00:00:00+14:00").json()["clock_is_wrong"] is True
    assert Airing.objects.filter(client_time=None).count() == 1


def test_a_merged_communes_station_reports_for_the_commune_of_the_day(station, commune, secret, version):
    heir = make_commune("Xã Mới", valid_from=timezone.localdate())
    merge(commune, heir)
    assert results(send(secret, airing(version))) == [("recorded", "")]
    assert Airing.objects.get().commune == heir
    assert Client().get(f"{BASE}/station", headers=bearer(secret)).json()["commune"] == "Xã Mới"


def test_a_hundred_airings_cost_as_many_queries_as_one(secret, version):
    send(secret, airing(version))
    with CaptureQueriesContext(connection) as one:
        send(secret, airing(version))
    with CaptureQueriesContext(connection) as many:
        assert len(results(send(secret, *(airing(version) for _ in range(100))))) == 100
    # SQLite takes the hundred rows in two statements.
    assert len(many) <= len(one) + 1


def test_too_many_requests_are_told_to_wait(client, secret):
    codes = [client.get(f"{BASE}/station", headers=bearer(secret)).status_code for _ in range(121)]
    assert (codes[119], codes[120]) == (200, 429)


def test_the_document_is_valid_and_asks_for_a_key(client):
    document = client.get(f"{BASE}/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    validate(document)
    calls = {(path, verb): call for path, verbs in document["paths"].items() for verb, call in verbs.items()}
    assert set(calls) == {(f"{BASE}/station", "get"), (f"{BASE}/programmes", "get"), (f"{BASE}/airings", "post")}
    for (path, verb), call in calls.items():
        assert call["security"] == [{"StationBearer": []}]
        assert {"200", "401", "429"} <= set(call["responses"])
        answer = client.generic(verb.upper(), path, "{}", content_type="application/json")
        assert answer.status_code == 401


def test_the_history_names_the_station(client, operator, station, secret, version):
    send(secret, airing(version))
    client.force_login(operator)
    assert "Đài IP (" in client.get(reverse("campaigns:history")).content.decode()
    today = timezone.localdate()
    page = client.get(
        reverse("reports:commune_month", args=[version.bulletin.area.children.get().pk, today.year, today.month])
    )
    assert "Đài IP (" in page.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_the_same_sending_from_two_sides_at_once_is_recorded_once():
    commune = make_commune("Xã Thông Minh")
    station = Station.objects.create(commune=commune, name="Đài IP", technology="ip")
    secret = make_key(actor=make_user(role=Role.RADIO_OPERATOR, area=commune), station=station)[1]
    version = make_released()
    sent = [airing(version) for _ in range(20)]
    said, gate = [], threading.Barrier(4)

    def go():
        try:
            gate.wait()
            said.append(results(send(secret, *sent)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert Airing.objects.count() == 20
    assert sorted(sum(status == "recorded" for status, _m in one) for one in said) == [0, 0, 0, 20]
