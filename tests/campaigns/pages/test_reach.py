"""Two questions after a page or a session: no cookie, no name, a form counts once, small sums are not told."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import DailyAnswer
from campaigns.pages import reach, readings
from campaigns.pages.approval import take_down
from campaigns.villages import sessions
from people.roles import Role
from tests.campaigns.pages.making import make_material, make_site
from tests.factories import make_commune, make_user

pytestmark = pytest.mark.django_db
GIVEN = {"hotline": "111", "ease": "easy"}


@pytest.fixture(autouse=True)
def nothing_left_to_write_down():
    yield
    readings._tally.clear()


@pytest.fixture
def team():
    return make_site()


@pytest.fixture
def page(team):
    return make_material(team)


@pytest.fixture
def worker():
    return make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Thử"))


@pytest.fixture
def session(worker):
    return sessions.log_session(
        actor=worker, commune=worker.memberships.get().area, held_at=None, attendees=40, women=20, children=0, minority=9,
        client_uuid=uuid.uuid4(), place="Nhà làng Thử",
    )  # fmt: skip


def note_on(html: str) -> str:
    return re.search(r'name="note" value="([^"]+)"', html)[1]


def ask(client, url: str, **given):
    return client.post(url, {"note": note_on(client.get(url).content.decode())} | GIVEN | given)


def totals() -> dict:
    return {(one.question, one.choice): one.times for one in DailyAnswer.objects.all()}


def test_a_reader_answers_without_a_cookie_and_hears_what_is_right(page):
    stranger = Client(enforce_csrf_checks=True)
    assert reverse("reach:page", args=[page.pk]) in stranger.get(page.url).content.decode()
    url = reverse("reach:page", args=[page.pk])
    html = stranger.get(url).content.decode()
    assert ("<textarea" in html, 'type="text"' in html) == (False, False)
    sent = {"note": note_on(html)} | GIVEN
    for _again in range(2):
        answer = stranger.post(url, sent, follow=True)
        assert "<strong>111</strong>" in answer.content.decode()
    assert totals() == {("hotline", "111"): 1, ("ease", "easy"): 1}
    ask(stranger, url, ease="hard")
    assert totals() == {("hotline", "111"): 2, ("ease", "easy"): 1, ("ease", "hard"): 1}
    assert not stranger.cookies
    assert {field.name for field in DailyAnswer._meta.fields} == {
        "id", "page", "session", "question", "choice", "day", "times",
    }  # fmt: skip


def test_notes_of_others_and_other_answers_are_refused_in_words(client, page, session):
    url = reverse("reach:page", args=[page.pk])
    for wrong in ({"note": "x"}, {"note": reach.note_for("page 0")}, {"hotline": "113"}, {"ease": ""}):
        answer = ask(client, url, **wrong)
        assert answer.status_code == 409, wrong
        assert answer.context["form"].errors
    assert not DailyAnswer.objects.exists()


def test_only_pages_that_everybody_sees_and_sessions_that_stand_are_asked_about(client, team, page, session, worker):
    assert client.get(reverse("reach:page", args=[page.get_parent().pk])).status_code == 404
    take_down(page=page, actor=team.approver, reason="thử")
    assert client.get(reverse("reach:page", args=[page.pk])).status_code == 404
    url = reverse("reach:session", args=[reach.session_key(session.pk)])
    html = client.get(url).content.decode()
    assert ("Xã Thử" in html, "Nhà làng" in html) == (False, False)
    for key in (str(session.pk), f"{session.pk}.xxxx", "x"):
        assert client.get(reverse("reach:session", args=[key])).status_code == 404
    sessions.void_session(session=session, actor=worker, reason="nhầm")
    assert client.get(url).status_code == 404


def test_sums_below_five_are_not_told(client, team, page, session, worker):
    url = reverse("reach:session", args=[reach.session_key(session.pk)])
    for _one in range(6):
        ask(client, url)
    ask(client, url, hotline="unknown")
    client.force_login(worker)
    html = client.get(reverse("sessions:session", args=[session.pk])).content.decode()
    assert "111 (đúng): 6" in html
    assert html.count("dưới 5") == 5
    assert client.get(reverse("sessions:reach_code", args=[session.pk])).content.startswith(b"<svg")
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Khác")))
    assert client.get(reverse("sessions:reach_code", args=[session.pk])).status_code == 404
    # What was said after sessions is not said of pages.
    client.force_login(team.author)
    assert "111 (đúng)" not in client.get(reverse("page_readings")).content.decode()
    for _one in range(5):
        ask(client, reverse("reach:page", args=[page.pk]))
    html = client.get(reverse("page_readings")).content.decode()
    assert "111 (đúng): 5" in html
    row = re.search(r"<tr><th[^>]*>Tài liệu thử</th>(.+?)</tr>", html.split("hiểu một phần</th>")[1])[1]
    assert re.findall(r"<td[^>]*>(.*?)</td>", row) == [
        "Tiếng vi",
        "dưới 5",
        "5",
        "dưới 5",
        "dưới 5",
        "5",
        "dưới 5",
        "dưới 5",
    ]
    today = timezone.localdate()
    old = {"first": f"{today - timedelta(days=9)}", "last": f"{today - timedelta(days=1)}"}
    assert "111 (đúng)" not in client.get(reverse("page_readings"), old).content.decode()
