"""A commune's settlements and languages by its pages: operator, peer, watcher, outsider."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from people.roles import Role
from places.models import Language, Settlement, SpokenLanguage
from tests.campaigns.making import make_language
from tests.factories import make_commune, make_user, merge, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune():
    return make_commune("Xã Nhà Thử")


@pytest.fixture
def operator(client, commune):
    user = make_user(role=Role.RADIO_OPERATOR, area=commune)
    client.force_login(user)
    return user


def village(commune, name="Thôn Một", **fields) -> Settlement:
    return Settlement.objects.create(commune=commune, name=name, **fields)


def filled(**changes) -> dict:
    return {"kind": "thon", "name": "Thôn Mới", "households": "41", "is_remote": "on"} | changes


def test_an_operator_is_taken_to_the_one_commune_and_adds_a_village(client, operator, commune):
    assert client.get(reverse("people:communes")).url == reverse("people:commune", args=[commune.pk])
    address = reverse("people:new_settlement", args=[commune.pk])
    assert client.post(address, filled()).status_code == 302
    made = Settlement.objects.get()
    assert (made.commune, made.name, made.households, made.is_remote, made.is_priority) == (
        commune, "Thôn Mới", 41, True, False,
    )  # fmt: skip
    assert "Thôn Mới" in client.get(reverse("people:commune", args=[commune.pk])).content.decode()
    twice = client.post(address, filled(name="thôn  MỚI", households="7"))
    assert twice.context["form"].non_field_errors()
    assert 'value="7"' in twice.content.decode()


@pytest.mark.parametrize("changes", [{"name": ""}, {"kind": "xom"}, {"households": "-1"}, {"households": "nhiều"}])
def test_bad_input_is_explained_and_kept(client, operator, commune, changes):
    page = client.post(reverse("people:new_settlement", args=[commune.pk]), filled(**changes))
    assert page.context["form"].errors
    assert not Settlement.objects.exists()


def test_a_village_is_corrected_and_closed(client, operator, commune):
    old = village(commune, valid_from=today() - timedelta(days=9))
    assert (
        client.post(reverse("people:settlement", args=[commune.pk, old.pk]), filled(name="Thôn 1")).status_code == 302
    )
    close = reverse("people:close_settlement", args=[commune.pk, old.pk])
    client.post(close, {"on": old.valid_from})
    old.refresh_from_db()
    assert (old.name, old.valid_until) == ("Thôn 1", None)
    client.post(close, {"on": today()})
    old.refresh_from_db()
    assert old.valid_until == today()
    assert not client.get(reverse("people:commune", args=[commune.pk])).context["settlements"]


def test_villages_recorded_before_a_merger_are_the_successors(client, operator, commune):
    before = make_commune("Xã Cũ Thử", valid_from=date(2021, 1, 1))
    old = village(before, valid_from=date(2021, 1, 1))
    merge(before, commune)
    page = client.get(reverse("people:commune", args=[commune.pk])).content.decode()
    assert "Thôn Một" in page
    assert "Xã Cũ Thử" in page
    assert client.post(reverse("people:settlement", args=[commune.pk, old.pk]), filled()).status_code == 302
    assert client.post(reverse("people:new_settlement", args=[commune.pk]), filled()).status_code == 200


def test_languages_are_confirmed_added_and_taken_away(client, operator, commune):
    katu, xodang, cor = (make_language(tag) for tag in ("ktv", "sed", "cua"))
    SpokenLanguage.objects.create(unit=commune, language=katu)
    SpokenLanguage.objects.create(unit=commune, language=cor)
    address = reverse("people:commune", args=[commune.pk])
    assert client.post(address, {"languages": [katu.pk, xodang.pk]}).status_code == 302
    rows = SpokenLanguage.objects.filter(unit=commune).values_list("language__tag", "is_confirmed")
    assert sorted(rows) == [("ktv", True), ("sed", True)]
    assert client.post(address, {"languages": []}).status_code == 302
    assert not Language.objects.spoken_in(commune).exists()
    assert client.post(address, {"languages": [make_language("vi").pk]}).context["form"].errors


@pytest.mark.parametrize(
    ("role", "place", "read", "write"),
    [
        (Role.PROGRAMME_MANAGER, "here", 200, 302),
        (Role.SUPERVISOR, "here", 200, 403),
        (Role.RADIO_OPERATOR, "elsewhere", 404, 404),
        (Role.PROGRAMME_MANAGER, "elsewhere", 404, 404),
        (Role.TRAINEE, "here", 404, 404),
    ],
)
def test_pages_by_who_asks(client, commune, role, place, read, write):
    own = village(commune, valid_from=today() - timedelta(days=9))
    client.force_login(make_user(role=role, area=commune if place == "here" else make_commune("Xã Bên Thử")))
    assert client.get(reverse("people:commune", args=[commune.pk])).status_code == read
    for address, data in (
        (reverse("people:commune", args=[commune.pk]), {}),
        (reverse("people:new_settlement", args=[commune.pk]), filled()),
        (reverse("people:settlement", args=[commune.pk, own.pk]), filled(name="Thôn Hai")),
        (reverse("people:close_settlement", args=[commune.pk, own.pk]), {"on": today()}),
    ):
        assert client.post(address, data).status_code == write
    # A village of one commune is not opened through another.
    other = make_commune("Xã Khác Thử")
    assert client.get(reverse("people:settlement", args=[other.pk, own.pk])).status_code in (403, 404)


def test_strangers_are_asked_to_sign_in(client, commune):
    assert client.get(reverse("people:commune", args=[commune.pk])).status_code == 302


@pytest.mark.parametrize("count", [2, 6])
def test_the_list_costs_the_same_for_few_and_many(client, count, django_assert_max_num_queries):
    for number in range(count):
        village(make_commune(f"Xã {number} Thử"))
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("people:communes"))
    assert len(page.context["rows"]) == count
    assert {found for _unit, found in page.context["rows"]} == {1}
