"""The loudspeaker register: who may change it, that airings keep their meaning, what waits for a repair."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast.airings import log_airing, report_missed
from campaigns.broadcast.repairs import close_repair, open_repair
from campaigns.broadcast.stations import clusters_of, overview, register_of, save_cluster
from campaigns.models import Repair, SpeakerCluster, Station
from core.errors import DomainError
from people.roles import Role
from places.models import AdministrativeUnit, Settlement
from reports.coverage import board
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_user, merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune():
    return make_commune("Xã Loa")


@pytest.fixture
def operator(commune):
    return make_user(role=Role.RADIO_OPERATOR, area=commune)


@pytest.fixture
def villages(commune):
    return [Settlement.objects.create(commune=commune, name=f"Thôn {n}", valid_from="2020-01-01") for n in range(3)]


@pytest.fixture
def station(commune):
    return Station.objects.create(commune=commune, name="Đài thử")


@pytest.fixture
def cluster(operator, station, villages):
    row = SpeakerCluster(station=station, name="Cụm 1")
    return save_cluster(actor=operator, cluster=row, settlements=villages[:1])


def reached() -> int:
    return board(communes=AdministrativeUnit.objects.current().communes(), on=timezone.localdate()).latest.reached


def air(operator, commune, clusters):
    return log_airing(
        operator=operator, version=make_released(), commune=commune, aired_at=None, plays=1, clusters=clusters,
        client_uuid=uuid.uuid4(),
    )  # fmt: skip


def test_an_operator_enters_a_station_a_cluster_and_who_hears_it(client, commune, operator, villages):
    client.force_login(operator)
    page = client.get(reverse("campaigns:stations"))
    assert "Chưa ghi đài nào ở đây" in page.content.decode()
    said = {"xa": commune.pk, "name": "Đài A", "technology": "fm", "is_active": "on"}
    assert client.post(reverse("campaigns:new_station"), said).status_code == 302
    station = Station.objects.get()
    assert (station.commune, station.technology) == (commune, "fm")
    said = {"name": "Cụm nhà văn hoá", "settlements": [v.pk for v in villages[:2]], "is_active": "on"}
    assert client.post(reverse("campaigns:new_cluster", args=[station.pk]), said).status_code == 302
    shown = client.get(reverse("campaigns:stations")).content.decode()
    assert "Cụm nhà văn hoá" in shown
    assert "1 thôn, bản chưa nghe được loa nào" in shown
    found = register_of(commune)
    assert (found.heard, found.settlements, found.unheard) == (2, 3, [villages[2]])


def test_a_name_taken_is_said_kindly_and_nothing_is_lost(client, commune, operator, station, cluster):
    client.force_login(operator)
    said = {"xa": commune.pk, "name": station.name, "technology": "ip"}
    answer = client.post(reverse("campaigns:new_station"), said)
    assert (answer.status_code, Station.objects.count()) == (409, 1)
    answer = client.post(reverse("campaigns:new_cluster", args=[station.pk]), {"name": "Cụm 1", "is_active": "on"})
    assert answer.status_code == 409
    assert "Đài này đã có cụm loa tên ấy." in answer.content.decode()
    assert 'value="Cụm 1"' in answer.content.decode()


def test_a_change_of_who_hears_it_leaves_what_was_aired(commune, operator, cluster, villages):
    air(operator, commune, [cluster])
    assert reached() == 1
    repair = open_repair(actor=operator, commune=commune, cluster=cluster, reason="broken", client_uuid=uuid.uuid4())
    old = cluster.pk
    new = save_cluster(actor=operator, cluster=cluster, settlements=villages)
    assert new.pk != old
    assert reached() == 1
    assert [c.pk for c in clusters_of({commune.pk})] == [new.pk]
    repair.refresh_from_db()
    assert repair.cluster == new
    air(operator, commune, [new])
    assert reached() == 3


def test_a_correction_counts_for_earlier_months_too(commune, operator, cluster, villages):
    air(operator, commune, [cluster])
    same = save_cluster(actor=operator, cluster=cluster, settlements=villages, correction=True)
    assert same.pk == cluster.pk
    assert reached() == 3


def test_a_new_name_alone_makes_no_new_cluster(client, commune, operator, cluster, villages):
    air(operator, commune, [cluster])
    client.force_login(operator)
    address = reverse("campaigns:cluster", args=[cluster.pk])
    assert "correction" in client.get(address).content.decode()
    client.post(address, {"name": "Cụm đổi tên", "settlements": [villages[0].pk], "is_active": "on"})
    assert SpeakerCluster.objects.get().name == "Cụm đổi tên"


def test_settlements_of_elsewhere_are_refused(commune, operator, cluster):
    other = Settlement.objects.create(commune=make_commune("Xã Bạn"), name="Thôn bạn", valid_from="2020-01-01")
    with pytest.raises(DomainError):
        save_cluster(actor=operator, cluster=cluster, settlements=[other])
    assert list(cluster.settlements.all()) != [other]


def test_a_merged_commune_keeps_its_stations_under_the_new_name(client, villages, commune, station, cluster):
    heir = make_commune("Xã Mới", valid_from=timezone.localdate())
    merge(commune, heir)
    operator = make_user(role=Role.RADIO_OPERATOR, area=heir)
    client.force_login(operator)
    shown = client.get(reverse("campaigns:stations")).content.decode()
    assert station.name in shown
    assert "Xã Loa" in shown
    address = reverse("campaigns:cluster", args=[cluster.pk])
    assert villages[2].name in client.get(address).content.decode()
    said = {"name": "Cụm 1", "settlements": [v.pk for v in villages], "is_active": "on"}
    assert client.post(address, said)["Location"].endswith(f"?xa={heir.pk}")
    assert register_of(heir).heard == 3


def test_peers_outsiders_and_watchers(client, commune, operator, station, cluster):
    repair = open_repair(actor=operator, commune=commune, station=station, reason="no-power", client_uuid=uuid.uuid4())
    pages = [
        reverse("campaigns:station", args=[station.pk]),
        reverse("campaigns:cluster", args=[cluster.pk]),
        reverse("campaigns:new_cluster", args=[station.pk]),
        f"{reverse('campaigns:stations')}?xa={commune.pk}",
        f"{reverse('campaigns:new_repair')}?xa={commune.pk}",
        f"{reverse('campaigns:new_station')}?xa={commune.pk}",
    ]
    closing = reverse("campaigns:close_repair", args=[repair.pk])
    for address in [*pages, reverse("campaigns:repairs")]:
        assert "/accounts/login/" in client.get(address)["Location"]
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn")))
    assert [client.get(address).status_code for address in pages] == [404] * 6
    assert client.post(closing).status_code == 404
    assert "mất điện" not in client.get(reverse("campaigns:repairs")).content.decode()
    client.force_login(make_user(role=Role.SUPERVISOR))
    assert [client.get(address).status_code for address in pages] == [403] * 6
    assert client.post(closing).status_code == 403
    assert "mất điện" in client.get(reverse("campaigns:repairs")).content.decode()
    client.force_login(make_user(role=Role.TRANSLATOR))
    assert client.get(reverse("campaigns:repairs")).status_code == 403
    for user in (operator, make_user(role=Role.PROGRAMME_MANAGER)):
        client.force_login(user)
        assert [client.get(address).status_code for address in pages] == [200] * 6
    assert client.post(closing).status_code == 302
    repair.refresh_from_db()
    assert repair.closed_at is not None


def test_broken_loudspeakers_are_not_ticked_for_an_airing(client, commune, operator, station, cluster, villages):
    second = save_cluster(
        actor=operator, cluster=SpeakerCluster(station=station, name="Cụm 2"), settlements=villages[1:]
    )
    open_repair(actor=operator, commune=commune, cluster=cluster, reason="broken", client_uuid=uuid.uuid4())
    assert [(c.pk, c.is_broken) for c in clusters_of({commune.pk})] == [(cluster.pk, True), (second.pk, False)]
    make_released()
    client.force_login(operator)
    page = client.get(reverse("campaigns:desk")).content.decode()
    assert "Cụm 1 (đang hỏng)" in page
    ticked = [part for part in page.split("<input") if 'name="clusters"' in part and "checked" in part]
    assert len(ticked) == 1
    assert f'value="{second.pk}"' in ticked[0]


def test_a_reason_opens_a_line_that_is_closed_once(commune, operator):
    said = {"operator": operator, "commune": commune, "month": timezone.localdate(), "reason": "no-credit"}
    sent = uuid.uuid4()
    missed = report_missed(**said, client_uuid=sent)
    assert report_missed(**said, client_uuid=sent) == missed
    repair = Repair.objects.get()
    assert (repair.missed, repair.reason, repair.commune) == (missed, "no-credit", commune)
    closed = close_repair(repair=repair, actor=operator).closed_at
    manager = make_user(role=Role.PROGRAMME_MANAGER)
    again = close_repair(repair=repair, actor=manager)
    assert (again.closed_at, again.closed_by) == (closed, operator)
    with pytest.raises(PermissionDenied):
        open_repair(actor=make_user(role=Role.SUPERVISOR), commune=commune, reason="broken", client_uuid=uuid.uuid4())


def test_a_fault_is_reported_from_the_phone(client, commune, operator, station, cluster):
    client.force_login(operator)
    address = f"{reverse('campaigns:new_repair')}?xa={commune.pk}"
    sent = {"client_uuid": uuid.uuid4(), "where": f"c{cluster.pk}", "reason": "other", "note": ""}
    answer = client.post(address, sent)
    assert (answer.status_code, Repair.objects.count()) == (409, 0)
    for _again in range(2):
        assert client.post(address, sent | {"note": "đứt dây"}).status_code == 302
    repair = Repair.objects.get()
    assert (repair.cluster, repair.station, repair.note) == (cluster, station, "đứt dây")
    assert client.post(address, sent | {"where": "c999999"}).status_code == 409


def test_lists_cost_the_same_for_one_as_for_many(client, commune, operator, station, cluster):
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    pages = [
        reverse("campaigns:stations"),
        reverse("campaigns:repairs"),
        f"{reverse('campaigns:stations')}?xa={commune.pk}",
    ]
    open_repair(actor=operator, commune=commune, reason="broken", client_uuid=uuid.uuid4())
    make_commune("Xã Hai")
    [client.get(page) for page in pages]
    with CaptureQueriesContext(connection) as few:
        [client.get(page) for page in pages]
    for number in range(5):
        unit = make_commune(f"Xã {number}")
        for place, base in ((unit, 0), (commune, 10)):
            one = Station.objects.create(commune=place, name=f"Đài {number + base}")
            near = Settlement.objects.create(commune=place, name=f"Bản {number}", valid_from="2020-01-01")
            SpeakerCluster.objects.create(station=one, name="Cụm").settlements.add(near)
        open_repair(actor=operator, commune=commune, reason="no-power", client_uuid=uuid.uuid4())
    with CaptureQueriesContext(connection) as many:
        assert {client.get(page).status_code for page in pages} == {200}
    assert len(many) == len(few)
    line = next(line for line in overview(AdministrativeUnit.objects.communes()) if line.commune == commune)
    assert (len(line.stations), len(line.settlements), len(line.heard), line.repairs) == (6, 8, 6, 6)


def test_a_settlement_that_ended_stays_ticked(client, commune, operator, cluster, villages):
    Settlement.objects.filter(pk=villages[0].pk).update(valid_until=timezone.localdate() - timedelta(days=1))
    client.force_login(operator)
    page = client.get(reverse("campaigns:cluster", args=[cluster.pk])).content.decode()
    assert page.count("checked") == 2
