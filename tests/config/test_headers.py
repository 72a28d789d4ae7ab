"""What every answer says to the browser: strict in public, looser for the page editor only."""

import io

import pytest
from django.core.management import call_command
from django.test import override_settings

from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.services]
STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}


@pytest.fixture(autouse=True)
def frame(db):
    call_command("setup_site", stdout=io.StringIO())


def policy(response) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in response.headers["Content-Security-Policy"].split(";")]
    return {name: value for name, _space, value in parts}


@pytest.mark.parametrize("path", ["/vi/", "/ktv/", "/vi/phat-thanh/", "/vi/khong-co/", "/accounts/login/", "/healthz"])
def test_public_pages_allow_nothing_inline_and_no_other_host(client, path):
    assert policy(client.get(path)) == STRICT


def test_page_editor_has_a_looser_policy_of_its_own(client):
    client.force_login(
        make_user("soan@thu.example", role="communicator"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    response = client.get("/cms/")
    assert response.status_code == 200
    found = policy(response)
    assert found["script-src"] == "'self' 'unsafe-inline' 'unsafe-eval'"
    assert found["style-src"] == "'self' 'unsafe-inline'"
    assert found["frame-ancestors"] == "'self'"
    assert found["connect-src"] == found["form-action"] == "'self'"


def test_every_answer_has_the_headers_that_protect(client):
    headers = client.get("/vi/").headers
    named = {name: headers[name] for name in ("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy")}
    assert named == {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_encrypted_installation_promises_to_stay_so(client):
    with override_settings(
        SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True
    ):
        plain = client.get("/vi/")
        assert (plain.status_code, plain.headers["Location"]) == (301, "https://testserver/vi/")
        assert client.get("/vi/", secure=True).headers["Strict-Transport-Security"] == (
            "max-age=31536000; includeSubDomains"
        )
        # A monitor inside the house asks without encryption.
        assert client.get("/healthz").status_code == 200


def test_healthz_says_ok_and_is_never_kept(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response.headers["Cache-Control"] == "no-store"


def test_healthz_fails_when_the_database_does(client, monkeypatch):
    from django.db import OperationalError, connection

    def broken(*_args, **_kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", broken)
    client.raise_request_exception = False
    assert client.get("/healthz").status_code == 500


@pytest.mark.parametrize("path", ["/cms/login/", "/cms/password_reset/", "/cms/logout/"])
def test_wagtails_own_entrance_leads_to_ours(client, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/")


def test_django_admin_is_not_there(client):
    assert client.get("/admin/", follow=True).status_code == 404


def test_a_stranger_host_is_refused(client):
    assert client.get("/vi/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("address", ["/vi/tim-kiem/?q=%00", "/vi/%00/", "/vi/su-kien/?q=a%00b"])
def test_an_address_that_no_database_can_read_is_refused(client, address):
    assert client.get(address).status_code == 400


def test_a_percent_sign_before_two_noughts_is_no_nul(client):
    assert client.get("/vi/tim-kiem/?q=%2500").status_code == 200
