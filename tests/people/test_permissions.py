"""Role × act × place: the whole table, so that a changed rule shows in a changed line."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from people.permissions import (
    ACTS,
    GRANTS,
    areas_for,
    areas_to_grant,
    begins_in_cms,
    django_permissions,
    may,
    may_grant,
    require,
    roles_to_grant,
)
from people.roles import CMS_ROLES, Role
from places.models import AdministrativeUnit
from tests.factories import make_commune, make_district, make_province, make_user, merge, today

pytestmark = [pytest.mark.django_db, pytest.mark.services]

# act → the roles that may, written out once more and by hand: the other side of permissions.ACTS.
TABLE = {
    "people.invite": "administrator programme-manager",
    "people.see": "administrator programme-manager supervisor",
    "people.keep_organisations": "administrator programme-manager",
    "people.lock": "administrator",
    "places.import_settlements": "administrator programme-manager",
    "places.see_commune": "administrator programme-manager supervisor radio-operator",
    "places.keep_commune": "administrator programme-manager radio-operator",
    "campaigns.write_bulletin": "communicator",
    "campaigns.write_page": "communicator",
    "campaigns.see_workbench": ("administrator communicator translator reviewer approver programme-manager supervisor"),
    "campaigns.translate": "translator communicator",
    "campaigns.record": "translator communicator",
    "campaigns.review": "reviewer",
    "campaigns.approve": "approver",
    "campaigns.withdraw": "approver administrator",
    "campaigns.verify_hotline": "administrator approver",
    "campaigns.log_airing": "radio-operator",
    "campaigns.keep_stations": "administrator programme-manager radio-operator",
    "campaigns.see_source_log": "administrator",
    "campaigns.see_airings": "administrator radio-operator programme-manager supervisor communicator approver",
    "campaigns.log_session": "communicator programme-manager radio-operator",
    "campaigns.enter_plan": "administrator programme-manager",
    "campaigns.keep_season": "communicator",
    "campaigns.keep_event": "communicator programme-manager radio-operator",
    "campaigns.see_sessions": "administrator communicator approver radio-operator programme-manager supervisor",
    "courses.certify": "course-manager",
    "courses.revoke": "administrator course-manager",
    "courses.keep_runs": "course-manager",
    "courses.nominate": "course-manager programme-manager",
    "courses.see_compliance": "administrator course-manager programme-manager supervisor",
    "courses.keep_compliance": "administrator course-manager programme-manager",
    "courses.see": "administrator trainer course-manager programme-manager supervisor",
    "reports.see_coverage": "administrator communicator approver radio-operator programme-manager supervisor",
    "reports.see_plan": "administrator approver communicator course-manager programme-manager radio-operator reviewer "
    "supervisor trainee trainer translator",
    "reports.see_dashboard": "administrator approver communicator programme-manager radio-operator supervisor",
    "people.correct": "administrator",
    "campaigns.see_proofs": "administrator programme-manager radio-operator supervisor",
    "campaigns.delete_proofs": "administrator",
    "campaigns.approve_results": "programme-manager",
    "courses.write": "course-manager trainer",
    "courses.publish": "course-manager",
    "courses.keep_questions": "course-manager trainer",
    "courses.share_experience": "administrator approver communicator course-manager programme-manager "
    "radio-operator reviewer supervisor trainee trainer translator",
    "courses.moderate": "course-manager programme-manager",
    "reports.see": "administrator approver communicator programme-manager radio-operator supervisor",
    "reports.see_drafts": "administrator approver communicator programme-manager radio-operator",
    "reports.write": "communicator programme-manager radio-operator",
    "reports.sign": "approver programme-manager",
    "reports.accept": "programme-manager",
    "reports.keep_forms": "administrator programme-manager",
    "reports.keep_laws": "administrator approver",
    "reports.keep_partners": "administrator programme-manager",
    "reports.see_findings": "administrator approver programme-manager radio-operator supervisor",
    "reports.raise_finding": "supervisor",
    "reports.answer_finding": "programme-manager",
    "reports.log_visit": "programme-manager supervisor",
    "reports.see_audit": "administrator supervisor",
}
SEES = {
    "people.see",
    "places.see_commune",
    "campaigns.see_workbench",
    "campaigns.see_airings",
    "campaigns.see_sessions",
    "courses.see",
    "courses.see_compliance",
    "reports.see_coverage",
    "reports.see_plan",
    "reports.see_dashboard",
    "campaigns.see_proofs",
    "courses.share_experience",
    "reports.see",
    "reports.see_findings",
    "reports.raise_finding",
    "reports.log_visit",
    "reports.see_audit",
}


def test_every_act_stands_in_the_table():
    assert {act: " ".join(sorted(roles)) for act, roles in ACTS.items()} == {
        act: " ".join(sorted(roles.split())) for act, roles in TABLE.items()
    }


@pytest.fixture
def land():
    """A province with a district of old, whose two communes merged into one of today; a peer; and another province."""
    province = make_province()
    old_province = make_province("Tỉnh Cũ", valid_from=date(2021, 1, 1))
    old_district = make_district("Huyện Cũ", old_province, valid_from=date(2021, 1, 1))
    first = make_commune("Xã Cũ Một", old_district, valid_from=date(2021, 1, 1))
    second = make_commune("Xã Cũ Hai", old_district, valid_from=date(2021, 1, 1))
    own, peer = make_commune("Xã Nay"), make_commune("Xã Bên")
    for old in (first, second):
        merge(old, own)
    merge(old_district, own, "part")
    merge(old_province, province)
    outside = make_commune("Xã Ngoài", make_province("Tỉnh Khác"))
    return {
        "province": province, "own": own, "peer": peer, "outside": outside, "first": first, "district": old_district,
        "old_province": old_province,
    }  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_role_does_its_acts_in_its_area_and_nowhere_else(role, land):
    of_commune = make_user(role=role, area=land["own"])
    of_former = make_user(role=role, area=land["first"])
    of_district = make_user(role=role, area=land["district"])
    of_province = make_user(role=role, area=land["province"])
    for act, roles in TABLE.items():
        allowed = role in roles.split()
        for user in (of_commune, of_former, of_district):
            got = {place: may(user, act, land[place]) for place in ("own", "peer", "province", "outside")}
            assert got == {"own": allowed, "peer": False, "province": False, "outside": False}, (act, user)
            # What was recorded in a commune that is gone belongs to the one that took it over.
            assert may(user, act, land["first"]) is allowed
            assert may(user, act) is allowed
        got = {place: may(of_province, act, land[place]) for place in ("own", "peer", "province", "outside", "first")}
        assert got == {"own": allowed, "peer": allowed, "province": allowed, "outside": False, "first": allowed}, act


@pytest.mark.parametrize("role", Role)
def test_who_is_not_in_force_may_nothing(role, land):
    nobodies = [
        make_user(role=role, area=land["own"], starts_on=today() + timedelta(days=1)),
        make_user(role=role, area=land["own"], ends_on=today()),
        make_user(role=role, area=land["own"], starts_on=today() - timedelta(days=1), ends_on=today()),
        make_user(role=role, area=land["own"], is_active=False),
        make_user(),
        AnonymousUser(),
    ]
    for user in nobodies:
        for act in ACTS:
            assert not may(user, act)
            assert not may(user, act, land["own"])
            assert not areas_for(user, act).exists()
            with pytest.raises(PermissionDenied):
                require(user, act)
        assert roles_to_grant(user) == []
        assert not areas_to_grant(user).exists()
        assert django_permissions(user) == set()
        assert not begins_in_cms(user)


def test_role_counts_from_its_first_day_to_the_day_before_its_end(land):
    user = make_user(role=Role.RADIO_OPERATOR, area=land["own"], starts_on=today(), ends_on=today() + timedelta(days=1))
    assert may(user, "campaigns.log_airing", land["own"])


def test_supervisor_reads_and_writes_down_only_what_is_its_own():
    user = make_user(role=Role.SUPERVISOR)
    assert {act for act in ACTS if may(user, act)} == SEES
    assert roles_to_grant(user) == []
    assert django_permissions(user) == set()


def test_two_roles_keep_to_their_own_areas(land):
    from people.membership import grant_membership
    from tests.factories import make_organisation

    user = make_user(role=Role.RADIO_OPERATOR, area=land["own"])
    grant_membership(
        user=user, role=Role.PROGRAMME_MANAGER, organisation=make_organisation(area=land["peer"]), area=land["peer"]
    )  # fmt: skip
    assert may(user, "campaigns.log_airing", land["own"])
    assert not may(user, "campaigns.log_airing", land["peer"])
    assert may(user, "people.invite", land["peer"])
    assert not may(user, "people.invite", land["own"])


GRANTABLE = {
    Role.ADMINISTRATOR: set(Role),
    Role.PROGRAMME_MANAGER: {
        Role.COMMUNICATOR, Role.TRANSLATOR, Role.REVIEWER, Role.RADIO_OPERATOR, Role.TRAINER, Role.COURSE_MANAGER,
        Role.TRAINEE,
    },
}  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_roles_that_may_be_given(role, land):
    user = make_user(role=role, area=land["province"])
    expected = GRANTABLE.get(role, set())
    assert set(roles_to_grant(user)) == expected
    assert GRANTS.get(role, frozenset()) == expected
    for given in Role:
        assert may_grant(user, given, land["own"]) is (given in expected)
        assert may_grant(user, given, land["province"]) is (given in expected)
        assert not may_grant(user, given, land["outside"])


def test_role_in_a_unit_that_was_split_is_given_only_by_who_has_all_of_it(land):
    split = make_commune("Xã Chia", valid_from=date(2021, 1, 1))
    merge(split, land["own"], "part")
    merge(split, land["peer"], "part")
    half = make_user(role=Role.ADMINISTRATOR, area=land["own"])
    whole = make_user(role=Role.ADMINISTRATOR, area=land["province"])
    assert not may_grant(half, Role.TRAINEE, split)
    assert may_grant(whole, Role.TRAINEE, split)
    # A role held there before reaches both halves.
    operator = make_user(role=Role.RADIO_OPERATOR, area=split)
    assert set(areas_for(operator, "campaigns.log_airing")) == {land["own"], land["peer"]}


def test_unit_that_ended_without_an_heir_gives_no_rights():
    gone = make_commune("Xã Mất", valid_from=date(2021, 1, 1), valid_until=date(2022, 1, 1))
    user = make_user(role=Role.ADMINISTRATOR, area=gone)
    assert not areas_for(user, "people.see").exists()
    assert not may_grant(user, Role.TRAINEE, gone)


def test_rights_cost_one_query_for_the_memberships_and_one_for_the_question(land, django_assert_num_queries):
    user = make_user(role=Role.PROGRAMME_MANAGER, area=land["province"])
    with django_assert_num_queries(1):
        assert may(user, "people.see")
    with django_assert_num_queries(0):
        assert not may(user, "campaigns.approve")
    with django_assert_num_queries(1):
        assert areas_for(user, "people.see").count() == 3


def test_areas_follow_the_real_merger(places_loaded):
    units = AdministrativeUnit.objects.filter(level="district", short_name="Tây Giang")
    user = make_user(role=Role.RADIO_OPERATOR, area=units.get(), organisation=None)
    assert sorted(areas_for(user, "campaigns.log_airing").values_list("name", flat=True)) == [
        "Xã Avương", "Xã Hùng Sơn", "Xã Tây Giang",
    ]  # fmt: skip
    province = AdministrativeUnit.objects.get(level="province", official_code="49")
    assert areas_for(make_user(role=Role.SUPERVISOR, area=province), "people.see").communes().count() == 94


@pytest.fixture
def places_loaded(db):
    from places.loading import load_places

    return load_places()


@pytest.mark.parametrize("role", Role)
def test_cms_opens_exactly_for_its_roles(role, sign_in):
    response = sign_in(make_user(role=role)).get("/cms/")
    if role in CMS_ROLES:
        assert response.status_code == 200
    else:
        # Sent to the sign-in, who is signed in would be sent back, without end.
        assert response.status_code == 403


def test_cms_sends_strangers_to_our_sign_in(client):
    assert client.get("/cms/")["Location"] == "/accounts/login/?next=/cms/"
    assert client.get("/cms/login/?next=/cms/x/")["Location"] == "/accounts/login/?next=/cms/x/"
    assert client.get("/cms/password_reset/")["Location"] == "/accounts/password/reset/"
    assert client.post("/cms/login/", {"username": "a", "password": "b"}).status_code == 302
    assert "_auth_user_id" not in client.session


_MANAGEMENT = ["/cms/users/", "/cms/users/new/", "/cms/groups/", "/cms/groups/new/", "/cms/sites/", "/cms/sites/new/"]


@pytest.mark.parametrize("role", sorted(CMS_ROLES))
@pytest.mark.parametrize("address", _MANAGEMENT)
def test_wagtail_user_group_and_site_pages_are_closed_to_every_role(role, address, sign_in):
    client = sign_in(make_user(role=role))
    assert client.get(address).status_code in (302, 403)
    assert f'href="{address}"' not in client.get("/cms/").content.decode()


@pytest.mark.parametrize("address", ["/cms/users/", "/cms/groups/", "/cms/sites/"])
def test_wagtail_management_pages_open_for_a_superuser(address, sign_in):
    assert sign_in(make_user(is_superuser=True, is_staff=True)).get(address).status_code == 200


def test_wagtail_account_page_is_ours(sign_in):
    client = sign_in(make_user(role=Role.COMMUNICATOR))
    assert client.get("/cms/account/")["Location"] == "/people/me/"
