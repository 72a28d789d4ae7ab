"""The journeys' own ground: a real server and a real browser over the test database."""

import urllib.request

import pytest

from tests.factories import make_user


@pytest.mark.parametrize("time", ["first", "again"])
def test_live_site_serves_committed_rows_each_time(site_frame, time):
    make_user(f"{time}@thu.example")
    with urllib.request.urlopen(f"{site_frame.url}/vi/") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Language"] == "vi"
    with urllib.request.urlopen(f"{site_frame.url}/static/css/site.css") as answer:
        assert answer.headers["Content-Type"].startswith("text/css")


@pytest.mark.journey
def test_browser_signs_in_through_the_real_form(site_frame, visit, enter):
    user = make_user("radio@thu.example", role="radio_operator")
    page = visit("/vi/")
    assert page.locator("h1").inner_text() == "Bình yên bản làng"
    enter(page, user)
    page.goto("/people/")
    assert user.name in page.content()
