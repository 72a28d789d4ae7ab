"""Direct sessions with the network switched off in mid-way: the form opens, the record waits, and is received exactly once."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from campaigns.models import DirectSession
from campaigns.villages.sessions import plan_session
from people.roles import Role
from places.models import Settlement
from tests.factories import PASSWORD, make_commune, make_user
from tests.journeys.test_offline_desk import controlled, states, wait_for
from tests.journeys.waiting import until

pytestmark = pytest.mark.journey


@pytest.fixture
def commune(site_frame):
    commune = make_commune("Xã Không Sóng")
    Settlement.objects.create(commune=commune, name="Bản Xa", valid_from="2020-01-01")
    return commune


@pytest.fixture
def worker(commune):
    return make_user("ban@thu.example", role=Role.RADIO_OPERATOR, area=commune)


def address(name: str, *args) -> str:
    with override("vi"):
        return reverse(f"sessions:{name}", args=args)


def open_calendar(page) -> str:
    """The calendar, once its form is on the phone too; the form's address."""
    page.goto(address("calendar"))
    controlled(page)
    form = page.locator(f"a.button[href^='{address('log')}']").get_attribute("href")
    until(page, "async (url) => (await (await caches.open('desk-pages')).match(url)) !== undefined", form)
    return form


def fill(page, attendees: int = 40) -> None:
    for name, value in {"attendees": attendees, "women": 25, "children": 6, "minority": 38}.items():
        page.fill(f"form[data-queue] input[name={name}]", str(value))
    page.click("form[data-queue] button.wide")


def test_a_session_is_logged_without_a_connection_and_received_once(visit, enter, worker):
    page = visit("/vi/")
    enter(page, worker)
    form = open_calendar(page)
    context = page.context
    context.set_offline(True)
    page.close()
    page = context.new_page()
    # Not opened before: the calendar brought it.
    page.goto(form)
    page.check("input[name=settlements]")
    fill(page)
    wait_for(page, "waiting")
    assert page.input_value("form[data-queue] input[name=attendees]") == ""
    # A killed tab, a login that ended meanwhile, the calendar without a connection.
    page.close()
    page = context.new_page()
    page.goto(address("calendar"))
    wait_for(page, "waiting")
    Session.objects.all().delete()
    cuts = []

    def cut(route):
        if route.request.method == "POST" and not cuts:
            cuts.append(route.fetch().status)
            return route.abort("connectionreset")
        return route.continue_()

    context.set_offline(False)
    page.wait_for_selector("#phone [data-line] a.button")
    assert (states(page), DirectSession.objects.count()) == (["waiting"], 0)
    context.route("**/sync/", cut)
    page.click("#phone a.button")
    page.fill("input[name=login]", worker.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"**{address('calendar')}")
    wait_for(page, "received")
    made = DirectSession.objects.get()
    assert (cuts, made.attendees, made.recorded_by) == ([200], 40, worker)
    assert [one.name for one in made.settlements.all()] == ["Bản Xa"]
    assert made.client_time is not None
    assert page.locator("[data-queue-list] a").get_attribute("href").endswith(f"/{made.pk}/")


def test_a_wrong_clock_is_shown_and_the_session_stands_at_the_servers_time(visit, enter, worker):
    page = visit("/vi/")
    page.context.clock.install(time=timezone.now() - timedelta(hours=3, minutes=7))
    enter(page, worker)
    page.goto(open_calendar(page))
    page.context.set_offline(True)
    fill(page)
    wait_for(page, "waiting")
    assert "3 giờ 7 phút" in page.locator("[data-clock]").inner_text()
    page.context.set_offline(False)
    wait_for(page, "received")
    assert abs(DirectSession.objects.get().held_at - timezone.now()) < timedelta(minutes=1)


def test_what_is_refused_is_said_changed_on_the_phone_and_sent_again(visit, enter, worker, commune):
    plan = plan_session(
        actor=worker, commune=commune, starts_at=timezone.now() - timedelta(hours=2), client_uuid=uuid.uuid4()
    )
    page = visit("/vi/")
    enter(page, worker)
    open_calendar(page)
    there = address("log_plan", plan.pk)
    until(page, "async (url) => (await (await caches.open('desk-pages')).match(url)) !== undefined", there)
    page.context.set_offline(True)
    page.goto(there)
    fill(page, attendees=20)
    wait_for(page, "waiting")
    page.context.set_offline(False)
    wait_for(page, "refused")
    assert not DirectSession.objects.exists()
    row = page.locator("[data-queue-list] > li")
    row.locator("summary").last.click()
    row.locator("input[name=attendees]").fill("41")
    row.locator("form:not([data-queue]) button:not([type])").click()
    wait_for(page, "received")
    made = DirectSession.objects.get()
    assert (made.attendees, made.plan) == (41, plan)
