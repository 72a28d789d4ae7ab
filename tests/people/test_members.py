from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from core.errors import DomainError
from people.membership import end_membership, grant_membership, transfer_membership
from people.models import Membership, Organisation
from people.permissions import may
from people.roles import Role
from tests.factories import make_commune, make_duty, make_organisation, make_province, make_user, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune():
    return make_commune("Xã Hùng Sơn")


@pytest.fixture
def manager():
    return make_user("quanly@thu.example", Role.PROGRAMME_MANAGER, name="Quản Lý")


@pytest.fixture
def operator(commune):
    user = make_user(
        "phat@thu.example", Role.RADIO_OPERATOR, commune, make_organisation("UBND xã", commune), name="Trần Thị Đào"
    )
    return user.memberships.get()


# The functions ----------------------------------------------------------------------------------------------------


def test_ended_role_stays_in_the_records_and_gives_nothing(operator, manager, commune):
    assert may(operator.user, "campaigns.log_airing", commune)
    ended = end_membership(membership=operator, on=today(), actor=manager)
    assert (ended.ends_on, ended.ended_by) == (today(), manager)
    operator.user.__dict__.pop("_current_memberships")
    assert not may(operator.user, "campaigns.log_airing", commune)
    later = end_membership(membership=operator, on=today() + timedelta(days=5), actor=manager)
    assert later.ends_on == today()


@pytest.mark.parametrize(("days", "words"), [(-31, "cannot end before it began"), (-1, "last day is in the past")])
def test_role_cannot_end_in_the_past(operator, manager, days, words):
    with pytest.raises(DomainError, match=words):
        end_membership(membership=operator, on=today() + timedelta(days=days), actor=manager)
    operator.refresh_from_db()
    assert operator.ends_on is None


def test_nobody_ends_their_own_role():
    administrator = make_user(role=Role.ADMINISTRATOR)
    with pytest.raises(DomainError, match="your own role"):
        end_membership(membership=administrator.memberships.get(), on=today(), actor=administrator)


def test_manager_cannot_end_an_approver(manager):
    approver = make_user(role=Role.APPROVER).memberships.get()
    with pytest.raises(PermissionDenied):
        end_membership(membership=approver, on=today(), actor=manager)


def test_transfer_ends_here_begins_there_and_keeps_duties(operator, manager):
    duty = make_duty()
    operator.duties.add(duty)
    there = make_commune("Xã Avương")
    day = today() + timedelta(days=3)
    organisation = make_organisation("UBND xã", there)
    moved = transfer_membership(
        membership=operator, organisation=organisation, area=there, post="Phó phòng", on=day, actor=manager
    )
    operator.refresh_from_db()
    assert operator.ends_on == day
    assert (moved.area, moved.organisation, moved.post, moved.starts_on) == (there, organisation, "Phó phòng", day)
    assert (moved.role, moved.granted_by, list(moved.duties.all())) == (operator.role, manager, [duty])
    with pytest.raises(DomainError, match="works there already"):
        transfer_membership(membership=moved, organisation=organisation, area=there, post="", on=day, actor=manager)


def test_transfer_needs_rights_in_both_places(operator, commune):
    local = make_user(role=Role.PROGRAMME_MANAGER, area=commune)
    there = make_commune("Xã Avương")
    with pytest.raises(PermissionDenied):
        transfer_membership(
            membership=operator,
            organisation=make_organisation(area=there),
            area=there,
            post="",
            on=today(),
            actor=local,
        )
    operator.refresh_from_db()
    assert operator.ends_on is None


def test_granting_twice_is_one_membership(operator):
    again = grant_membership(
        user=operator.user, role=operator.role, organisation=operator.organisation, area=operator.area,
        starts_on=operator.starts_on,
    )  # fmt: skip
    assert again == operator


# The pages: owner, peer, outsider ---------------------------------------------------------------------------------


def _addresses(membership: Membership) -> list[tuple[str, str]]:
    return [
        ("get", reverse("people:member", args=[membership.pk])),
        ("post", reverse("people:end_membership", args=[membership.pk])),
        ("get", reverse("people:transfer_membership", args=[membership.pk])),
        ("post", reverse("people:transfer_membership", args=[membership.pk])),
    ]


def statuses(client, membership) -> list[int]:
    return [getattr(client, method)(address).status_code for method, address in _addresses(membership)]


def test_pages_of_a_role_by_who_asks(operator, commune, client, sign_in):
    peer_commune = make_commune("Xã Bên")
    other_province = make_province("Tỉnh Khác")
    expected = {
        "stranger": (None, [302, 302, 302, 302]),
        "manager of the province": (make_user(role=Role.PROGRAMME_MANAGER), [200, 302, 200, 200]),
        "manager of the commune": (make_user(role=Role.PROGRAMME_MANAGER, area=commune), [200, 302, 200, 200]),
        "supervisor": (make_user(role=Role.SUPERVISOR), [200, 403, 403, 403]),
        "manager of a peer commune": (make_user(role=Role.PROGRAMME_MANAGER, area=peer_commune), [404] * 4),
        "manager of another province": (make_user(role=Role.PROGRAMME_MANAGER, area=other_province), [404] * 4),
        "the person": (operator.user, [404] * 4),
        "an approver": (make_user(role=Role.APPROVER), [404] * 4),
        "whose role is over": (make_user(role=Role.ADMINISTRATOR, ends_on=today()), [404] * 4),
    }
    got = {}
    for who, (user, _expected) in expected.items():
        client.logout()
        got[who] = statuses(sign_in(user) if user else client, operator)
    assert got == {who: wanted for who, (_user, wanted) in expected.items()}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("people:members", "people.see"),
        ("people:organisations", "people.see"),
        ("people:new_organisation", "people.keep_organisations"),
        ("people:invitations", "people.invite"),
        ("people:new_invitation", "people.invite"),
        ("people:officer_import", "people.invite"),
        ("people:officer_form", "people.invite"),
        ("people:settlement_import", "places.import_settlements"),
        ("people:settlement_form", "places.import_settlements"),
        ("people:account", None),
        ("people:my_data", None),
    ],
)
def test_page_opens_only_for_its_roles(role, name, act, client, sign_in):
    address = reverse(name)
    assert client.get(address).status_code == 302
    user = make_user(role=role)
    allowed = act is None or may(user, act)
    assert sign_in(user).get(address).status_code == (200 if allowed else 403)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_row_and_three(rows, manager, sign_in, django_assert_num_queries):
    for number in range(rows - 1):
        make_user(role=Role.RADIO_OPERATOR, area=make_commune(f"Xã {number}"))
    client = sign_in(manager)
    client.get(reverse("people:members"))
    with django_assert_num_queries(7):
        page = client.get(reverse("people:members"))
    assert page.content.decode().count('<th scope="row"') == rows


def test_list_finds_without_marks_by_name_address_organisation_and_commune(operator, manager, sign_in):
    client = sign_in(manager)
    for words, found in [
        ("tran dao", True), ("ĐÀO", True), ("phat@thu", True), ("ubnd", True), ("hung son", True), ("dao hung", True),
        ("dao avuong", False), ("", True),
    ]:  # fmt: skip
        page = client.get(reverse("people:members"), {"q": words}).content.decode()
        assert ("Trần Thị Đào" in page) is found, words


def test_list_filters_by_role_and_shows_ended_ones_apart(operator, manager, sign_in):
    client = sign_in(manager)
    address = reverse("people:members")
    assert "Trần Thị Đào" in client.get(address, {"role": "radio-operator"}).content.decode()
    assert "Trần Thị Đào" not in client.get(address, {"role": "trainer"}).content.decode()
    assert "Trần Thị Đào" not in client.get(address, {"ended": "1"}).content.decode()
    end_membership(membership=operator, on=today(), actor=manager)
    assert "Trần Thị Đào" not in client.get(address).content.decode()
    assert "Trần Thị Đào" in client.get(address, {"ended": "1"}).content.decode()


def test_list_is_paged_by_fifty_and_keeps_the_search(manager, sign_in, commune):
    organisation = make_organisation(area=commune)
    for number in range(51):
        make_user(role=Role.TRAINEE, area=commune, organisation=organisation, name=f"Học viên {number:02}")
    client = sign_in(manager)
    first = client.get(reverse("people:members"), {"q": "hoc vien"}).content.decode()
    assert first.count('<th scope="row"') == 50
    assert "?q=hoc+vien&amp;page=2" in first
    second = client.get(reverse("people:members"), {"q": "hoc vien", "page": "2"}).content.decode()
    assert second.count('<th scope="row"') == 1
    assert client.get(reverse("people:members"), {"page": "x"}).status_code == 200


def test_end_and_transfer_by_the_pages(operator, manager, sign_in):
    client = sign_in(manager)
    there = make_commune("Xã Avương")
    day = today() + timedelta(days=2)
    address = reverse("people:transfer_membership", args=[operator.pk])
    response = client.post(address, {"area": there.pk, "new_organisation": "UBND xã Avương", "post": "", "on": day})
    moved = Membership.objects.get(area=there)
    assert response["Location"] == reverse("people:member", args=[moved.pk])
    assert (moved.organisation.name, moved.organisation.kind) == ("UBND xã Avương", "committee")
    client.post(reverse("people:end_membership", args=[moved.pk]), {"on": today() + timedelta(days=9)})
    moved.refresh_from_db()
    assert moved.ends_on == today() + timedelta(days=9)


def test_refused_end_says_why_and_changes_nothing(operator, manager, sign_in):
    client = sign_in(manager)
    address = reverse("people:end_membership", args=[operator.pk])
    for day, words in [("2020-01-01", "cannot end before it began"), ("gestern", "Choose the first day")]:
        page = client.post(address, {"on": day}, follow=True)
        assert words in page.content.decode()
    operator.refresh_from_db()
    assert operator.ends_on is None


def test_transfer_form_keeps_what_was_typed(operator, manager, sign_in):
    client = sign_in(manager)
    address = reverse("people:transfer_membership", args=[operator.pk])
    page = client.post(
        address,
        {"area": operator.area_id, "organisation": operator.organisation_id, "post": "Trưởng ban", "on": today()},
    ).content.decode()
    assert "works there already" in page
    assert 'value="Trưởng ban"' in page
    page = client.post(address, {"area": operator.area_id, "post": "Trưởng ban", "on": today()}).content.decode()
    assert "one of the two" in page
    assert Organisation.objects.count() == 2


# My account -------------------------------------------------------------------------------------------------------


def test_account_saves_name_phone_and_language(sign_in):
    user = make_user()
    client = sign_in(user)
    response = client.post(reverse("people:account"), {"name": "Tên Mới", "phone": "0236 3000-000", "language": "en"})
    user.refresh_from_db()
    assert (user.name, user.phone, user.language, user.search_key.startswith("ten moi")) == (
        "Tên Mới", "02363000000", "en", True,
    )  # fmt: skip
    assert response.cookies["django_language"].value == "en"
    bad = client.post(reverse("people:account"), {"name": "Tên Mới", "phone": "gọi tôi", "language": "de"})
    assert "not a telephone number" in bad.content.decode()
    user.refresh_from_db()
    assert user.phone == "02363000000"


def test_my_data_holds_all_that_is_kept_about_me_and_nobody_else(operator, sign_in):
    make_user("khac@thu.example", Role.TRAINEE, name="Người Khác")
    response = sign_in(operator.user).get(reverse("people:my_data"))
    data = response.json()
    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert (data["name"], data["email"]) == ("Trần Thị Đào", "phat@thu.example")
    assert data["addresses"] == [{"email": "phat@thu.example", "verified": True, "primary": True}]
    assert [(m["role"], m["area"], m["until"]) for m in data["memberships"]] == [
        ("radio-operator", "Xã Hùng Sơn", None)
    ]
    assert "khac@thu.example" not in response.content.decode()
    from people.models import User

    # A field added to the model must be added here too, or named as a key of the machinery.
    kept = {field.name for field in User._meta.get_fields() if field.concrete and not field.many_to_many}
    # A locked account reads nothing, so that its lock is never seen here.
    machinery = {"id", "password", "is_superuser", "is_staff", "is_active", "search_key", "locked_at", "locked_by"}
    assert kept - machinery == {
        "name", "email", "phone", "language", "date_joined", "last_login",
    }  # fmt: skip
