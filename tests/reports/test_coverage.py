"""The coverage board: what is counted, as of which day, for whom."""

import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from campaigns.broadcast.airings import log_airing, report_missed, void_airing
from campaigns.models import Airing, SpeakerCluster, Station
from people.roles import Role
from places.loading import load_places
from places.models import AdministrativeUnit, Settlement
from reports.coverage import board
from reports.spreadsheet import coverage_xlsx
from tests.campaigns.making import make_bulletin, make_team, make_version
from tests.factories import make_commune, make_province, make_user, merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune(db):
    return make_commune("Xã Một")


@pytest.fixture
def operator(commune):
    return make_user(role=Role.RADIO_OPERATOR, area=commune)


@pytest.fixture
def version(commune):
    team = make_team()
    made = make_version(team, make_bulletin(team.author), "vi", upto="approved")
    made.released_at = timezone.now() - timedelta(days=400)
    made.save()
    return made


def air(operator, version, commune, **changes):
    given = {"aired_at": timezone.now(), "plays": 2, "client_uuid": uuid.uuid4()} | changes
    return log_airing(operator=operator, version=version, commune=commune, **given)


def tile(commune, **options):
    options = {"on": timezone.localdate(), "communes": AdministrativeUnit.objects.filter(pk=commune.pk)} | options
    return board(**options).rows[0].tiles[-1]


def test_a_tile_turns_green_and_back(operator, version, commune):
    assert tile(commune).status in ("open", "due")
    airing = air(operator, version, commune)
    assert (tile(commune).status, tile(commune).plays, str(tile(commune).minutes)) == ("aired", 2, "1.00")
    void_airing(airing=airing, actor=operator, reason="nhầm")
    assert tile(commune).status in ("open", "due")


def test_an_earlier_day_is_seen_as_it_was_known(operator, version, commune):
    airing = air(operator, version, commune)
    yesterday = timezone.now() - timedelta(days=1)
    Airing.objects.update(received_at=yesterday, aired_at=yesterday, aired_on=timezone.localdate(yesterday))
    void_airing(airing=airing, actor=operator, reason="nhầm")
    assert tile(commune, on=timezone.localdate(yesterday)).status == "aired"
    assert tile(commune, on=timezone.localdate(yesterday) - timedelta(days=1)).status != "aired"
    assert tile(commune).plays == 0


def test_a_language_is_counted_alone(operator, version, commune):
    air(operator, version, commune)
    assert tile(commune, language="vi").status == "aired"
    assert tile(commune, language="ktv").status != "aired"


def test_a_reason_shows_and_does_not_count_as_aired(operator, version, commune):
    report_missed(
        operator=operator, commune=commune, month=timezone.localdate(), reason="no-power", client_uuid=uuid.uuid4()
    )
    assert tile(commune).status == "missed"
    air(operator, version, commune)
    assert tile(commune).status == "aired"


def test_a_merged_commune_counts_what_came_before(operator, version, commune):
    air(operator, version, commune)
    new = make_commune("Xã Gộp", valid_from=timezone.localdate())
    merge(commune, new)
    assert tile(new).status == "aired"


def test_settlements_count_only_where_loudspeakers_are_named(operator, version, commune):
    station = Station.objects.create(commune=commune, name="Đài")
    cluster = SpeakerCluster.objects.create(station=station, name="Cụm 1")
    heard, _unheard = (
        Settlement.objects.create(commune=commune, name=name, valid_from="2025-07-01") for name in ("Một", "Hai")
    )
    cluster.settlements.add(heard)
    air(operator, version, commune)
    assert tile(commune).reached == set()
    air(operator, version, commune, clusters=[cluster])
    found = board(communes=AdministrativeUnit.objects.filter(pk=commune.pk), on=timezone.localdate())
    assert (found.latest.reached, found.latest.settlements, found.latest.settlement_share) == (1, 2, 0.5)
    assert (found.latest.plays, found.latest.share) == (4, 1.0)


def test_the_most_overdue_stand_first(operator, version, commune):
    other = make_commune("Xã A")
    air(operator, version, commune)
    found = board(communes=AdministrativeUnit.objects.communes(), on=timezone.localdate())
    assert [row.commune for row in found.rows] == [other, commune]


def test_months_before_the_first_bulletin_accuse_nobody(version, commune):
    tiles = board(communes=AdministrativeUnit.objects.communes(), on=timezone.localdate()).rows[0].tiles
    assert {t.status for t in tiles[:-1]} == {"none"}


def test_ninety_four_communes_in_six_queries(django_assert_max_num_queries):
    load_places()
    city = AdministrativeUnit.objects.current().get(level="province")
    communes = AdministrativeUnit.objects.within(city).communes()
    with django_assert_max_num_queries(6):
        found = board(communes=communes, on=timezone.localdate())
    assert len(found.rows) == 94


def test_the_spreadsheet_holds_numbers_and_no_formulas(operator, version, commune):
    AdministrativeUnit.objects.filter(pk=commune.pk).update(name="=1+1")
    air(operator, version, commune)
    found = board(communes=AdministrativeUnit.objects.communes(), on=timezone.localdate())
    book = load_workbook(BytesIO(coverage_xlsx(found)))
    first, second = book.worksheets
    assert first["A2"].value == "'=1+1"
    assert first["A2"].data_type == "s"
    last = [cell.value for cell in second[second.max_row]]
    assert last[3] == 1
    assert second.cell(second.max_row, 4).number_format == "0 %"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.PROGRAMME_MANAGER, 200),
        (Role.SUPERVISOR, 200),
        (Role.RADIO_OPERATOR, 200),
        (Role.TRAINEE, 403),
        (None, 403),
    ],
)
def test_who_may_open_the_board(client, version, commune, role, status):
    client.force_login(make_user(role=role, area=commune))
    for name in ("reports:coverage", "reports:coverage_file"):
        assert client.get(reverse(name)).status_code == status
    now = timezone.localdate()
    page = client.get(reverse("reports:commune_month", args=[commune.pk, now.year, now.month]))
    assert page.status_code == status


def test_the_board_ends_at_the_area(client, version, commune):
    other = make_commune("Xã Xa", parent=make_province("Tỉnh Bạn"))
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER, area=commune))
    page = client.get(reverse("reports:coverage")).content.decode()
    assert commune.name in page
    assert other.name not in page
    now = timezone.localdate()
    assert client.get(reverse("reports:commune_month", args=[other.pk, now.year, now.month])).status_code == 404
    assert client.get(reverse("reports:coverage"), {"area": other.pk}).status_code == 404
    client.logout()
    assert "/accounts/login/" in client.get(reverse("reports:coverage"))["Location"]
