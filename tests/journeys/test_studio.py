"""The studio: a voice recorded in a real browser with a fake microphone, from the first take to the programme."""

import math
import random
import shutil
import struct
import subprocess
import time
import wave

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.urls import reverse

from campaigns.models import SegmentText
from media.audio import judge, measure
from media.models import Recording, Upload
from media.programmes import programme_state
from tests.campaigns.making import make_bulletin, make_language, make_team, make_version, spoken
from tests.conftest import BROWSER_ARGUMENTS
from tests.journeys.test_monthly_broadcast import work

pytestmark = pytest.mark.journey
SAID = "Bà con chú ý. Việc nhẹ lương cao ở xa, hãy hỏi kỹ trước khi đi. Cần giúp thì gọi một một một."


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    if not shutil.which("espeak-ng"):
        pytest.skip("no espeak-ng on the path")
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    subprocess.run(["espeak-ng", "-v", "vi", "-s", "130", "-w", path, SAID], check=True)
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
def studio(visit, enter, version):
    page = visit("/vi/")
    enter(page, version.team.translator)
    page.goto(reverse("studio:studio", args=[version.pk]))
    page.locator("#studio").wait_for()
    return page


def speak(page, seconds: float) -> None:
    page.click("[data-record]")
    until(page, "() => parseFloat(document.querySelector('[data-time]').textContent.split(':')[1]) >= " + str(seconds))
    page.click("[data-record]")
    page.locator("[data-takes] > li").first.wait_for()


def until(page, script: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not page.evaluate(script):
        assert time.monotonic() < end, f"never true: {script}: {page.locator('#studio').inner_text()}"
        page.wait_for_timeout(100)


def current(page) -> str:
    return page.locator("[data-list] [aria-current]").inner_text()


def test_a_version_is_recorded_segment_by_segment_until_its_programme(studio, version):
    segments = spoken(version.bulletin)
    for number, _segment in enumerate(segments, start=1):
        assert current(studio) == str(number)
        speak(studio, 3)
        assert studio.locator("[data-takes] .chip").inner_text() == "nghe tốt"
        studio.click("[data-takes] button:not(.danger)")
        if number < len(segments):
            until(studio, f"() => document.querySelector('[data-list] [aria-current]').textContent === '{number + 1}'")
    until(studio, "() => document.querySelectorAll('[data-list] [data-state=due]').length === 4")
    until(studio, "() => document.querySelector('[data-sending]').textContent === ''")
    end = time.monotonic() + 30
    while SegmentText.objects.filter(version=version, recording__isnull=False).count() < 4 and time.monotonic() < end:
        studio.wait_for_timeout(200)
    work()
    studio.locator("[data-done] a").wait_for()
    # The server found them usable, so the phone keeps none.
    kept = """async () => {
      const { version, person } = document.getElementById("studio").dataset;
      return (await (await import("/static/js/takes.js")).ofVersion(version, person)).length === 0;
    }"""
    until(studio, kept)
    for row in Recording.objects.all():
        assert (row.state, row.codec, row.channels) == ("ready", "opus", 1)
        assert 2.5 < row.duration < 8
    studio.click("[data-done] a")
    studio.click(f'form[action="{reverse("recording_finish", args=[version.pk])}"] button')
    studio.wait_for_load_state()
    version.refresh_from_db()
    assert version.state == "recorded"
    work()
    assert programme_state(version.programme)[0] == "ready"


def test_a_killed_tab_loses_a_second_at_most_and_goes_on_where_it_stopped(studio, version):
    studio.click("[data-next]")
    studio.click("[data-record]")
    until(studio, "() => document.querySelector('[data-time]').textContent === '0:04'")
    context = studio.context
    studio.close()
    page = context.new_page()
    page.goto(reverse("studio:studio", args=[version.pk]))
    page.locator("[data-takes] > li").wait_for()
    assert current(page) == "2"
    assert (
        "0:03" in page.locator("[data-takes] strong").inner_text()
        or "0:04" in page.locator("[data-takes] strong").inner_text()
    )
    assert "đóng" in page.locator("[data-takes] .note").inner_text()
    page.click("[data-takes] button:not(.danger)")
    page.goto(reverse("studio:studio", args=[version.pk]))
    end = time.monotonic() + 20
    while not Recording.objects.exists() and time.monotonic() < end:
        page.wait_for_timeout(200)
    work()
    row = Recording.objects.get()
    assert row.state == "ready"
    assert row.duration >= 3


def test_without_a_recorder_of_its_own_the_browser_records_samples(visit, enter, version):
    page = visit("/vi/")
    page.context.add_init_script("delete window.MediaRecorder")
    enter(page, version.team.translator)
    page.goto(reverse("studio:studio", args=[version.pk]))
    speak(page, 3)
    page.click("[data-takes] button:not(.danger)")
    end = time.monotonic() + 20
    while not Recording.objects.exists() and time.monotonic() < end:
        page.wait_for_timeout(200)
    work()
    row = Recording.objects.get()
    assert (row.state, row.codec, row.channels) == ("ready", "pcm_s16le", 1)
    assert 2.5 < row.duration < 8


def test_takes_are_compared_and_the_best_one_is_sent_over_a_bad_line(studio, version):
    speak(studio, 2)
    speak(studio, 3)
    assert studio.locator("[data-takes] > li").count() == 2
    cuts = []

    def cut(route):
        if route.request.method != "GET" and len(cuts) < 4:
            cuts.append(route.request.method)
            if len(cuts) % 2:
                route.fetch()
            return route.abort("connectionreset")
        return route.continue_()

    studio.context.route("**/media/uploads/**", cut)
    studio.context.route("**/record/add/", cut)
    studio.locator("[data-takes] > li").nth(1).locator("button:not(.danger)").click()
    end = time.monotonic() + 45
    while not Recording.objects.exists() and time.monotonic() < end:
        studio.wait_for_timeout(200)
    assert len(cuts) == 4
    row = Recording.objects.get()
    assert row.title.startswith("1-2-")
    assert Upload.objects.count() == 0


def test_a_login_that_expired_keeps_the_takes(studio, enter, version):
    speak(studio, 2)
    Session.objects.all().delete()
    studio.click("[data-takes] button:not(.danger)")
    studio.click("[data-before]")
    studio.locator("[data-takes] [role=status]").wait_for()
    assert "đăng nhập" in studio.locator("[data-takes] [role=status]").inner_text().lower()
    assert not Recording.objects.exists()
    enter(studio, version.team.translator)
    studio.goto(reverse("studio:studio", args=[version.pk]))
    end = time.monotonic() + 20
    while not Recording.objects.exists() and time.monotonic() < end:
        studio.wait_for_timeout(200)
    assert Recording.objects.get().owner == version.team.translator


@pytest.mark.parametrize(
    ("name", "said"),
    [("NotAllowedError", "cho phép"), ("NotFoundError", "Không tìm thấy micrô"), ("NotReadableError", "Ứng dụng khác")],
)
def test_a_microphone_that_does_not_open_is_explained(studio, name, said):
    studio.evaluate(
        "name => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name)); }", name
    )
    studio.click("[data-record]")
    until(studio, "() => document.querySelector('[data-say]').textContent !== ''")
    assert said in studio.locator("[data-say]").inner_text()
    assert studio.locator("[data-record]").is_enabled()


def test_the_text_moves_at_the_rate_of_the_language_and_holds_on_request(visit, enter, version):
    text = " ".join(f"Câu thử số {n} có tám chữ." for n in range(40))
    version.bulletin.segments.filter(kind="announcer").update(text=text)
    page = visit("/vi/")
    enter(page, version.team.translator)
    page.goto(reverse("studio:studio", args=[version.pk]))
    page.click("[data-record]")
    page.wait_for_timeout(9_000)
    # Seven words a sentence at 120 a minute: three and a half seconds each.
    at = page.locator("[data-text] p").evaluate_all("lines => lines.findIndex((line) => line.className === 'now')")
    assert at in (2, 3)
    page.click("[data-hold]")
    page.wait_for_timeout(4_500)
    assert page.locator("[data-text] p").evaluate_all("l => l.findIndex((line) => line.className === 'now')") - at in (
        0,
        1,
    )
    page.click("[data-record]")


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1280, "dark")])
def test_the_studio_is_accessible_and_fits_a_phone(visit, enter, version, width, theme):
    page = visit("/vi/", width=width, theme=theme)
    enter(page, version.team.translator)
    page.goto(reverse("studio:studio", args=[version.pk]))
    speak(page, 2)
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_only_those_who_record_a_version_enter_and_only_here_is_a_microphone(client, version):
    team = version.team
    address = reverse("studio:studio", args=[version.pk])
    assert client.get(address).status_code == 302
    assert client.get(reverse("studio:sounds", args=[version.pk])).status_code == 401
    client.force_login(team.translator)
    page = client.get(address)
    assert (page.status_code, page["Permissions-Policy"]) == (200, "camera=(), geolocation=(), microphone=(self)")
    assert "unsafe" not in page["Content-Security-Policy"]
    for other in ("/vi/", reverse("version_record", args=[version.pk])):
        assert client.get(other)["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"
    outsider = make_team().translator
    client.force_login(outsider)
    assert client.get(address).status_code == 404
    assert client.get(reverse("studio:sounds", args=[version.pk])).status_code == 404


# The browser's verdict is the server's ---------------------------------------------------------------------------------
RATE = 16_000


def samples(*, noise: float = 0.0005, height: float = 0.3, cut: float = 1.0) -> list[float]:
    """Six seconds of bursts of a tone over a hiss."""
    chance = random.Random(7)
    found = []
    for i in range(6 * RATE):
        t = i / RATE
        tone = height * math.sin(2 * math.pi * 180 * t) * (t % 1.0 < 0.7) * (0.6 + 0.4 * math.sin(9 * t))
        found.append(max(-cut, min(cut, tone + noise * chance.gauss(0, 1))))
    return found


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"noise": 0.1},
        {"noise": 0.016},
        {"height": 0.003, "noise": 0.00002},
        {"height": 0.0003, "noise": 0.0001},
        {"height": 6.0},
    ],
)
def test_the_first_verdict_refuses_what_the_server_refuses(studio, tmp_path, kind):
    sound = samples(**kind)
    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", round(x * 32767)) for x in sound))
    here = studio.evaluate(
        """async ([sound, rate]) => {
          const { Listener } = await import("/static/js/verdict.js");
          const listener = new Listener();
          const step = rate / 10;
          for (let at = 0; at + step <= sound.length; at += step) listener.hear(Float32Array.from(sound.slice(at, at + step)));
          return listener.judge(5);
        }""",
        [sound, RATE],
    )
    there = [[found.code, found.severity] for found in judge(measure(path), 5)]
    assert sorted(here) == sorted(there)
