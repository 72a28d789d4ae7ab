"""The monthly broadcast, from the communicator's first word to the tile that turns green, in a real browser.

Communicator, translator, native reviewer, approver, radio operator and programme manager each sign in through the real
form; the sounds go through the real pipeline (the jobs are run by the test where a worker would run them).
"""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.demo.script import SEGMENTS
from campaigns.models import Airing, Bulletin, BulletinVersion, Hotline
from media import jobs
from media.models import Job
from people.roles import Role
from places.loading import load_places
from places.models import AdministrativeUnit
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.journey
AUDIO = Path(__file__).parents[2] / "data/demo/audio"
SPOKEN = [("announcer", 1), ("key-message", 11), ("hotline", 12)]


def work() -> None:
    """What the worker does between two visits."""
    for pk in Job.objects.filter(state="queued").values_list("pk", flat=True):
        jobs.run(pk)
    assert not Job.objects.exclude(state="done").exists(), list(
        Job.objects.exclude(state="done").values("kind", "reason")
    )


@pytest.fixture
def province(site_frame):
    load_places()
    area = AdministrativeUnit.objects.current().get(level="province")
    today = timezone.localdate()
    Hotline.objects.create(
        number="111", name="Tổng đài 111 (thử)", what_happens="Có người nghe.", owner=make_organisation(area=area),
        verified_at=today, expires_at=today + timedelta(days=60), on_every_page=True,
    )  # fmt: skip
    return area


def test_from_script_to_the_green_tile(province, visit, enter, tmp_path):
    commune = AdministrativeUnit.objects.current().communes().get(short_name="Tây Giang")
    people = {
        role: make_user(f"{role.value}@thu.example", role=role, area=commune if role == Role.RADIO_OPERATOR else province)
        for role in (
            Role.COMMUNICATOR, Role.TRANSLATOR, Role.REVIEWER, Role.APPROVER, Role.RADIO_OPERATOR, Role.PROGRAMME_MANAGER,
        )
    }  # fmt: skip

    # The communicator writes this month's bulletin.
    page = visit("/vi/", width=1280, height=900)
    enter(page, people[Role.COMMUNICATOR])
    page.goto(reverse("bulletins:add"))
    page.fill("#id_title", "Hỏi kỹ trước khi đi (thử)")
    page.fill("#id_month", f"{timezone.localdate():%Y-%m}")
    page.fill("#id_release_at", f"{timezone.localtime() - timedelta(minutes=1):%d/%m/%Y %H:%M}")
    page.keyboard.press("Escape")
    page.select_option("#id_area", str(province.pk))
    page.select_option("#id_hotline", label=page.locator("#id_hotline option").nth(1).inner_text())
    for number, (kind, position) in enumerate(SPOKEN):
        if not page.locator(f"#id_segments-{number}-kind").count():
            page.click("#id_segments-ADD")
        page.select_option(f"#id_segments-{number}-kind", kind)
        page.fill(f"#id_segments-{number}-text", SEGMENTS[position][1])
    page.locator("main form [type=submit], form [type=submit]").last.click()
    page.wait_for_url("**/workbench/**")
    bulletin = Bulletin.objects.get()
    assert bulletin.author == people[Role.COMMUNICATOR]
    assert [s.kind for s in bulletin.segments.all()] == [kind for kind, _position in SPOKEN]
    version = BulletinVersion.objects.get(bulletin=bulletin, language__tag="vi")

    # A voice is recorded, segment by segment, sent in pieces.
    page = visit("/vi/", width=360)
    enter(page, people[Role.TRANSLATOR])
    for segment, (_kind, position) in zip(bulletin.segments.all(), SPOKEN, strict=True):
        page.goto(reverse("version_record", args=[version.pk]))
        form = page.locator(f"#s{segment.pk} form[enctype]")
        form.locator("input[type=file]").set_input_files(AUDIO / f"vi-{position:02}.ogg")
        with page.expect_navigation():
            form.locator("button").click()
    work()
    page.goto(reverse("version_record", args=[version.pk]))
    assert page.locator("audio").count() == 3
    page.click(f'form[action="{reverse("recording_finish", args=[version.pk])}"] button')
    page.wait_for_load_state()
    version.refresh_from_db()
    assert version.state == "recorded"
    work()

    # A second native listener, then an approver who made none of it.
    for role, name, state in (
        (Role.REVIEWER, "version_review", "reviewed"),
        (Role.APPROVER, "version_approve", "released"),
    ):
        page = visit("/vi/", width=1280, height=900)
        enter(page, people[role])
        page.goto(reverse(name, args=[version.pk]))
        assert page.locator("audio").count() >= 2
        page.locator(
            f'form[action="{reverse(name, args=[version.pk])}"] button, form:not([action*=return]) button.button'
        ).last.click()
        page.wait_for_load_state()
        version.refresh_from_db()
        assert version.state == state

    # The operator downloads it on a phone and records the airing.
    page = visit("/vi/", width=360)
    enter(page, people[Role.RADIO_OPERATOR])
    assert page.url.endswith("/vi/phat-thanh/")
    with page.expect_download() as started:
        page.locator("a[download]").first.click()
    got = tmp_path / "horn.mp3"
    started.value.save_as(got)
    horn = version.programme.renditions.get(profile="horn")
    assert hashlib.sha256(got.read_bytes()).hexdigest() == horn.sha256
    page.goto(f"/vi/phat-thanh/{version.pk}/?xa={commune.pk}")
    page.fill("#id_plays", "2")
    page.locator("#log button").click()
    page.wait_for_selector("[data-queue-list] [data-state=received]")
    airing = Airing.objects.get()
    assert (airing.commune, airing.plays, airing.operator) == (commune, 2, people[Role.RADIO_OPERATOR])

    # The manager sees the commune's tile in green, with the number of plays in it.
    page = visit("/vi/", width=1280, height=900)
    enter(page, people[Role.PROGRAMME_MANAGER])
    assert "/vi/bao-cao/" in page.url
    tile = page.locator(f'a[href*="/{commune.pk}/{timezone.localdate():%Y}-"]').last
    assert "is-done" in tile.get_attribute("class")
    assert "2" in tile.inner_text()
