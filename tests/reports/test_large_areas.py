"""An area of many communes is shown a page at a time; its sums and its order are those of the whole board."""

import operator
import re
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast.airings import log_airing, report_missed, void_airing
from campaigns.models import Airing, Bulletin, SpeakerCluster, Station
from people.roles import Role
from places import forms
from places.models import AdministrativeUnit, Settlement
from reports import indicators
from reports.coverage import board, months_until, summed_board
from reports.views import coverage as views
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_province, make_user, merge

pytestmark = pytest.mark.django_db


def make_month(version, count: int) -> list:
    """Communes that aired, aired by mistake, gave a reason, merged, or said nothing; some name loudspeakers."""
    made = []
    for number in range(count):
        commune = make_commune(f"Xã {number:02}")
        person = make_user(role=Role.RADIO_OPERATOR, area=commune)
        station = Station.objects.create(commune=commune, name="Đài")
        cluster = SpeakerCluster.objects.create(station=station, name="Cụm")
        for name in ("Thôn A", "Thôn B"):
            cluster.settlements.add(Settlement.objects.create(commune=commune, name=name, valid_from="2020-01-01"))
        Settlement.objects.create(commune=commune, name="Thôn Xa", valid_from="2020-01-01")
        said = {"operator": person, "version": version, "commune": commune, "aired_at": None, "plays": 2}
        if number % 4 in (0, 1):
            airing = log_airing(**said, client_uuid=uuid.uuid4(), clusters=[cluster] if number % 8 else [])
            if number % 4 == 1:
                void_airing(airing=airing, actor=person, reason="nhầm")
        elif number % 4 == 2:
            report_missed(
                operator=person,
                commune=commune,
                month=timezone.localdate(),
                reason="broken",
                client_uuid=uuid.uuid4(),
            )
        made.append(commune)
    return made


@pytest.mark.parametrize("language", ["", "vi", "ktv"])
def test_the_sums_are_the_boards_last_month(language):
    made = make_month(make_released(released_at=timezone.now() - timedelta(days=1)), 10)
    merge(made[4], make_commune("Xã Mới", valid_from=timezone.localdate()))
    communes = AdministrativeUnit.objects.current().communes()
    whole = board(communes=communes, on=timezone.localdate(), language=language)
    found = summed_board(communes=communes, on=timezone.localdate(), language=language)
    assert found.latest == whole.latest
    assert len(found.order) == len(whole.rows)
    word = {row.commune.pk: row.tiles[-1].status for row in whole.rows}
    assert [word[pk] for pk in found.order] == [row.tiles[-1].status for row in whole.rows]


@pytest.mark.parametrize("language", ["", "vi"])
def test_the_sums_of_every_month_are_the_boards(language):
    today = timezone.localdate()
    made = make_month(make_released(released_at=timezone.now() - timedelta(days=200)), 12)
    for number, airing in enumerate(Airing.objects.order_by("pk")):
        # Facts are append-only; here they are moved into the months before, as if recorded late.
        Airing.objects.filter(pk=airing.pk).update(aired_on=today - timedelta(days=33 * (number % 4)))
    Bulletin.objects.update(month=months_until(today, 5)[1])
    merge(made[4], make_commune("Xã Mới", valid_from=today))
    communes = AdministrativeUnit.objects.current().communes()
    whole = board(communes=communes, on=today, count=5, language=language)
    found = summed_board(communes=communes, on=today, count=5, language=language)
    assert [one.aired for one in whole.totals].count(0) < 4
    assert found.totals[-1] == whole.totals[-1]
    same = operator.attrgetter("month", "communes", "aired", "plays", "minutes", "share")
    assert [same(one) for one in found.totals] == [same(one) for one in whole.totals]
    assert {(one.settlements, one.settlement_share) for one in found.totals[:-1]} == {(None, None)}
    assert (found.languages, found.family) == (whole.languages, whole.family)
    assert sorted(found.missing) == sorted(whole.missing)
    some = found.missing[:3]
    assert (
        {row.commune.pk for row in found.rows_of(some, among=communes)}
        == {row.commune.pk for row in whole.rows_of(some, among=communes)}
        == set(some)
    )


def test_the_overview_of_a_large_area_says_what_a_small_one_says(client, monkeypatch):
    make_month(make_released(released_at=timezone.now() - timedelta(days=1)), 10)
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    small = client.get(reverse("reports:dashboard")).content.decode()
    monkeypatch.setattr(indicators, "WHOLE", 3)
    cache.clear()
    large = client.get(reverse("reports:dashboard")).content.decode()
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    assert token.sub("", small) == token.sub("", large)
    assert small.count("Xã 0") > 3


def test_of_thousands_of_communes_only_those_of_the_chosen_province_are_offered(client, monkeypatch):
    monkeypatch.setattr(forms, "MANY", 3)
    provinces = [make_province(f"Tỉnh {n}") for n in range(2)]
    communes = [make_commune(f"Xã {n}", parent=provinces[n % 2]) for n in range(4)]
    areas = AdministrativeUnit.objects.current().order_by("level", "name")
    offered = {str(pk) for pk, _label in forms.AreaOnDayForm({"on": ""}, areas=areas).fields["area"].widget.choices}
    assert offered == {"", *(str(one.pk) for one in provinces)}
    for asked, seen in ((provinces[0], communes[0]), (communes[0], communes[0])):
        form = forms.AreaOnDayForm({"on": "", "area": str(asked.pk)}, areas=areas)
        assert form.is_valid()
        assert form.cleaned_data["area"] == asked
        assert str(seen.pk) in {str(pk) for pk, _label in form.fields["area"].widget.choices}
        assert str(communes[1].pk) not in {str(pk) for pk, _label in form.fields["area"].widget.choices}


def test_without_any_bulletin_nobody_is_accused():
    make_commune("Xã Một")
    found = summed_board(communes=AdministrativeUnit.objects.communes(), on=timezone.localdate())
    assert (found.latest.communes, found.latest.share) == (0, None)


def test_a_large_area_is_shown_a_page_at_a_time(client, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 4)
    monkeypatch.setattr(views, "WHOLE", 9)
    make_month(make_released(), 10)
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    shown = [
        client.get(reverse("reports:coverage"), {"page": number, "language": "vi"}).content.decode()
        for number in (1, 2, 3)
    ]
    assert [page.count('<th scope="row">') for page in shown] == [4, 4, 2]
    names = [name for page in shown for name in (f"Xã {n:02}" for n in range(10)) if f'<th scope="row">{name}' in page]
    assert sorted(names) == [f"Xã {n:02}" for n in range(10)]
    # Three of ten have aired, whatever page one reads.
    assert all("3&nbsp;/&nbsp;10" in page for page in shown)
    assert "language=vi&amp;page=2" in shown[0] or "page=2&amp;language=vi" in shown[0]
    assert client.get(reverse("reports:coverage_file")).status_code == 200


def test_a_page_costs_the_same_however_large_the_area(client, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 2)
    monkeypatch.setattr(views, "WHOLE", 3)
    version = make_released()
    make_month(version, 4)
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("reports:coverage"))
        return len(found)

    def anew() -> int:
        cache.clear()
        client.get("/vi/")  # the hotline strip is kept as well
        return queries()

    few, kept = anew(), queries()
    for number in range(20, 30):
        make_commune(f"Xã {number}")
    assert anew() == few
    assert queries() == kept < few


def test_order_and_sums_of_a_large_area_stand_still_for_a_minute(client, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 2)
    monkeypatch.setattr(views, "WHOLE", 3)
    version = make_released()
    make_month(version, 4)
    manager = make_user(role=Role.PROGRAMME_MANAGER)
    client.force_login(manager)
    address = reverse("reports:coverage")
    first = client.get(address).content.decode()
    assert "1&nbsp;/&nbsp;4" in first
    silent = AdministrativeUnit.objects.get(name="Xã 03")
    log_airing(
        operator=make_user(role=Role.RADIO_OPERATOR, area=silent), version=version, commune=silent,
        aired_at=timezone.now(), plays=1, client_uuid=uuid.uuid4(),
    )  # fmt: skip
    again = client.get(address).content.decode()
    # The commune stays where it was, and its own tile is already true.
    assert "1&nbsp;/&nbsp;4" in again
    assert again.index(silent.name) == first.index(silent.name)
    assert again.count("is-done") > first.count("is-done")
    cache.clear()
    assert "2&nbsp;/&nbsp;4" in client.get(address).content.decode()


def test_a_list_of_acts_offers_no_thousands_of_communes_either(client, monkeypatch):
    monkeypatch.setattr(forms, "MANY", 3)
    province = make_province()
    communes = [make_commune(f"Xã {n}", parent=province) for n in range(4)]
    client.force_login(make_user(role=Role.ADMINISTRATOR, area=province))
    page = client.get(reverse("reports:audit"))
    assert list(page.context["form"].fields) == ["first", "last", "area", "group", "person"]
    assert [pk for pk, _label in page.context["form"].fields["area"].widget.choices] == ["", province.pk]
    assert client.get(reverse("reports:audit"), {"area": communes[0].pk}).context["form"].is_valid()
