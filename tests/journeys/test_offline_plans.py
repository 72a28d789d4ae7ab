"""A session is planned and photographed without a connection: what waits is seen, and is received exactly once."""

import io
import os
import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from PIL import Image

from campaigns.models import DirectSession, SessionPhoto, SessionPlan
from media.models import Upload
from media.storage import absolute
from places.models import Settlement
from tests.factories import PASSWORD
from tests.journeys.test_offline_desk import wait_for
from tests.journeys.test_offline_sessions import address, commune, fill, open_calendar, worker
from tests.journeys.waiting import settled, until

pytestmark = pytest.mark.journey
__all__ = ["commune", "worker"]
PICTURE = "[data-queue-list] form[data-queue=photo]"

# Which of the records on the phone still hold a picture.
HELD = """() => new Promise((done) => {
  indexedDB.open("desk").onsuccess = ({ target }) => {
    const asked = target.result.transaction("queue").objectStore("queue").getAll();
    asked.onsuccess = () => done(asked.result.map((entry) => Boolean(entry.blob)));
  };
})"""

# How many came, by each session kept on the phone.
HEADS = HELD.replace("Boolean(entry.blob)", "Object.fromEntries(entry.fields).attendees").replace(
    "asked.result.map", "asked.result.filter((entry) => entry.kind === 'session').map"
)


def photo(side: int = 2600) -> dict:
    """A picture as a phone takes it, with the place in its EXIF; noise, so that it has some weight."""
    image = Image.frombytes("RGB", (side // 8, side // 8), os.urandom(3 * (side // 8) ** 2)).resize((side, side))
    exif = image.getexif()
    exif[0x010F] = "Máy Thử"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, quality=90)
    return {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def add_picture(page, file: dict | None = None) -> None:
    """With the form of the first session that waits or was received."""
    page.locator(f"details:has({PICTURE[18:]}) > summary").first.click()
    form = page.locator(PICTURE).first
    form.locator("[type=file]").set_input_files([file or photo()])
    form.locator("[name=subject][value=adults]").check()
    form.locator("button").click()


def breaking(context, glob: str, *methods: str):
    """The answers to the first requests of these methods never arrive, though the server has done what they asked."""
    cuts, left = [], list(methods)

    def cut(route):
        if left and route.request.method == left[0]:
            left.pop(0)
            cuts.append(route.fetch().status)
            return route.abort("connectionreset")
        return route.continue_()

    context.route(glob, cut)
    return cuts


def test_a_session_is_planned_without_a_connection_and_received_once(visit, enter, worker):
    page = visit("/vi/")
    # A clock that is wrong by a day changes nothing: a plan says its time.
    page.context.clock.install(time=timezone.now() + timedelta(days=1))
    enter(page, worker)
    open_calendar(page)
    form = page.locator(f"a.button[href^='{address('plan')}']").get_attribute("href")
    until(page, "async (url) => (await (await caches.open('desk-pages')).match(url)) !== undefined", form)
    context = page.context
    context.set_offline(True)
    page.goto(form)
    when = (timezone.localtime() + timedelta(days=12)).replace(hour=19, minute=30, second=0, microsecond=0)
    page.fill("input[name=starts_at]", f"{when:%Y-%m-%dT%H:%M}")
    page.check("input[name=settlements]")
    page.fill("input[name=place]", "Nhà văn hoá")
    page.locator("form[data-queue=plan] button.wide").dblclick()
    wait_for(page, "waiting")
    assert f"{when:%Y-%m-%d %H:%M}" in page.locator("[data-queue-list] > li").inner_text()
    # A killed tab, and a login that ended meanwhile.
    page.close()
    Session.objects.all().delete()
    page = context.new_page()
    page.goto(address("calendar"))
    wait_for(page, "waiting")
    context.set_offline(False)
    page.wait_for_selector("#phone [data-line] a.button")
    assert not SessionPlan.objects.exists()
    cuts = breaking(context, "**/sync/", "POST")
    page.click("#phone a.button")
    page.fill("input[name=login]", worker.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"**{address('calendar')}")
    wait_for(page, "received")
    made = SessionPlan.objects.get()
    assert (cuts, made.starts_at, made.place, made.planned_by) == ([200], when, "Nhà văn hoá", worker)
    assert [one.name for one in made.settlements.all()] == ["Bản Xa"]
    assert page.locator("[data-queue-list] a").get_attribute("href").endswith(f"?thang={when:%Y-%m}")


def test_pictures_wait_for_their_session_and_go_on_where_the_line_broke(visit, enter, worker):
    page = visit("/vi/")
    enter(page, worker)
    form = open_calendar(page)
    context = page.context
    context.set_offline(True)
    page.goto(form)
    fill(page)
    wait_for(page, "waiting")
    add_picture(page)
    wait_for(page, "waiting", "waiting")
    row = page.locator("[data-queue-list] > li").nth(1).inner_text()
    assert "kB" in row
    assert "gửi khi buổi" in row
    # Changed before it was sent: the session has another id, and its picture follows it.
    page.locator("[data-queue-list] > li").first.locator("summary").last.click()
    page.locator("[data-queue-list] input[name=attendees]").fill("44")
    page.locator("[data-queue-list] > li").first.locator("form:not([data-queue]) button:not([type])").click()
    until(page, f"async () => String(await ({HEADS})()) === '44'")
    page.close()
    page = context.new_page()
    page.goto(address("calendar"))
    wait_for(page, "waiting", "waiting")
    cuts = breaking(context, "**/uploads/**", "POST", "PUT", "PUT")
    lost = []

    def lose(route):
        """The first word that the session, and later the picture, was received never arrives."""
        if route.request.method != "POST":
            return route.continue_()
        answer, record = route.fetch(), re.search(r"record=(\w+)", route.request.post_data)[1]
        if answer.status != 200 or record in lost:
            return route.fulfill(response=answer)
        lost.append(record)
        return route.abort("connectionreset")

    context.route("**/sync/", lose)
    context.set_offline(False)
    wait_for(page, "received", "received", seconds=60)
    kept = SessionPhoto.objects.get()
    assert (DirectSession.objects.get().attendees, kept.session, kept.subject) == (
        44,
        DirectSession.objects.get(),
        "adults",
    )
    assert (cuts, lost) == ([200, 200, 200], ["session", "photo"])
    assert (kept.width, kept.height) == (1600, 1600)
    assert b"Exif" not in absolute(kept.path).read_bytes()
    assert not Upload.objects.exists()
    # The phone holds on to no picture that has arrived.
    assert settled(page, HELD) == [False, False]


def test_a_picture_that_is_refused_says_why_and_stays_until_it_is_removed(visit, enter, worker):
    page = visit("/vi/")
    enter(page, worker)
    page.goto(open_calendar(page))
    fill(page)
    wait_for(page, "received")
    made = DirectSession.objects.get()
    page.goto(f"{address('calendar')}{made.pk}/")
    page.locator("summary", has_text="Thêm ảnh").last.click()
    form = page.locator("section.card form[data-queue=photo]").last
    form.locator("[type=file]").set_input_files([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}])
    form.locator("[name=subject][value=nobody]").check()
    form.locator("button").click()
    wait_for(page, "received", "refused")
    assert "không phải ảnh" in page.locator("[data-queue-list] > li").nth(1).inner_text()
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("[data-queue-list] > li").nth(1).locator("summary").click()
    page.locator("[data-queue-list] > li").nth(1).locator("button.danger").click()
    wait_for(page, "received")
    assert not SessionPhoto.objects.exists()


def test_no_picture_is_offered_of_a_priority_area(visit, enter, worker, commune):
    Settlement.objects.create(commune=commune, name="Bản Kín", valid_from="2020-01-01", is_priority=True)
    page = visit("/vi/")
    enter(page, worker)
    page.goto(open_calendar(page))
    page.context.set_offline(True)
    page.get_by_label("Bản Kín").check()
    fill(page)
    wait_for(page, "waiting")
    assert page.locator(PICTURE).count() == 0
    # Within three seconds it would be a second tap of the same.
    page.wait_for_timeout(3100)
    fill(page)
    wait_for(page, "waiting", "waiting")
    assert page.locator(PICTURE).count() == 1
