"""The pages of the board: whose communes stand on it, its choices, its spreadsheet, days before a merger."""

import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from campaigns.broadcast.airings import log_airing
from campaigns.models import Airing, AiringProof, Proof
from people.roles import Role
from tests.campaigns.making import make_language
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_district, make_user, merge

pytestmark = pytest.mark.django_db


def air(version, commune, **changes) -> Airing:
    operator = make_user(role=Role.RADIO_OPERATOR, area=commune)
    given = {"aired_at": timezone.now(), "plays": 2, "client_uuid": uuid.uuid4()} | changes
    return log_airing(operator=operator, version=version, commune=commune, **given)


def shown(client, **choices) -> str:
    """The board's table; the form above it names areas too."""
    answer = client.get(reverse("reports:coverage"), choices)
    assert answer.status_code == 200
    return answer.content.decode().split("<table")[1]


@pytest.fixture
def communes():
    return make_commune("Xã Một Thử"), make_commune("Xã Hai Thử")


def test_an_operator_finds_the_own_commune_only(client, communes):
    own, other = communes
    version = make_released()
    air(version, own)
    air(version, other)
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=own))
    page = shown(client)
    assert own.name in page
    assert other.name not in page
    today = timezone.localdate()
    month = [today.year, today.month]
    assert client.get(reverse("reports:commune_month", args=[own.pk, *month])).status_code == 200
    assert client.get(reverse("reports:commune_month", args=[other.pk, *month])).status_code == 404
    book = load_workbook(BytesIO(client.get(reverse("reports:coverage_file")).content))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == [own.label]


def test_the_board_narrows_to_an_area_and_a_language(client, communes):
    district = make_district("Huyện Hẹp")
    inside = make_commune("Xã Trong", parent=district)
    make_language("vi")
    air(make_released(language=make_language("ktv")), inside)
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    page = shown(client, area=district.pk)
    assert inside.name in page
    assert communes[0].name not in page
    assert "is-done" in shown(client, area=district.pk, language="ktv")
    assert "is-done" not in shown(client, area=district.pk, language="vi")


def test_choices_that_do_not_exist_are_not_there(client, communes):
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    today = timezone.localdate()
    assert client.get(reverse("reports:coverage"), {"on": "hôm qua"}).status_code == 404
    assert client.get(reverse("reports:coverage"), {"area": "999999"}).status_code == 404
    assert client.get(reverse("reports:coverage"), {"language": "xx"}).status_code == 404
    assert client.get(reverse("reports:commune_month", args=[communes[0].pk, today.year, 13])).status_code == 404
    assert client.get(reverse("reports:commune_month", args=[communes[0].pk, 1, 1])).status_code == 404


def test_tomorrow_is_shown_as_today(client, communes):
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    answer = client.get(reverse("reports:coverage_file"), {"on": f"{timezone.localdate() + timedelta(days=9)}"})
    assert f"phu-song-{timezone.localdate()}.xlsx" in answer["Content-Disposition"]


def test_a_day_before_a_merger_shows_the_commune_of_that_day_and_opens_it(client):
    today = timezone.localdate()
    old = make_commune("Xã Cũ Thử", valid_from=today - timedelta(days=300))
    version = make_released(released_at=timezone.now() - timedelta(days=200), month=today - timedelta(days=200))
    airing = air(version, old)
    aired = timezone.now() - timedelta(days=100)
    day = timezone.localdate(aired)
    Airing.objects.filter(pk=airing.pk).update(aired_at=aired, aired_on=day, received_at=aired)
    new = make_commune("Xã Mới Thử", valid_from=today - timedelta(days=5))
    merge(old, new)
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    now = shown(client)
    assert (new.name in now, old.name in now) == (True, False)
    assert "is-done" in now
    before = shown(client, on=f"{today - timedelta(days=50)}")
    assert (new.name in before, old.name in before) == (False, True)
    link = reverse("reports:commune_month", args=[old.pk, day.year, day.month])
    assert link in before
    assert version.bulletin.title in client.get(link).content.decode()


def test_the_spreadsheet_has_headed_columns_of_numbers(client, communes):
    air(make_released(seconds=90), communes[0])
    client.force_login(make_user(role=Role.SUPERVISOR))
    answer = client.get(reverse("reports:coverage_file"))
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    first, totals = load_workbook(BytesIO(answer.content)).worksheets
    months = [cell.value for cell in first[1]][1:13]
    assert months[-1] == f"{timezone.localdate():%m/%Y}"
    assert len(set(months)) == 12
    rows = {row[0]: row[13:16] for row in first.iter_rows(min_row=2, values_only=True)}
    assert rows == {communes[0].label: (2, 3, 0), communes[1].label: (0, 0, 0)}
    last = [cell.value for cell in totals[totals.max_row]]
    assert last[1:4] == [2, 1, 0.5]
    assert last[7:9] == [2, 3]
    assert all(cell.value for cell in totals[1])


def test_a_tile_and_the_sheet_say_how_well_it_is_shown(client, communes):
    version = make_released()
    for level, plays in ((Proof.SELF, 1), (Proof.CLIP, 2), (Proof.PHOTO, 3)):
        one = air(version, communes[0], plays=plays)
        Airing.objects.filter(pk=one.pk).update(proof=level)
    air(version, communes[1], plays=4)
    client.force_login(make_user(role=Role.SUPERVISOR))
    page = shown(client)
    assert '<span aria-hidden="true">6♪</span>' in page
    assert "6× (vi), ghi âm đã khớp" in page
    assert '<span aria-hidden="true">4</span>' in page
    assert "4× (vi), tự ghi nhận" in page
    first, totals = load_workbook(BytesIO(client.get(reverse("reports:coverage_file")).content)).worksheets
    assert {row[0]: row[16] for row in first.iter_rows(min_row=2, values_only=True)} == {
        communes[0].label: "ghi âm đã khớp", communes[1].label: "tự ghi nhận",
    }  # fmt: skip
    heads, last = ([cell.value for cell in totals[row]][9:] for row in (1, totals.max_row))
    assert heads == [f"Minh chứng: {word}" for word in ("tự ghi nhận", "ảnh", "đài tự báo về", "ghi âm đã khớp")]
    assert last == [1, 0, 0, 1]


def test_the_proof_of_an_earlier_day_is_that_of_then(client, communes):
    """On the board of three days ago a clip of today proves nothing yet."""
    airing = air(make_released(), communes[0])
    then = timezone.now() - timedelta(days=3)
    Airing.objects.update(received_at=then, aired_at=then, aired_on=timezone.localdate(then), proof=Proof.CLIP)
    AiringProof.objects.create(
        airing=airing, kind="clip", verdict="match", matched=airing.version, sent_sha256="a" * 64, sha256="b" * 64,
        path="x", size=1, added_by=airing.operator,
    )  # fmt: skip
    client.force_login(make_user(role=Role.SUPERVISOR))
    assert "2♪" in shown(client)
    assert "2♪" not in shown(client, on=f"{timezone.localdate(then)}")


def test_the_month_of_a_commune_names_the_proof_and_opens_it_only_for_who_may(client, communes):
    airing = air(make_released(), communes[0])
    page = reverse("reports:commune_month", args=[communes[0].pk, airing.aired_on.year, airing.aired_on.month])
    link = reverse("campaigns:proofs", args=[airing.client_uuid])
    for role, may_open in ((Role.SUPERVISOR, True), (Role.APPROVER, False)):
        client.force_login(make_user(role=role))
        said = client.get(page).content.decode()
        assert "tự ghi nhận" in said
        assert (link in said) == may_open
