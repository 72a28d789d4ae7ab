"""How far the broadcasts have come: beside oneself and the neighbours, and nobody is put last."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Airing
from people.roles import Role
from places.models import AdministrativeUnit
from reports import progress
from reports.coverage import months_until
from reports.progress import Kept
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_district, make_province, make_user, merge, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    first = months_until(today(), 24)[0]
    return make_released(month=first, released_at=timezone.make_aware(datetime(first.year, first.month, 1)))


def air(version, commune, *back: int) -> None:
    """One broadcast in each of the months so many before this one."""
    months = months_until(today(), 24)[::-1]
    operator = make_user(role=Role.RADIO_OPERATOR, area=commune)
    for number in back:
        at = timezone.make_aware(datetime(months[number].year, months[number].month, 1, 5))
        Airing.objects.create(
            version=version, commune=commune, aired_at=at, plays=1, minutes=Decimal(3), operator=operator,
            client_uuid=uuid.uuid4(), received_at=at,
        )  # fmt: skip


def test_a_commune_is_seen_beside_its_own_year_before(version):
    commune = make_commune("Xã Tiến", valid_from=date(2021, 1, 1))
    air(version, commune, 0, 1, 2, 3, 13)
    (own,) = progress.two_years(AdministrativeUnit.objects.filter(pk=commune.pk), today())
    # The running month counts because it has a broadcast; of a month that is over only what was aired.
    assert (own.now, own.before.aired) == (Kept(4, 12), 1)
    assert own.gain > 0


def test_neighbours_came_of_the_same_district(version):
    province = make_province()
    districts = [make_district(f"Huyện {n}", valid_from=date(2021, 1, 1)) for n in "AB"]
    heirs = []
    for number in range(6):
        old = make_commune(f"Cũ {number}", districts[number // 4], valid_from=date(2021, 1, 1))
        heirs.append(make_commune(f"Xã {number}", province, valid_from=date(2025, 7, 1)))
        merge(old, heirs[-1])
    assert set(progress.neighbours(heirs[0], today())) == set(heirs[1:4])
    # Without former districts: whoever lies under the same parent.
    new = make_commune("Xã Mới Toanh", province, valid_from=date(2025, 7, 1))
    assert set(progress.neighbours(new, today())) == set(heirs)


def test_the_middle_of_too_few_is_not_told_and_those_behind_are_not_named(client, version):
    behind, ahead = (
        make_commune("Xã Lùi", valid_from=date(2021, 1, 1)),
        make_commune("Xã Lên", valid_from=date(2021, 1, 1)),
    )
    air(version, behind, 12, 13, 14)
    air(version, ahead, 0, 1)
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    page = client.get(reverse("reports:progress")).content.decode()
    found = page.split("</form>")[-1]
    assert "Xã Lên" in found
    assert "Xã Lùi" not in found
    own = (
        client.get(reverse("reports:progress"), {"area": ahead.pk, "on": f"{today()}"})
        .content.decode()
        .split("</form>")[-1]
    )
    assert "không nêu" in own
    assert "Xã Lùi" not in own
    for number in range(3):
        air(version, make_commune(f"Xã {number}", valid_from=date(2021, 1, 1)), 0)
    own = client.get(reverse("reports:progress"), {"area": ahead.pk, "on": f"{today()}"}).content.decode()
    assert "không nêu" not in own
    assert "mức giữa của 4 xã lân cận" in own


def test_an_operator_sees_the_own_commune_and_a_trainee_nothing(client, version):
    commune = make_commune("Xã Mình")
    make_commune("Xã Người")
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=commune))
    page = client.get(reverse("reports:progress"))
    assert page.context["own"].commune == commune
    assert "Xã Người" not in page.content.decode()
    assert client.get(reverse("reports:progress"), {"on": f"{today() - timedelta(days=9999)}"}).status_code == 200
    client.force_login(make_user(role=Role.TRAINEE, area=commune))
    assert client.get(reverse("reports:progress")).status_code == 403
