"""allauth's pages in our look: every field with its label, nothing inline, no violation in either theme."""

import os
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.urls import reverse

from tests.factories import PASSWORD, make_user
from tests.look.test_in_the_browser import violations

pytestmark = pytest.mark.django_db

ENTRANCE = ["account_login", "account_request_login_code", "account_reset_password", "account_signup"]
INSIDE = [
    "account_logout", "account_change_password", "account_email", "account_reauthenticate", "mfa_index",
    "mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes", "mfa_view_recovery_codes",
    "mfa_list_webauthn", "mfa_reauthenticate", "people:account",
]  # fmt: skip


@pytest.fixture
def visitor(client):
    cache.clear()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "vi"
    return client


@pytest.fixture
def insider(visitor):
    """Signed in, and the password given once more, so that the pages about keys and codes are open."""
    user = make_user("xem.trang@example.org")
    visitor.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    visitor.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    visitor.user = user
    return visitor


def with_codes(user) -> None:
    Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    RecoveryCodes.activate(user)


def page_of(client, name: str) -> str:
    if name in {"mfa_generate_recovery_codes", "mfa_view_recovery_codes", "mfa_reauthenticate"}:
        with_codes(client.user)
    response = client.get(reverse(name))
    assert response.status_code == 200, response.headers
    return response.content.decode()


def check(html: str) -> BeautifulSoup:
    page = BeautifulSoup(html, "html.parser")
    assert page.select_one('link[href$="css/site.css"]') is not None
    assert page.select_one(".safety a.exit") is not None
    assert len(page.select("h1")) == 1
    for field in page.select("main input:not([type=hidden]), main select, main textarea"):
        label = page.select_one(f'label[for="{field["id"]}"]')
        assert label is not None, field
        assert label.get_text(strip=True)
    assert not re.search(r"<[a-z][^>]*\s(?:style|on[a-z]+)=", html)
    for script in page.select("script:not([src])"):
        assert script["type"] == "application/json"
    return page


@pytest.mark.parametrize("name", ENTRANCE)
def test_entrance_page_is_in_our_look(visitor, name):
    assert "entrance" in check(page_of(visitor, name)).main["class"]


@pytest.mark.parametrize("name", INSIDE)
def test_inside_page_is_in_our_look(insider, name):
    check(page_of(insider, name))


def test_login_says_what_was_wrong_beside_the_form(visitor):
    response = visitor.post(reverse("account_login"), {"login": "", "password": "x"})
    page = check(response.content.decode())
    field = page.select_one("#id_login")
    assert field["aria-invalid"] == "true"
    error = page.find(id=field["aria-describedby"])
    assert len(error.select(".error")) == 1


def test_login_refusal_is_an_alert(visitor):
    response = visitor.post(reverse("account_login"), {"login": "khong.co@example.org", "password": "sai-mat-khau"})
    assert len(check(response.content.decode()).select('main [role="alert"]')) == 1


def test_code_page_asks_for_the_code(visitor):
    user = make_user("ma.thu@example.org")
    response = visitor.post(reverse("account_request_login_code"), {"email": user.email}, follow=True)
    page = check(response.content.decode())
    assert page.select_one("input[name=code]")["autocomplete"] == "one-time-code"
    assert user.email in page.main.text


def test_second_step_page_is_in_our_look(visitor):
    user = make_user("hai.buoc@example.org")
    with_codes(user)
    response = visitor.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("mfa_authenticate")
    assert check(response.content.decode()).select_one("input[name=code]") is not None


def test_account_menu_signs_out_by_post(insider):
    page = check(page_of(insider, "people:account"))
    form = page.select_one(".tools form")
    assert (form["method"], form["action"]) == ("post", reverse("account_logout"))
    assert form.select_one("input[name=csrfmiddlewaretoken]")["value"]
    assert page.select(".tools summary")[-1].text.strip() == insider.user.name


def test_unverified_address_is_marked_with_a_word(insider):
    EmailAddress.objects.create(user=insider.user, email="hai@example.org", verified=False)
    chips = check(page_of(insider, "account_email")).select(".chip")
    assert {tuple(c["class"]) for c in chips} == {("chip", "shape", "is-done"), ("chip", "shape", "is-due")}


@pytest.mark.journey
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_account_pages_have_no_accessibility_violation(insider, visitor, show, client, theme):
    found = {}
    pages = {name: page_of(insider, name) for name in INSIDE if "reauth" not in name and "recovery" not in name}
    client.logout()
    pages |= {name: page_of(visitor, name) for name in ENTRANCE}
    for name, html in pages.items():
        page = show(html, theme=theme)
        if folder := os.environ.get("LOOK_SCREENSHOTS"):
            page.screenshot(path=f"{folder}/{name.replace(':', '_')}-{theme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, name
        if problems := violations(page):
            found[name] = problems
    assert found == {}
