"""The demonstration's film, made small by a worker, as a reader meets it: nothing of it loads before the tap, then it plays
with its captions, on a phone and a desk, by light and dark, in both languages."""

import gzip
import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.finders import find
from wagtail.models import Locale

from campaigns.pages import listening
from media import jobs
from media.models import Job
from media.videos import receive_film_file
from tests.campaigns.pages.making import make_material, make_site, publish
from tests.campaigns.pages.test_listening import CAPTIONS, on_the_page

pytestmark = pytest.mark.journey
FILM = Path(__file__).parents[3] / "data/demo/video/ho-chieu.mp4"


def test_film_is_played_with_its_captions_and_only_after_a_tap(site_frame, visit):
    team = make_site()
    page = make_material(team, "Cuốn hộ chiếu (thử)", kind="video")
    on_the_page(team, page)
    page.media_items.update(is_stale=True)
    item = listening.attach(
        page=page, kind="video", actor=team.translator,
        video=receive_film_file(path=FILM, title="ho-chieu.mp4", owner=team.translator),
    )  # fmt: skip
    jobs.run(Job.objects.get(kind="video").pk)
    captions = CAPTIONS.replace("00:01.000", "00:00.000")
    listening.write_words(item=item, actor=team.translator, transcript="", captions=captions, no_speech=True)
    listening.finish(item=item, actor=team.translator)
    listening.approve(item=item, actor=team.approver)
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))
    english.title = "The passport (test)"
    english.save_revision(user=team.author)
    english = publish(team, english)

    screen = visit("/vi/tim-giup-do/")
    asked: dict[str, int] = {}
    screen.on("response", lambda answer: asked.__setitem__(answer.url, int(answer.headers.get("content-length", 0))))
    screen.goto(page.url, wait_until="networkidle")
    listened = [address for address in asked if "/listen/" in address]
    # The poster, which is a picture; no sound, no film, no captions.
    assert [address.rsplit(".", 1)[1] for address in listened] == ["jpg"]
    assert asked[listened[0]] <= 25_000
    # The tests' server sends files of the design as they lie there; people get them compressed.
    drawn = [find(url.partition("/static/")[2]) for url in asked if "/static/" in url]
    compressed = sum(len(gzip.compress(Path(path).read_bytes())) for path in drawn)
    assert compressed + sum(size for url, size in asked.items() if "/static/" not in url) <= 50_000
    seen = screen.evaluate(
        """async () => {
          const film = document.querySelector("video");
          film.muted = true;
          await film.play();
          await new Promise((go) => film.addEventListener("timeupdate", () => film.currentTime > 0.4 && go()));
          film.pause();
          const cues = [...film.textTracks[0].activeCues].map((cue) => cue.text);
          return [film.videoWidth, film.videoHeight, Math.round(film.duration), film.textTracks[0].mode, cues];
        }"""
    )
    assert seen == [640, 360, 25, "showing", ["Tự giữ giấy tờ (thử)."]]
    # The other player stops when one begins, and a jump asks for a piece, not for the whole.
    assert screen.evaluate("document.querySelector('audio').paused")
    for path, width, theme in ((page.url, 360, "light"), (english.url, 1280, "dark"), (page.url, 1280, "light")):
        screen = visit(path, width=width, theme=theme)
        found = Axe().run(screen, context="main").response["violations"]
        assert [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]] == []
        assert screen.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        if folder := os.environ.get("SHOTS"):
            screen.screenshot(path=f"{folder}/listening-{width}-{theme}.png", full_page=True)
