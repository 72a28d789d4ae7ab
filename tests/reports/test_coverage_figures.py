"""The board's figures where they could be counted twice or too early, and what its pages cost."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from campaigns.broadcast.airings import log_airing, report_missed, void_airing
from campaigns.models import Airing, SpeakerCluster, Station
from people.permissions import areas_for, may
from people.roles import Role
from places.loading import load_places
from places.models import AdministrativeUnit, Settlement
from reports.coverage import board, communes_on
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_user, merge

pytestmark = pytest.mark.django_db


def air(version, commune, **changes) -> Airing:
    operator = make_user(role=Role.RADIO_OPERATOR, area=commune)
    given = {"aired_at": None, "plays": 2, "client_uuid": uuid.uuid4()} | changes
    return log_airing(operator=operator, version=version, commune=commune, **given)


def cluster_in(commune, *names: str) -> SpeakerCluster:
    station, _new = Station.objects.get_or_create(commune=commune, name="Đài")
    cluster = SpeakerCluster.objects.create(station=station, name=" ".join(names))
    for name in names:
        cluster.settlements.add(Settlement.objects.create(commune=commune, name=name, valid_from="2020-01-01"))
    return cluster


def everything(**options):
    units = AdministrativeUnit.objects.current().communes()
    return board(communes=units, on=timezone.localdate(), **options)


def test_a_split_commune_counts_for_each_heir_and_once_in_the_total():
    today = timezone.localdate()
    old = make_commune("Xã Chia", valid_from=today - timedelta(days=400))
    version = make_released(released_at=timezone.now() - timedelta(days=1))
    cluster = cluster_in(old, "Thôn Trên", "Thôn Dưới")
    air(version, old, clusters=[cluster])
    for name in ("Xã Thừa Kế A", "Xã Thừa Kế B"):
        merge(old, make_commune(name, valid_from=today), "part")
    found = everything()
    assert [(row.commune.name, row.tiles[-1].status, row.tiles[-1].plays) for row in found.rows] == [
        ("Xã Thừa Kế A", "aired", 2),
        ("Xã Thừa Kế B", "aired", 2),
    ]
    assert [(len(row.tiles[-1].reached), row.settlements) for row in found.rows] == [(2, 2), (2, 2)]
    total = found.latest
    assert (total.plays, str(total.minutes), total.reached, total.settlements) == (2, "3.00", 2, 2)


def test_several_loudspeakers_do_not_multiply_plays():
    commune = make_commune("Xã Nhiều Loa")
    clusters = [cluster_in(commune, f"Thôn {n}", f"Thôn {n} B") for n in range(3)]
    Settlement.objects.create(commune=commune, name="Thôn Xa", valid_from="2020-01-01")
    air(make_released(), commune, clusters=clusters[:2])
    air(make_released(tag="ktv"), commune, clusters=clusters[:1])
    total = everything().latest
    assert (total.plays, str(total.minutes), total.reached, total.settlements) == (4, "6.00", 4, 7)
    only = everything(language="ktv").latest
    assert (only.plays, only.reached, only.aired) == (2, 2, 1)


def test_an_airing_without_loudspeakers_reaches_nobody_even_where_none_are_registered():
    commune = make_commune("Xã Không Cụm")
    Settlement.objects.create(commune=commune, name="Thôn Một", valid_from="2020-01-01")
    air(make_released(), commune)
    total = everything().latest
    assert (total.aired, total.reached, total.settlements) == (1, 0, 1)


def test_a_version_that_was_never_released_begins_no_duty():
    make_commune("Xã Chờ")
    version = make_released()
    assert everything().rows[0].tiles[-1].status != "none"
    version.bulletin.versions.update(state="draft", released_at=None)
    assert {tile.status for tile in everything().rows[0].tiles} == {"none"}


def test_overdue_months_stand_first_then_reasons_then_green():
    today = timezone.localdate()
    last_month = today.replace(day=1) - timedelta(days=1)
    early = timezone.now() - timedelta(days=100)
    version = make_released(month=last_month.replace(day=1), released_at=early)
    green, given, silent = (make_commune(f"Xã {name}") for name in ("A", "B", "C"))
    for commune, row in ((green, air(version, green)),):
        assert row.commune == commune
    when = timezone.now().replace(day=1) - timedelta(days=1)
    Airing.objects.update(aired_at=when, aired_on=last_month, received_at=when)
    operator = make_user(role=Role.RADIO_OPERATOR, area=given)
    report_missed(operator=operator, commune=given, month=last_month, reason="no-power", client_uuid=uuid.uuid4())
    given.missed_broadcasts.update(received_at=when)
    found = board(communes=AdministrativeUnit.objects.current().communes(), on=today.replace(day=1))
    tiles = {row.commune: row.tiles[-2] for row in found.rows}
    assert [tiles[c].status for c in (green, given, silent)] == ["aired", "missed", "overdue"]
    assert str(tiles[given].reason) == "mất điện"
    assert found.rows[-1].commune == green


def test_a_record_voided_later_still_stood_on_the_day():
    version, commune = make_released(released_at=timezone.now() - timedelta(days=9)), make_commune()
    airing = air(version, commune)
    then = timezone.now() - timedelta(days=3)
    Airing.objects.update(aired_at=then, aired_on=timezone.localdate(then), received_at=then)
    void_airing(airing=airing, actor=airing.operator, reason="nhầm")
    units = AdministrativeUnit.objects.current().communes()
    assert board(communes=units, on=timezone.localdate(then)).rows[0].tiles[-1].plays == 2
    assert board(communes=units, on=timezone.localdate()).rows[0].tiles[-1].plays == 0


def test_rights_and_board_of_ninety_four_communes_cost_six_queries(django_assert_num_queries):
    load_places()
    city = AdministrativeUnit.objects.current().get(level="province")
    user = make_user(role=Role.PROGRAMME_MANAGER, area=city)
    with django_assert_num_queries(6):
        assert may(user, "reports.see_coverage")
        found = board(
            communes=communes_on(areas_for(user, "reports.see_coverage"), timezone.localdate()), on=timezone.localdate()
        )
    assert len(found.rows) == 94


@pytest.mark.parametrize("name", ["reports:coverage", "reports:coverage_file", "reports:commune_month"])
def test_pages_cost_the_same_for_one_airing_as_for_three(client, name):
    commune, version = make_commune("Xã Một"), make_released()
    cluster = cluster_in(commune, "Thôn Một")
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    today = timezone.localdate()
    address = reverse(name, args=[commune.pk, today.year, today.month] if name.endswith("month") else [])
    air(version, commune, clusters=[cluster])
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for place in (commune, make_commune("Xã Hai"), make_commune("Xã Ba")):
        air(version, place, clusters=[cluster_in(place, "Thôn Mới")])
    with CaptureQueriesContext(connection) as three:
        assert client.get(address).status_code == 200
    assert len(three) == len(one)
    # Session, person and memberships among them.
    assert len(one) <= 12


def test_the_month_of_a_commune_is_closed_to_peers_and_strangers(client):
    commune, version = make_commune("Xã Một"), make_released()
    airing = air(version, commune)
    today = timezone.localdate()
    address = reverse("reports:commune_month", args=[commune.pk, today.year, today.month])
    assert "/accounts/login/" in client.get(address)["Location"]
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn")))
    assert client.get(address).status_code == 404
    client.force_login(airing.operator)
    void_airing(airing=airing, actor=airing.operator, reason="ghi nhầm giờ")
    assert "ghi nhầm giờ" in client.get(address).content.decode()


def test_the_spreadsheet_says_the_day_and_the_reason(client, tmp_path):
    commune = make_commune("Xã Một")
    make_released()
    user = make_user(role=Role.RADIO_OPERATOR, area=commune)
    today = timezone.localdate()
    report_missed(operator=user, commune=commune, month=today, reason="broken", client_uuid=uuid.uuid4())
    client.force_login(user)
    (tmp_path / "board.xlsx").write_bytes(client.get(reverse("reports:coverage_file")).content)
    book = load_workbook(tmp_path / "board.xlsx")
    sheet = book.worksheets[0]
    assert sheet.freeze_panes == "B2"
    assert f"{today:%d/%m/%Y}" in sheet.oddHeader.center.text
    assert sheet["M2"].value.endswith(": hỏng loa hoặc tăng âm")
