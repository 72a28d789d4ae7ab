"""The front door in six languages: it answers, it says truly which language its words are in, and it sets no cookie."""

import io

import pytest
from django.core.management import call_command
from wagtail.models import Locale, Page, Site

from campaigns.models import HomePage

pytestmark = [pytest.mark.django_db, pytest.mark.services]
AWAITING = "Chưa có bản dịch"


@pytest.fixture(autouse=True)
def frame(db):
    call_command("setup_site", stdout=io.StringIO())


@pytest.mark.parametrize(
    ("code", "words", "title"),
    [
        ("vi", "vi", "Bình yên bản làng"),
        ("en", "en", "Safe Villages"),
        ("ktv", "vi", "Bình yên bản làng"),
        ("sed", "vi", "Bình yên bản làng"),
        ("jeh", "vi", "Bình yên bản làng"),
        ("cua", "vi", "Bình yên bản làng"),
    ],
)
def test_home_names_the_language_its_words_are_in(client, code, words, title):
    response = client.get(f"/{code}/")
    html = response.content.decode()
    assert response.status_code == 200
    assert response.headers["Content-Language"] == code
    assert f'<html lang="{words}"' in html
    assert f"<h1>{title}</h1>" in html
    assert (AWAITING in html) is (code not in {"vi", "en"})


def test_home_address_without_a_language_goes_to_vietnamese(client):
    response = client.get("/", headers={"accept-language": "fr"})
    assert (response.status_code, response.headers["Location"]) == (302, "/vi/")
    assert response.cookies == {}


def test_home_of_an_unknown_language_is_not_found(client):
    response = client.get("/xx/", follow=True)
    assert (response.redirect_chain, response.status_code) == ([("/vi/xx/", 302)], 404)


@pytest.mark.parametrize("path", ["/vi/", "/en/", "/ktv/", "/", "/lich/", "/healthz"])
def test_anonymous_visit_sets_no_cookie(client, path):
    assert client.get(path).cookies == {}


def test_alias_home_is_no_second_copy_for_search_engines(client):
    html = client.get("/ktv/").content.decode()
    assert '<link rel="canonical" href="http://127.0.0.1:8000/vi/">' in html


def test_setup_site_a_second_time_changes_nothing():
    before = sorted(Page.objects.values_list("pk", "url_path", "latest_revision_id"))
    call_command("setup_site", stdout=io.StringIO())
    assert sorted(Page.objects.values_list("pk", "url_path", "latest_revision_id")) == before
    assert Locale.objects.count() == HomePage.objects.count() == 6


def test_setup_site_follows_the_address_of_the_installation(settings):
    settings.SITE_URL = "https://loa.example.org"
    call_command("setup_site", stdout=io.StringIO())
    assert list(Site.objects.values_list("hostname", "port", "is_default_site")) == [("loa.example.org", 443, True)]
