"""Signing in: by password, code or second factor; what a stranger can learn (nothing); where people land."""

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import get_user_model
from django.core import mail
from django.urls import reverse
from django.utils import translation

from people.models import User
from people.roles import Role
from tests.factories import PASSWORD, make_province, make_user

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "biet@thu.example", "chua@thu.example"


@pytest.fixture
def person():
    return make_user(KNOWN, Role.RADIO_OPERATOR)


def login(client, email=KNOWN, password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password, **extra})


def shape(response) -> tuple:
    """What a stranger sees of an answer, without what differs by chance (tokens) or was typed (the address)."""
    body = response.content.decode().replace(KNOWN, "…").replace(UNKNOWN, "…")
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", body)
    return response.status_code, response.get("Location"), sorted(response.cookies), body


def test_sign_up_is_closed_to_get_and_post(client):
    make_province()
    data = {"email": "x@thu.example", "password1": "la-mot-cau-du-dai", "password2": "la-mot-cau-du-dai"}
    for response in (client.get("/accounts/signup/"), client.post("/accounts/signup/", data)):
        assert response.status_code == 200
        assert 'name="password1"' not in response.content.decode()
    assert not User.objects.exists()
    assert mail.outbox == []


def test_login_page_offers_no_sign_up(client):
    assert "/accounts/signup/" not in client.get("/accounts/login/").content.decode()


def test_wrong_password_and_unknown_address_look_the_same(client, person):
    known, unknown = login(client, password="sai-mat-khau-roi"), login(client, UNKNOWN, "sai-mat-khau-roi")
    assert known.status_code == 200
    assert shape(known) == shape(unknown)


def test_unknown_address_costs_a_password_hash_as_well(client, person, monkeypatch):
    """Else the time of the answer tells who has an account."""
    calls = []
    hasher = get_user_model().set_password
    monkeypatch.setattr(get_user_model(), "set_password", lambda self, raw: calls.append(raw) or hasher(self, raw))
    login(client, UNKNOWN, "sai-mat-khau-roi")
    assert calls == ["sai-mat-khau-roi"]


@pytest.mark.parametrize("address", ["account_reset_password", "account_request_login_code"])
def test_reset_and_code_answer_alike_for_known_and_unknown(client, person, address):
    answers = {}
    for email in (KNOWN, UNKNOWN):
        client.logout()
        client.cookies.clear()
        first = client.post(reverse(address), {"email": email})
        second = client.get(first["Location"])
        answers[email] = (shape(first), shape(second))
    assert answers[KNOWN] == answers[UNKNOWN]
    assert answers[KNOWN][0][0] == 302
    assert [message.to for message in mail.outbox] == [[KNOWN], [UNKNOWN]]
    # The one to the stranger holds neither a code nor a link that lets anybody in.
    assert "/password/reset/key/" not in mail.outbox[1].body


def test_code_by_e_mail_signs_in(client, person):
    response = client.post(reverse("account_request_login_code"), {"email": KNOWN})
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]*)\s*$", mail.outbox[0].body, re.MULTILINE)[1]
    wrong = client.post(response["Location"], {"code": "AAAAAA"})
    assert wrong.status_code == 200
    assert "_auth_user_id" not in client.session
    client.post(response["Location"], {"code": code})
    assert client.session["_auth_user_id"] == str(person.pk)


def test_reset_by_e_mail_sets_a_new_password(client, person):
    client.post(reverse("account_reset_password"), {"email": KNOWN})
    link = re.search(r"http://\S+(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    form = client.get(link)["Location"]
    client.post(form, {"password1": "mot-cau-moi-hoan-toan", "password2": "mot-cau-moi-hoan-toan"})
    person.refresh_from_db()
    assert person.check_password("mot-cau-moi-hoan-toan")
    # The link is used up.
    client.cookies.clear()
    page = client.get(link, follow=True)
    assert 'name="password1"' not in page.content.decode()


def test_too_many_wrong_passwords_lock_the_address_for_a_while(client, person):
    for _try in range(5):
        login(client, password="sai-mat-khau-roi")
    locked = login(client)
    assert "_auth_user_id" not in client.session
    assert "Too many failed login attempts" in locked.content.decode()


def test_limit_holds_for_unknown_addresses_alike(client, person):
    for _try in range(5):
        login(client, UNKNOWN, "sai-mat-khau-roi")
    assert "Too many failed login attempts" in login(client, UNKNOWN, "sai-mat-khau-roi").content.decode()


def test_too_many_codes_or_resets_are_refused(client, person):
    statuses = [client.post(reverse("account_reset_password"), {"email": KNOWN}).status_code for _try in range(25)]
    assert 429 in statuses
    assert len(mail.outbox) <= 20


def test_inactive_person_cannot_sign_in(client):
    make_user(KNOWN, is_active=False)
    login(client)
    assert "_auth_user_id" not in client.session


def test_logging_out_needs_a_post(client, person, sign_in):
    browser = sign_in(person)
    browser.get("/accounts/logout/")
    assert "_auth_user_id" in browser.session
    browser.post("/accounts/logout/")
    assert "_auth_user_id" not in browser.session


LANDING = {
    **dict.fromkeys(["administrator", "communicator", "translator", "reviewer", "approver"], "wagtailadmin_home"),
    "radio-operator": "campaigns:desk",
    **dict.fromkeys(["programme-manager", "supervisor"], "reports:coverage"),
    **dict.fromkeys(["trainer", "course-manager", "trainee"], "courses:home"),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_people_land_at_their_work_in_their_language(client, role, language):
    make_user(KNOWN, role, language=language)
    response = login(client)
    with translation.override(language):
        assert response["Location"] == reverse(LANDING[role])
    assert response.cookies["django_language"].value == language
    page = client.get(reverse("people:account"), headers={"accept-language": "en"})
    assert f'<html lang="{language}"' in page.content.decode()


def test_address_asked_for_goes_before_the_landing_but_never_to_another_site(client, person):
    assert login(client, next="/people/me/")["Location"] == "/people/me/"
    client.logout()
    assert login(client, next="https://evil.example/")["Location"].startswith(("/vi/", "/en/"))


def test_language_of_a_stranger_is_the_browsers(client):
    make_province()
    assert '<html lang="vi"' in client.get("/accounts/login/", headers={"accept-language": "vi"}).content.decode()
    assert '<html lang="en"' in client.get("/accounts/login/", headers={"accept-language": "en"}).content.decode()


# The second factor ------------------------------------------------------------------------------------------------


def add_totp(user) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code_for(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


def test_second_factor_is_asked_after_the_password(client):
    user = make_user(KNOWN, Role.APPROVER)
    secret = add_totp(user)
    response = login(client)
    assert response["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "_auth_user_id" not in client.session
    done = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert client.session["_auth_user_id"] == str(user.pk)
    assert done.cookies["django_language"].value == "vi"


def test_code_by_e_mail_does_not_go_round_the_second_factor(client):
    user = make_user(KNOWN, Role.APPROVER)
    add_totp(user)
    response = client.post(reverse("account_request_login_code"), {"email": KNOWN})
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]*)\s*$", mail.outbox[0].body, re.MULTILINE)[1]
    assert client.post(response["Location"], {"code": code})["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_passkey_sign_in_is_offered(client):
    make_province()
    page = client.get("/accounts/login/").content.decode()
    assert 'id="passkey_login"' in page
    assert client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).status_code == 200


@pytest.mark.parametrize("role", Role)
def test_staff_without_a_second_factor_are_asked_for_it_gently(client, role):
    make_user(KNOWN, role, language="en")
    login(client)
    asked = "Protect this account" in client.get(reverse("people:account")).content.decode()
    assert asked is (role in {Role.ADMINISTRATOR, Role.APPROVER})


@pytest.mark.parametrize("role", Role)
def test_staff_must_set_it_up_first_where_the_setting_says_so(role, sign_in, settings):
    settings.REQUIRE_STAFF_MFA = True
    client = sign_in(make_user(KNOWN, role))
    staff = role in {Role.ADMINISTRATOR, Role.APPROVER}
    for address in ("/people/me/", "/cms/", "/people/", "/cms/users/"):
        sent_away = client.get(address).get("Location") == reverse("mfa_index")
        assert sent_away is staff, address
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.get("/healthz").status_code == 200
    assert client.get("/lich/").status_code == 200


def test_set_up_factor_opens_the_door_until_it_is_removed(client, settings):
    settings.REQUIRE_STAFF_MFA = True
    user = make_user(KNOWN, Role.APPROVER)
    login(client)
    assert client.get("/people/me/")["Location"] == reverse("mfa_index")
    secret = add_totp(user)
    client.logout()
    login(client)
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert client.get("/people/me/").status_code == 200
    again = client.post(reverse("mfa_deactivate_totp"))["Location"]
    assert again.startswith(reverse("account_reauthenticate"))
    # The password given again lets the interrupted act go on by itself.
    assert client.post(again, {"password": PASSWORD})["Location"] == reverse("mfa_index")
    assert not user.authenticator_set.exists()
    assert client.get("/people/me/")["Location"] == reverse("mfa_index")


def test_strangers_are_not_asked_for_a_second_factor(client, settings):
    settings.REQUIRE_STAFF_MFA = True
    make_province()
    assert client.get("/people/me/")["Location"] == "/accounts/login/?next=/people/me/"


def test_second_factor_is_required_on_https_and_not_on_a_machine_of_ones_own(monkeypatch):
    import importlib

    from config.settings import base

    for address, expected in (("https://a.example", True), ("http://127.0.0.1:8000", False)):
        monkeypatch.setenv("SITE_URL", address)
        assert importlib.reload(base).REQUIRE_STAFF_MFA is expected
    monkeypatch.undo()
    importlib.reload(base)
