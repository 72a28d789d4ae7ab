"""The desk with the network switched off in mid-way: what is kept, what is queued, and that nothing is lost or doubled."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast.bulletins import withdraw_bulletin
from campaigns.models import Airing, MissedBroadcast
from media.models import Rendition
from media.storage import absolute, sha256_of
from people.roles import Role
from tests.campaigns.released import make_released, make_shorter
from tests.factories import make_commune, make_user
from tests.journeys.waiting import PATIENCE, settled, until

pytestmark = pytest.mark.journey
DESK = "/vi/phat-thanh/"
VOICE = Path(__file__).parents[2] / "data/demo/audio/vi-01.ogg"
ROWS = "[data-queue-list] > li"
TAP = "form[data-queue=aired] > button"


@pytest.fixture
def commune(site_frame):
    return make_commune("Xã Thử Sóng")


@pytest.fixture
def operator(commune):
    return make_user("loa@thu.example", role=Role.RADIO_OPERATOR, area=commune)


@pytest.fixture
def version(commune):
    made = make_released(title="Bản tin thử sóng")
    phone = made.programme.renditions.get(profile="phone")
    absolute(phone.path).write_bytes(VOICE.read_bytes())
    Rendition.objects.filter(pk=phone.pk).update(size=VOICE.stat().st_size, sha256=sha256_of(VOICE))
    return made


def controlled(page) -> None:
    """The worker is there and has kept this page."""
    until(page, "() => navigator.serviceWorker.controller !== null")
    until(page, "async (url) => (await (await caches.open('desk-pages')).match(url)) !== undefined", page.url)


@pytest.fixture
def desk(visit, enter, operator, version):
    page = visit("/vi/")
    enter(page, operator)
    controlled(page)
    return page


def states(page) -> list[str]:
    return settled(page, f"() => [...document.querySelectorAll({ROWS!r})].map((row) => row.dataset.state)")


def wait_for(page, *wanted: str, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while (found := states(page)) != list(wanted):
        assert time.monotonic() < end, (found, wanted)
        page.wait_for_timeout(100)


def test_a_tap_is_received_once_and_stays_visible(desk):
    desk.locator(TAP).dblclick()
    wait_for(desk, "received")
    # The page shows itself anew: the month is done.
    desk.locator("main > p .chip.is-done").wait_for()
    airing = Airing.objects.get()
    assert airing.clock_offset in (-1, 0, 1)
    assert airing.client_time is not None
    assert states(desk) == ["received"]


def test_without_a_connection_the_desk_opens_records_and_sends_later(desk, operator, version):
    context = desk.context
    context.set_offline(True)
    desk.close()
    page = context.new_page()
    page.goto(DESK)
    assert page.locator("h2", has_text="Bản tin thử sóng").count() == 1
    page.wait_for_selector("#phone [data-line] .note")
    page.locator(TAP).first.click()
    wait_for(page, "waiting")
    page.locator("form[data-queue=missed]").evaluate("form => { form.closest('details').open = true }")
    page.check("input[name=reason][value=no-power]")
    page.locator("form[data-queue=missed] button").click()
    wait_for(page, "waiting", "waiting")
    # The script is there as well.
    page.goto(f"{DESK}{version.pk}/?xa={page.locator('input[name=xa]').first.input_value()}")
    assert page.locator("h1").inner_text() == "Bản tin thử sóng"
    # A killed tab, a new one, and the second bar of signal.
    page.close()
    assert not Airing.objects.exists()
    page = context.new_page()
    page.goto(DESK)
    wait_for(page, "waiting", "waiting")
    context.set_offline(False)
    wait_for(page, "received", "received")
    assert (Airing.objects.get().operator, MissedBroadcast.objects.get().reason) == (operator, "no-power")


def test_an_answer_that_is_cut_off_records_once(desk):
    cuts = []

    def cut(route):
        if route.request.method == "POST" and len(cuts) < 2:
            cuts.append(route.fetch().status)
            return route.abort("connectionreset")
        return route.continue_()

    desk.context.route("**/sync/", cut)
    desk.locator(TAP).first.click()
    wait_for(desk, "received")
    assert cuts == [200, 200]
    assert Airing.objects.count() == 1


def test_two_tabs_send_one_record_once_and_both_show_it(desk):
    context = desk.context
    other = context.new_page()
    other.goto(DESK)
    context.set_offline(True)
    desk.locator(TAP).first.click()
    wait_for(desk, "waiting")
    wait_for(other, "waiting")
    context.set_offline(False)
    wait_for(desk, "received")
    wait_for(other, "received")
    assert Airing.objects.count() == 1


def test_a_login_that_expired_keeps_the_queue_and_asks_again(desk, enter, operator):
    desk.context.set_offline(True)
    desk.locator(TAP).first.click()
    wait_for(desk, "waiting")
    Session.objects.all().delete()
    desk.context.set_offline(False)
    desk.wait_for_selector("#phone [data-line] a.button")
    assert states(desk) == ["waiting"]
    # Opened anew, the page is a stranger's: it names no record, only that some wait.
    desk.goto(DESK)
    desk.wait_for_selector("#phone [data-line] a.button")
    assert states(desk) == []
    desk.click("#phone a.button")
    desk.fill("input[name=login]", operator.email)
    from tests.factories import PASSWORD

    desk.fill("input[name=password]", PASSWORD)
    desk.press("input[name=password]", "Enter")
    desk.wait_for_url("**/phat-thanh/")
    wait_for(desk, "received")
    assert Airing.objects.get().operator == operator


def test_another_person_on_the_same_phone_never_sends_it(desk, enter, operator, commune):
    context = desk.context
    context.set_offline(True)
    desk.locator(TAP).first.click()
    wait_for(desk, "waiting")
    context.set_offline(False)
    context.clear_cookies()
    second = make_user("hai@thu.example", role=Role.RADIO_OPERATOR, area=commune)
    page = context.new_page()
    page.goto("/vi/")
    enter(page, second)
    page.wait_for_selector("#phone [data-line] .muted")
    assert states(page) == []
    page.locator(TAP).first.click()
    wait_for(page, "received")
    # The first one's tab is still open and must not send under the second's name.
    desk.evaluate("dispatchEvent(new Event('online'))")
    desk.wait_for_selector("#phone [data-line] .note")
    assert states(desk) == ["waiting"]
    assert [airing.operator for airing in Airing.objects.all()] == [second]


def test_a_wrong_clock_is_shown_corrected_and_recorded(visit, enter, operator, version):
    page = visit("/vi/")
    page.context.clock.install(time=timezone.now() - timedelta(hours=3, minutes=7))
    enter(page, operator)
    controlled(page)
    page.context.set_offline(True)
    page.locator(TAP).first.click()
    wait_for(page, "waiting")
    assert "3 giờ 7 phút" in page.locator("[data-clock]").inner_text()
    page.context.set_offline(False)
    wait_for(page, "received")
    airing = Airing.objects.get()
    assert abs(airing.aired_at - timezone.now()) < timedelta(minutes=1)
    assert abs(airing.clock_offset - (3 * 3600 + 7 * 60)) <= 60
    assert airing.client_time < timezone.now() - timedelta(hours=3)


def test_a_clock_changed_meanwhile_asks_for_the_time(desk):
    desk.context.set_offline(True)
    desk.evaluate("localStorage.setItem('desk-clock', 7200)")
    desk.locator(TAP).first.click()
    wait_for(desk, "waiting")
    desk.context.set_offline(False)
    wait_for(desk, "refused")
    assert not Airing.objects.exists()
    desk.click(f"{ROWS} summary")
    desk.fill(f"{ROWS} input[name=aired_at]", f"{timezone.localtime() - timedelta(minutes=2):%Y-%m-%dT%H:%M}")
    desk.fill(f"{ROWS} input[name=plays]", "3")
    desk.click(f"{ROWS} form button:not([type])")
    wait_for(desk, "received")
    assert Airing.objects.get().plays == 3


def test_a_refusal_is_said_kept_and_can_be_removed(desk, version):
    desk.context.set_offline(True)
    desk.locator(TAP).first.click()
    wait_for(desk, "waiting")
    withdraw_bulletin(bulletin=version.bulletin, actor=approver_of(version), reason="Thử thu hồi")
    desk.context.set_offline(False)
    wait_for(desk, "refused")
    assert "thu hồi" in desk.locator(f"{ROWS} .note").inner_text()
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.click(f"{ROWS} summary")
    desk.click(f"{ROWS} button.danger")
    wait_for(desk)
    assert not Airing.objects.exists()


def approver_of(version):
    return make_user(role=Role.APPROVER, area=version.bulletin.area)


def test_a_chosen_sound_plays_and_seeks_without_a_connection_and_is_freed(desk, version):
    cuts = []

    def cut(route):
        if "range" in route.request.headers and len(cuts) < 1:
            cuts.append(route.abort("connectionreset"))
            return None
        return route.continue_()

    desk.context.route("**/audio/**", cut)
    offer = desk.locator("a.download[data-title]", has_text="Opus").locator("xpath=following-sibling::p[1]/button")
    offer.click()
    kept = desk.locator("[data-kept] li")
    kept.wait_for()
    assert cuts
    assert "0" in kept.inner_text()
    desk.context.set_offline(True)
    desk.goto(DESK)
    kept.wait_for()
    seeked = desk.evaluate("""async () => {
      const sound = document.querySelector("[data-kept] audio");
      sound.preload = "auto"; sound.load();
      await new Promise((done, no) => { sound.onloadedmetadata = done; sound.onerror = () => no(sound.error.message); });
      sound.currentTime = sound.duration * .8;
      await new Promise((done) => { sound.onseeked = done; });
      return sound.currentTime / sound.duration;
    }""")
    assert seeked == pytest.approx(0.8, abs=0.05)
    part = desk.evaluate("""async () => {
      const answer = await fetch(document.querySelector("[data-kept] audio").src, { headers: { Range: "bytes=10-19" } });
      return [answer.status, answer.headers.get("Content-Range"), (await answer.arrayBuffer()).byteLength];
    }""")
    assert part == [206, f"bytes 10-19/{VOICE.stat().st_size}", 10]
    kept.locator("button").click()
    kept.wait_for(state="detached")
    assert desk.evaluate("async () => (await (await caches.open('desk-sounds')).keys()).length") == 0


def test_a_withdrawn_sound_leaves_the_phone(desk, version):
    desk.locator("a.download[data-title]", has_text="Opus").locator("xpath=following-sibling::p[1]/button").click()
    desk.locator("[data-kept] li").wait_for()
    withdraw_bulletin(bulletin=version.bulletin, actor=approver_of(version), reason="Thử thu hồi")
    desk.reload()
    desk.wait_for_selector("#phone > .note:not([data-clock])")
    assert desk.locator("[data-kept] li").count() == 0


def test_after_signing_out_no_private_page_is_readable_offline(desk):
    desk.click(".tools details.drop:last-of-type > summary")
    desk.click("form[action$='/logout/'] button")
    desk.wait_for_url(lambda url: "phat-thanh" not in url)
    desk.wait_for_load_state()
    desk.context.set_offline(True)
    desk.goto(DESK)
    assert desk.locator("main h1").inner_text() == "Không có kết nối"
    assert "Thử Sóng" not in desk.content()


def test_a_new_release_replaces_the_worker_and_the_kept_page_stays_readable(desk, monkeypatch):
    from campaigns.views import offline

    monkeypatch.setattr(offline, "SHELL", (*offline.SHELL, "js/upload.js"))
    with desk.expect_event("console", timeout=20_000) as said:
        desk.evaluate("""async () => {
          const here = await navigator.serviceWorker.ready;
          navigator.serviceWorker.addEventListener("controllerchange", () => console.log("changed"));
          await here.update();
        }""")
    assert said.value.text == "changed"
    until(desk, "async () => (await (await caches.open('desk-files')).match('/static/js/upload.js')) !== undefined")
    desk.context.set_offline(True)
    desk.goto(DESK)
    assert desk.locator("h2", has_text="Bản tin thử sóng").count() == 1
    # Drawn with its own style sheet.
    assert desk.locator("body").evaluate("body => getComputedStyle(body).display") == "flex"


def test_the_desk_can_be_installed(desk):
    answer = desk.request.get(desk.locator("link[rel=manifest]").get_attribute("href"))
    found = answer.json()
    assert (found["start_url"], found["scope"], found["display"]) == (DESK, DESK, "standalone")
    for icon in found["icons"]:
        assert desk.request.get(icon["src"]).status == 200
    session = desk.context.new_cdp_session(desk)
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],
    )
    assert reverse("campaigns:worker").startswith(DESK)


def test_a_minute_is_kept_played_and_recorded_without_a_connection(desk, version):
    cut = make_shorter(version)
    phone = cut.programme.renditions.get(profile="phone")
    absolute(phone.path).write_bytes(VOICE.read_bytes())
    Rendition.objects.filter(pk=phone.pk).update(size=VOICE.stat().st_size, sha256=sha256_of(VOICE))
    desk.reload()
    controlled(desk)
    # The desk leads to it, and that page is on the phone before anybody has opened it.
    there = desk.locator("a[href*='#shorter']").get_attribute("href")
    until(desk, "async (url) => (await (await caches.open('desk-pages')).match(url)) !== undefined", there)
    desk.goto(there)
    link = desk.locator("#shorter a.download[data-title]", has_text="Opus")
    assert "_60s.ogg" in link.get_attribute("href")
    link.locator("xpath=following-sibling::p[1]/button").click()
    kept = desk.locator("[data-kept] li")
    kept.wait_for()
    assert "60 giây" in kept.inner_text()
    desk.context.set_offline(True)
    desk.close()
    page = desk.context.new_page()
    page.goto(there)
    kept = page.locator("[data-kept] li")
    kept.wait_for()
    length = page.evaluate("""async () => {
      const sound = document.querySelector("[data-kept] audio");
      sound.preload = "auto"; sound.load();
      await new Promise((done, no) => { sound.onloadedmetadata = done; sound.onerror = () => no(sound.error.message); });
      return sound.duration;
    }""")
    assert length > 3
    page.select_option("#log select[name=cut]", "60")
    page.click("#log button.wide")
    wait_for(page, "waiting")
    page.context.set_offline(False)
    wait_for(page, "received")
    assert (Airing.objects.get().cut, Airing.objects.get().version) == ("60", version)
