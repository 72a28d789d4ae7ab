"""The studio: a voice recorded in a real browser with a fake microphone, from the first take to the programme."""

import os
import shutil
import signal
import subprocess
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.urls import reverse

from campaigns.models import Segment, SegmentText
from media.models import Recording, Upload
from media.programmes import programme_state
from tests.campaigns.making import make_bulletin, make_language, make_team, make_version, spoken
from tests.conftest import BROWSER_ARGUMENTS
from tests.journeys.test_monthly_broadcast import work
from tests.journeys.waiting import until

pytestmark = pytest.mark.journey
SAID = "Bà con chú ý. Việc nhẹ lương cao ở xa, hãy hỏi kỹ trước khi đi. Cần giúp thì gọi một một một."
USE = ".deck [data-use]"
NUMBER = "[data-list] [aria-current]"
LIST = "[data-takes] > li"


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    if not shutil.which("espeak-ng"):
        pytest.skip("no espeak-ng on the path")
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    subprocess.run(["espeak-ng", "-v", "vi", "-s", "130", "-a", "60", "-w", path, SAID], check=True)
    return path


@pytest.fixture(scope="module")
def chromium(voice):
    """The browser with a microphone that hears the voice again and again; in the place of the one without."""
    sync_api = pytest.importorskip("playwright.sync_api")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not path:
        pytest.skip("no Chromium on the path")
    ears = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={voice}",
    ]
    with pytest.MonkeyPatch.context() as patch, sync_api.sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=[*BROWSER_ARGUMENTS, *ears])
        yield browser
        from django.db import connections

        connections.close_all()
        browser.close()


@pytest.fixture
def version(site_frame):
    make_language()
    team = make_team()
    made = make_version(team, make_bulletin(team.author), "vi")
    made.team = team
    return made


@pytest.fixture
def address(version):
    return reverse("studio:studio", args=[version.pk])


@pytest.fixture
def studio(visit, enter, version, address):
    page = visit("/vi/")
    enter(page, version.team.translator)
    page.goto(address)
    page.locator("#studio").wait_for()
    return page


def arrives(page, count: int = 1, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while SegmentText.objects.filter(recording__isnull=False).count() < count:
        assert time.monotonic() < end, page.locator("#studio").inner_text()
        page.wait_for_timeout(150)


def begin(page, seconds: float) -> None:
    page.click("[data-record]")
    until(page, f"() => Number(document.querySelector('[data-time]').textContent.split(':')[1]) >= {seconds}")


def speak(page, seconds: float) -> None:
    there = page.locator(LIST).count()
    begin(page, seconds)
    page.click("[data-record]")
    page.locator(LIST).nth(there).wait_for()


def kill(page) -> None:
    """Its process dies without a last word, as when a phone's battery does."""
    found = page.context.browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    with page.expect_event("crash"):
        for process in found:
            if process["type"] == "renderer":
                os.kill(process["id"], signal.SIGKILL)
    page.close()


def test_two_segments_a_dead_battery_a_lost_line_and_a_retake_end_in_one_programme(studio, version, address):
    bulletin = version.bulletin
    Segment.objects.filter(bulletin=bulletin, kind__in=["voice-a", "announcer"]).delete()
    studio.reload()
    studio.locator("#studio").wait_for()
    context = studio.context
    # The first segment; its verdict is there at once, and its sending is cut after the first piece.
    assert studio.locator(NUMBER).inner_text() == "1"
    speak(studio, 3)
    assert "Nghe tốt" in studio.locator("[data-say]").inner_text()
    pieces = []

    def lose(route):
        if route.request.method == "PUT" and len(pieces) < 3:
            pieces.append(route.request.url)
            route.fetch() if len(pieces) == 1 else None
            context.set_offline(True)
            return route.abort("internetdisconnected")
        return route.continue_()

    context.route("**/media/uploads/**", lose)
    studio.click(USE)
    until(studio, "() => document.querySelector('[data-sending]').textContent.includes('Mất mạng')")
    assert studio.locator(NUMBER).inner_text() == "2"
    # Without a connection the second is spoken, and the phone dies in mid-sentence.
    begin(studio, 4)
    kill(studio)
    assert not Recording.objects.exists()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    page.locator(LIST).wait_for()
    assert page.locator(NUMBER).inner_text() == "2"
    assert "Trang bị đóng" in page.locator(LIST).inner_text()
    length = int(page.locator(f"{LIST} strong").inner_text()[-1])
    assert length in (3, 4)
    # The first arrives by itself. The second is spoken again, and that one is used.
    arrives(page)
    speak(page, 3)
    assert page.locator(LIST).count() == 2
    page.click(USE)
    arrives(page, 2)
    work()
    page.locator("[data-done] a").wait_for()
    first, second = spoken(bulletin)
    assert Recording.objects.count() == 2
    for segment in (first, second):
        row = SegmentText.objects.get(version=version, segment=segment).recording
        assert (row.state, row.codec, row.owner) == ("ready", "opus", version.team.translator)
        assert 2.5 < row.duration < 6
    assert SegmentText.objects.get(segment=second).recording.title.startswith("2-2-")
    assert Upload.objects.count() == 0
    # The server found them usable, so the phone keeps none.
    until(
        page,
        """async () => {
          const { version, person } = document.getElementById("studio").dataset;
          const { takes } = JSON.parse(document.getElementById("studio-modules").textContent);
          return (await (await import(takes)).ofVersion(version, person)).length === 0;
        }""",
    )
    page.click("[data-done] a")
    page.click(f'form[action="{reverse("recording_finish", args=[version.pk])}"] button')
    page.wait_for_load_state()
    version.refresh_from_db()
    assert version.state == "recorded"
    work()
    assert programme_state(version.programme)[0] == "ready"


def test_an_answer_that_is_lost_leaves_one_recording(studio):
    speak(studio, 2)
    cuts = []

    def cut(route):
        if route.request.method != "GET" and len(cuts) < 5:
            cuts.append(route.request.method)
            if len(cuts) % 2 or route.request.url.endswith("/takes/"):
                route.fetch()
            return route.abort("connectionreset")
        return route.continue_()

    studio.context.route("**/media/uploads/**", cut)
    studio.context.route("**/takes/", cut)
    studio.click(USE)
    arrives(studio, seconds=60)
    until(studio, "() => document.querySelector('[data-list] button').dataset.state === 'due'")
    work()
    until(studio, "() => document.querySelector('[data-list] button').dataset.state === 'done'")
    assert len(cuts) == 5
    assert (Recording.objects.count(), Upload.objects.count()) == (1, 0)


def test_another_take_chosen_while_one_is_on_its_way_is_the_one_that_arrives(studio):
    speak(studio, 2)
    studio.context.set_offline(True)
    studio.click(USE)
    studio.click("[data-before]")
    speak(studio, 3)
    studio.click(USE)
    studio.context.set_offline(False)
    arrives(studio)
    until(studio, "() => document.querySelector('[data-list] button').dataset.state === 'due'")
    row = Recording.objects.get()
    assert row.title.startswith("1-2-")
    studio.click("[data-before]")
    chosen = studio.locator(f"{LIST} .is-done").evaluate_all("marks => marks.map((m) => m.closest('li').innerText)")
    assert len(chosen) == 1
    assert chosen[0].startswith("Lần 2")


def test_a_login_that_expired_asks_again_and_keeps_the_takes(studio, enter, version, address):
    speak(studio, 2)
    Session.objects.all().delete()
    studio.click(USE)
    studio.locator("[data-login] a").wait_for()
    assert "đăng nhập lại" in studio.locator("[data-notice]").inner_text()
    assert not Recording.objects.exists()
    # Another person on the same phone sees none of it, and sends none of it.
    enter(studio, version.team.administrator)
    studio.goto(address)
    assert not Recording.objects.exists()
    Session.objects.all().delete()
    enter(studio, version.team.translator)
    studio.goto(address)
    arrives(studio)
    assert Recording.objects.get().owner == version.team.translator


def test_without_a_recorder_of_its_own_the_browser_records_samples(visit, enter, version, address):
    page = visit("/vi/")
    page.context.add_init_script("delete window.MediaRecorder")
    enter(page, version.team.translator)
    page.goto(address)
    speak(page, 3)
    page.click(USE)
    arrives(page)
    work()
    row = Recording.objects.get()
    assert (row.state, row.codec, row.channels) == ("ready", "pcm_s16le", 1)
    assert 2.5 < row.duration < 6


@pytest.mark.parametrize(
    ("name", "said"),
    [("NotAllowedError", "gửi tệp"), ("NotFoundError", "Không tìm thấy micrô"), ("NotReadableError", "Ứng dụng khác")],
)
def test_a_microphone_that_does_not_open_is_explained(studio, name, said):
    studio.evaluate(
        "name => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name)); }", name
    )
    studio.click("[data-record]")
    until(studio, "() => document.querySelector('[data-say]').textContent !== ''")
    assert said in studio.locator("[data-say]").inner_text()
    assert studio.locator("[data-record]").is_enabled()


def test_without_javascript_the_page_points_to_the_files(visit, enter, version, address):
    page = visit("/accounts/login/", javascript=False)
    enter(page, version.team.translator)
    page.goto(address)
    page.click("#no-studio a")
    assert page.url.endswith(reverse("version_record", args=[version.pk]))


def test_the_text_moves_at_the_rate_of_the_language_and_holds_on_request(visit, enter, version, address):
    text = " ".join(f"Câu thử số {n} có tám chữ." for n in range(40))
    version.bulletin.segments.filter(kind="announcer").update(text=text)
    page = visit("/vi/")
    enter(page, version.team.translator)
    page.goto(address)
    page.click("[data-record]")
    now = "[...document.querySelectorAll('[data-text] p')].findIndex((line) => line.className === 'now')"
    until(page, f"() => {now} >= 0")
    began = time.monotonic()
    until(page, f"() => {now} === 2")
    # Seven words a sentence at 120 a minute: three and a half seconds each.
    assert time.monotonic() - began == pytest.approx(7, abs=1.2)
    page.click("[data-hold]")
    page.wait_for_timeout(4_500)
    assert page.evaluate(now) == 2
    page.click("[data-record]")


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1280, "dark")])
@pytest.mark.looks
def test_the_studio_is_accessible_and_fits_a_phone(visit, enter, version, address, width, theme):
    page = visit("/vi/", width=width, theme=theme)
    enter(page, version.team.translator)
    page.goto(address)
    speak(page, 2)
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
