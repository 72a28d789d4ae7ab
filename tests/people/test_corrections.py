"""What is wrong about oneself: asked for, settled by an administrator of where one serves, never by oneself."""

import pytest
from django.db import IntegrityError, transaction

from core.errors import DomainError
from people.corrections import MOST_OPEN, ask_correction, settle_correction
from people.models import Correction
from people.my_data import kept_about
from people.roles import Role
from tests.factories import make_commune, make_user, merge

pytestmark = pytest.mark.django_db
ASK, LIST = "/people/me/correction/", "/people/corrections/"


@pytest.fixture
def officer():
    return make_user(role=Role.TRAINEE, area=make_commune("Xã Một"), name="Hoa Mẫu")


@pytest.fixture
def administrator():
    return make_user(role=Role.ADMINISTRATOR)


def test_asked_for_settled_and_read(client, officer, administrator):
    client.force_login(officer)
    form = {"what": "post", "wanted": "Phó trưởng phòng", "reason": "Quyết định 12"}
    for _twice in range(2):
        assert client.post(ASK, form).status_code == 302
    asked = Correction.objects.get()
    client.force_login(administrator)
    assert "Phó trưởng phòng" in client.get(LIST).content.decode()
    assert client.post(f"{LIST}{asked.pk}/", {"done": "0"}).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "waiting"
    client.post(f"{LIST}{asked.pk}/", {"done": "0", "note": "Chưa có quyết định"})
    asked.refresh_from_db()
    assert (asked.state, asked.settled_by) == ("declined", administrator)
    client.post(f"{LIST}{asked.pk}/", {"done": "1"})
    asked.refresh_from_db()
    assert asked.state == "declined"
    client.force_login(officer)
    assert "Chưa có quyết định" in client.get(ASK).content.decode()
    assert [row["wanted"] for row in kept_about(officer)["corrections"]] == ["Phó trưởng phòng"]


def test_only_an_administrator_of_the_area_finds_it(client, officer, administrator):
    asked = ask_correction(user=officer, what="unit", wanted="Xã khác")
    elsewhere = make_user(role=Role.ADMINISTRATOR, area=make_commune("Xã Hai"))
    client.force_login(elsewhere)
    assert "Xã khác" not in client.get(LIST).content.decode()
    assert client.post(f"{LIST}{asked.pk}/", {"done": "1"}).status_code == 404
    for role in (Role.PROGRAMME_MANAGER, Role.TRAINEE):
        client.force_login(make_user(role=role))
        assert client.get(LIST).status_code == 403
        assert client.post(f"{LIST}{asked.pk}/", {"done": "1"}).status_code == 403
    with pytest.raises(DomainError):
        settle_correction(correction=asked, is_done=True, note="", actor=elsewhere)


def test_administrator_of_a_merged_commune_finds_it(officer):
    asked = ask_correction(user=officer, what="unit", wanted="Xã khác")
    from django.utils import timezone

    new = make_commune("Xã Mới", valid_from=timezone.localdate())
    merge(officer.memberships.get().area, new)
    assert list(Correction.objects.settled_by(make_user(role=Role.ADMINISTRATOR, area=new))) == [asked]


def test_nobody_settles_their_own(administrator):
    asked = ask_correction(user=administrator, what="post", wanted="Giám đốc")
    with pytest.raises(DomainError):
        settle_correction(correction=asked, is_done=True, note="", actor=administrator)


def test_a_few_may_wait_at_once(officer):
    for number in range(MOST_OPEN):
        ask_correction(user=officer, what="other", wanted=f"Việc {number}")
    with pytest.raises(DomainError, match=str(MOST_OPEN)):
        ask_correction(user=officer, what="other", wanted="Thêm nữa")


def test_database_refuses_no_without_a_reason(officer):
    from django.utils import timezone

    asked = ask_correction(user=officer, what="other", wanted="Việc")
    with pytest.raises(IntegrityError, match="people_correction_declined_in_words"), transaction.atomic():
        Correction.objects.filter(pk=asked.pk).update(settled_at=timezone.now())
