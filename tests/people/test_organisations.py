"""Organisations by their pages: who sees them, adding, correcting, closing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from core.errors import DomainError
from people.models import Organisation
from people.organisations import close_organisation, save_organisation
from people.roles import Role
from tests.factories import make_commune, make_organisation, make_province, make_user, merge, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune():
    return make_commune("Xã Nhà Thử")


@pytest.fixture
def manager(commune):
    return make_user(role=Role.PROGRAMME_MANAGER, area=commune, organisation=make_organisation("UBND xã", commune))


def form(area, **changes) -> dict:
    return {"name": "Trạm y tế xã Nhà", "name_en": "", "kind": "centre", "area": area.pk, "parent": ""} | changes


def test_an_organisation_is_added_corrected_and_found(client, manager, commune):
    client.force_login(manager)
    assert client.post(reverse("people:new_organisation"), form(commune)).status_code == 302
    made = Organisation.objects.get(name="Trạm y tế xã Nhà")
    address = reverse("people:organisation", args=[made.pk])
    assert client.post(address, form(commune, name="Trạm y tế", kind="centre")).status_code == 302
    made.refresh_from_db()
    assert made.name == "Trạm y tế"
    page = client.get(reverse("people:organisations"), {"q": "tram y te"}).content.decode()
    assert address in page
    assert "UBND xã" not in page


def test_the_same_name_in_the_same_place_is_refused_and_what_was_typed_stays(client, manager, commune):
    client.force_login(manager)
    page = client.post(reverse("people:new_organisation"), form(commune, name="ubnd  XÃ", name_en="My words"))
    assert page.status_code == 200
    assert page.context["form"].non_field_errors()
    assert "My words" in page.content.decode()
    assert Organisation.objects.filter(area=commune).count() == 1


def test_another_area_can_be_neither_given_nor_opened(client, manager, commune):
    client.force_login(manager)
    other = make_commune("Xã Bên Thử")
    theirs = make_organisation("Đoàn xã Bên", other)
    assert client.post(reverse("people:new_organisation"), form(other)).context["form"].errors["area"]
    assert client.get(reverse("people:organisation", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("people:close_organisation", args=[theirs.pk]), {"on": today()}).status_code == 404
    assert "Đoàn xã Bên" not in client.get(reverse("people:organisations")).content.decode()
    with pytest.raises(PermissionDenied):
        save_organisation(actor=manager, organisation=theirs, name="Khác", kind="union", area=commune)


def test_a_supervisor_reads_and_changes_nothing(client, commune):
    client.force_login(make_user(role=Role.SUPERVISOR, area=commune))
    body = make_organisation("Hội xã Nhà", commune)
    page = client.get(reverse("people:organisations")).content.decode()
    assert "Hội xã Nhà" in page
    assert reverse("people:organisation", args=[body.pk]) not in page
    assert client.post(reverse("people:organisation", args=[body.pk]), form(commune)).status_code == 403
    assert client.post(reverse("people:close_organisation", args=[body.pk]), {"on": today()}).status_code == 403


def test_the_tree_has_no_circle(manager, commune):
    above = make_organisation("Sở Thử", make_province())
    below = make_organisation("Phòng Thử", commune, parent=above)
    boss = make_user(role=Role.ADMINISTRATOR)
    make_user(role=Role.ADMINISTRATOR, area=above.area)
    with pytest.raises(DomainError):
        save_organisation(
            actor=boss, organisation=below, name="Phòng Thử", kind="department", area=commune, parent=below
        )
    grand = make_organisation("Tổ Thử", commune, parent=below)
    with pytest.raises(DomainError):
        save_organisation(
            actor=boss, organisation=below, name="Phòng Thử", kind="department", area=commune, parent=grand
        )


def test_it_closes_when_nobody_works_there_any_more(client, manager, commune):
    client.force_login(manager)
    body = make_organisation("Đài xã Nhà", commune, valid_from=today() - timedelta(days=50))
    worker = make_user(role=Role.RADIO_OPERATOR, area=commune, organisation=body)
    address = reverse("people:close_organisation", args=[body.pk])
    client.post(address, {"on": today()})
    body.refresh_from_db()
    assert body.valid_until is None
    worker.memberships.update(ends_on=today())
    assert client.post(address, {"on": "hôm nay"}).status_code == 302
    assert client.post(address, {"on": today()}).status_code == 302
    body.refresh_from_db()
    assert body.valid_until == today()
    assert "Đài xã Nhà" not in client.get(reverse("people:organisations")).content.decode()
    assert "Đài xã Nhà" in client.get(reverse("people:organisations"), {"ended": 1}).content.decode()


def test_it_cannot_end_before_it_began(manager, commune):
    body = make_organisation("Đài xã Nhà", commune, valid_from=today())
    with pytest.raises(DomainError):
        close_organisation(organisation=body, on=today(), actor=manager)


def test_a_body_of_a_merged_commune_is_kept_by_the_successor(client, commune):
    old = make_commune("Xã Cũ Thử", valid_from=date(2021, 1, 1))
    body = make_organisation("Đài xã Cũ", old, valid_from=today() - timedelta(days=400))
    merge(old, commune)
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER, area=commune))
    address = reverse("people:organisation", args=[body.pk])
    assert client.post(address, form(commune, name="Đài xã Nhà")).status_code == 302
    body.refresh_from_db()
    assert (body.name, body.area) == ("Đài xã Nhà", commune)


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_costs_the_same_for_one_and_for_many(client, manager, commune, count, django_assert_max_num_queries):
    for number in range(count):
        make_organisation(f"Hội {number}", commune)
    client.force_login(manager)
    with django_assert_max_num_queries(10):
        client.get(reverse("people:organisations"))
