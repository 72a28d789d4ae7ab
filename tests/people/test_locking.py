"""Locking an account: signed out everywhere at once, roles kept, opened again."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import DomainError
from people.membership import lock_account, unlock_account
from people.permissions import may
from people.roles import Role
from tests.factories import PASSWORD, make_commune, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune():
    return make_commune("Xã Nhà Thử")


@pytest.fixture
def operator(commune):
    return make_user(role=Role.RADIO_OPERATOR, area=commune)


@pytest.fixture
def administrator(commune):
    return make_user(role=Role.ADMINISTRATOR, area=commune)


def sign_in(person) -> int:
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client.get(reverse("people:account")).status_code


def test_a_locked_person_is_out_at_once_and_comes_back_with_every_role(client, operator, administrator, commune):
    phone = Client()
    phone.force_login(operator)
    assert phone.get(reverse("people:account")).status_code == 200
    client.force_login(administrator)
    address = reverse("people:lock_account", args=[operator.memberships.get().pk])
    assert client.post(address).status_code == 302
    assert phone.get(reverse("people:account")).status_code == 302
    assert sign_in(operator) == 302
    operator.refresh_from_db()
    assert (operator.locked_by, may(operator, "campaigns.log_airing", commune)) == (administrator, False)
    page = client.get(reverse("people:member", args=[operator.memberships.get().pk])).content.decode()
    assert "account locked" in page
    assert client.post(address, {"open": "1"}).status_code == 302
    assert sign_in(operator) == 200
    operator = type(operator).objects.get(pk=operator.pk)
    assert operator.locked_at is None
    assert may(operator, "campaigns.log_airing", commune)


def test_locking_twice_keeps_the_first_time(operator, administrator):
    first = lock_account(user=operator, actor=administrator).locked_at
    assert lock_account(user=operator, actor=administrator).locked_at == first


def test_nobody_locks_themselves_a_superuser_or_somebody_who_also_works_elsewhere(operator, administrator):
    with pytest.raises(DomainError):
        lock_account(user=administrator, actor=administrator)
    root = make_user(role=Role.ADMINISTRATOR, area=operator.memberships.get().area, is_superuser=True)
    with pytest.raises(PermissionDenied):
        lock_account(user=root, actor=administrator)
    elsewhere = make_user(role=Role.TRAINER, area=make_commune("Xã Bên Thử")).memberships.get()
    elsewhere.user = operator
    elsewhere.save()
    with pytest.raises(PermissionDenied):
        lock_account(user=operator, actor=administrator)
    # What is over elsewhere binds nobody.
    elsewhere.ends_on = timezone.localdate() - timedelta(days=1)
    elsewhere.save()
    assert not lock_account(user=operator, actor=administrator).is_active


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        (Role.PROGRAMME_MANAGER, "here", 403),
        (Role.SUPERVISOR, "here", 403),
        (Role.ADMINISTRATOR, "elsewhere", 404),
        (Role.RADIO_OPERATOR, "here", 404),
    ],
)
def test_others_lock_nobody(client, operator, commune, role, place, status):
    client.force_login(make_user(role=role, area=commune if place == "here" else make_commune("Xã Bên Thử")))
    address = reverse("people:lock_account", args=[operator.memberships.get().pk])
    assert client.post(address).status_code == status
    operator.refresh_from_db()
    assert operator.is_active
    with pytest.raises(PermissionDenied):
        unlock_account(user=operator, actor=operator)
