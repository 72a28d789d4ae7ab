"""Officers' cards before the trainer's camera: Chromium plays a film of the very card an officer's phone shows."""

import io
import shutil

import pytest
from PIL import Image, ImageEnhance

from courses.models import Mark
from people.roles import Role
from tests.conftest import BROWSER_ARGUMENTS
from tests.courses.test_attendance import make_class, trainees
from tests.factories import make_user
from tests.journeys.waiting import eventually

pytestmark = pytest.mark.journey

WIDTH, HEIGHT = 640, 480


def sight(shown: bytes, turned: float, light: float) -> bytes:
    """What the camera sees: a phone held askew in bad light. Luma, then two planes without colour."""
    phone = Image.open(io.BytesIO(shown)).convert("RGBA").rotate(turned, Image.Resampling.BICUBIC, expand=True)
    phone.thumbnail((WIDTH, HEIGHT))
    room = Image.linear_gradient("L").resize((WIDTH, HEIGHT)).convert("RGBA")
    room.alpha_composite(phone, ((WIDTH - phone.width) // 2, (HEIGHT - phone.height) // 2))
    return ImageEnhance.Brightness(room.convert("L")).enhance(light).tobytes() + b"\x80" * (WIDTH * HEIGHT // 2)


@pytest.fixture
def filmed(chromium, live_site, tmp_path):
    """filmed(sights) → a context whose camera plays them, three seconds each, again and again; without sights it is refused.
    A browser of its own: it is given its film when it starts."""
    browsers = []

    def made(*sights):
        film = tmp_path / "film.y4m"
        with film.open("wb") as out:
            out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F5:1 Ip A1:1 C420\n".encode())
            for one in sights:
                out.write((b"FRAME\n" + one) * 15)
        arguments = ["--use-fake-device-for-media-stream", "--deny-permission-prompts"]
        if sights:
            arguments = [arguments[0], "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
        path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
        browsers.append(chromium.browser_type.launch(executable_path=path, args=[*BROWSER_ARGUMENTS, *arguments]))
        context = browsers[-1].new_context(
            base_url=live_site.url, viewport={"width": 360, "height": 740}, locale="vi-VN"
        )
        context.set_default_timeout(45_000)
        return context

    yield made
    for browser in browsers:
        browser.close()


@pytest.fixture
def session(site_frame):
    trainer = make_user("giang-vien@thu.example", role=Role.TRAINER)
    return make_class(make_user(role=Role.COURSE_MANAGER), trainer, trainees(3)).sessions.first()


def open_roll(page, enter, session):
    enter(page, session.run.trainers.get())
    page.goto(f"/vi/khoa-hoc/lop/{session.run_id}/buoi/{session.pk}/")


def shown_by(visit, enter, person, theme="light") -> bytes:
    page = visit("/vi/", theme=theme)
    enter(page, person)
    page.goto("/vi/khoa-hoc/the-cua-toi/")
    return page.screenshot()


def test_cards_are_filmed_without_a_connection_and_sent_later(visit, enter, filmed, session):
    first, second, _third = [one.user for one in session.run.enrolments.order_by("pk")]
    stranger = make_user("khach@thu.example", role=Role.TRAINEE)
    cards = [shown_by(visit, enter, first), shown_by(visit, enter, second, "dark"), shown_by(visit, enter, stranger)]
    context = filmed(*map(sight, cards, (12, -20, 4), (0.5, 0.8, 1)))
    page = context.new_page()
    open_roll(page, enter, session)
    eventually(
        lambda: page.evaluate("async () => (await caches.open('lesson-pages')).match(location.pathname).then(Boolean)")
    )
    address = page.url
    page.close()
    # Opened without a connection: the reader of codes was kept with the page.
    context.set_offline(True)
    page = context.new_page()
    page.goto(address)
    page.click("#camera button")
    note = page.locator("#card-note")
    for words in (f"Đã đánh dấu: {first.name}", f"Đã đánh dấu: {second.name}", "không ai có thẻ mang mã này"):
        note.filter(has_text=words).wait_for()
    # The tab is killed: who came by card is known all the same.
    page.close()
    page = context.new_page()
    page.goto(address)
    assert page.locator("input[name=present]:checked").count() == 2
    page.click("form#roll button.wide")
    page.locator("#roll-note", has_text="Chưa có mạng").wait_for()
    assert Mark.objects.count() == 0
    context.set_offline(False)
    page.locator("#roll-note", has_text="2 người có mặt, 1 người vắng").wait_for()
    assert set(Mark.objects.filter(way="card").values_list("user", flat=True)) == {first.pk, second.pk}
    assert Mark.objects.filter(way="roll").count() == 3


def test_a_refused_camera_is_said_and_the_code_is_typed(enter, filmed, session):
    page = filmed().new_page()
    open_roll(page, enter, session)
    page.click("#camera button")
    page.locator("#camera [role=status]", has_text="chưa được phép dùng máy ảnh").wait_for()
    assert page.locator("#camera video").is_hidden()
    page.fill("#roll-card", "http://")
    page.press("#roll-card", "Enter")
    assert "không phải thẻ" in page.locator("#card-note").inner_text()
