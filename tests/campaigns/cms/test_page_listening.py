"""Where a page gets its voice and video: who may, what is kept, and how it looks and plays in a real browser."""

import os
import uuid
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import PageMedia
from campaigns.pages import listening
from media.models import Job, Recording
from media.uploads import receive_chunk, start_upload
from people.roles import Role
from tests.campaigns.pages.making import draft_material, make_material, make_site
from tests.campaigns.pages.test_listening import CAPTIONS, handed_over, make_film, measured, on_the_page
from tests.campaigns.posting import post, said
from tests.factories import make_user


@pytest.fixture
def team(db, client):
    client.cookies["django_language"] = "en"
    return make_site()


def url(page) -> str:
    return reverse("page_listening", args=[page.pk])


def draft(team, page, kind: str = "voice") -> PageMedia:
    source = {"video": make_film(team.translator)} if kind == "video" else {"recording": measured(team.translator)}
    return listening.attach(page=page, kind=kind, actor=team.translator, **source)


def test_page_is_for_the_workbench_and_its_acts_for_those_who_may(client, team):
    page = make_material(team)
    item = draft(team, page)
    source = reverse("page_listening_source", args=[item.pk])
    act = reverse("page_listening_act", args=[item.pk])
    for person in (team.author, team.translator, team.reviewer, team.approver, team.administrator):
        client.force_login(person)
        assert client.get(url(page)).status_code == 200
    for person in (team.reviewer, team.approver, team.administrator):
        for name, args in (("page_listening_add", page.pk), ("page_listening_act", item.pk)):
            assert post(client, person, name, args, kind="voice", finish="1").status_code == 403
    for role in (Role.RADIO_OPERATOR, Role.TRAINEE, None):
        client.force_login(make_user(role=role, area=team.area))
        assert {client.get(url(page)).status_code, client.get(source).status_code, client.post(act).status_code} == {
            403
        }
    client.logout()
    assert client.get(source).status_code == 302
    client.force_login(team.translator)
    assert client.get(reverse("page_listening", args=[1])).status_code == 404
    assert client.get(reverse("page_listening_act", args=[99999])).status_code == 405
    assert post(client, team.translator, "page_listening_act", 99999, words="1").status_code == 404
    assert post(client, team.translator, "page_listening_act", item.pk).status_code == 404


def test_a_voice_that_came_in_pieces_is_taken_in_with_the_length_of_the_page(client, team):
    page = make_material(team)
    upload = start_upload(owner=team.translator, upload_id=uuid.uuid4(), filename="giong.amr", size=6)
    args = ["page_listening_add", page.pk]
    assert post(client, team.translator, *args, kind="voice", upload=upload.pk).status_code == 409
    receive_chunk(upload=upload, offset=0, data=b"#!AMR\n")
    # Somebody else's upload is nobody's.
    assert post(client, team.author, *args, kind="voice", upload=upload.pk).status_code == 409
    assert post(client, team.translator, *args, kind="voice", upload=upload.pk).url == f"{url(page)}#voice"
    item = PageMedia.objects.get()
    # Eleven words at 120 a minute.
    assert item.recording.expected_seconds == pytest.approx(len(" ".join(listening.words_of(page)).split()) / 2)
    assert client.get(reverse("page_listening_progress", args=[page.pk])).json() == {"waiting": True}
    Recording.objects.update(state="ready")
    assert client.get(reverse("page_listening_progress", args=[page.pk])).json() == {"waiting": False}


def test_a_video_is_taken_in_and_sending_nothing_is_refused_in_its_place(client, team):
    page = make_material(team)
    film = SimpleUploadedFile("phim.mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(300))
    assert post(client, team.translator, "page_listening_add", page.pk, kind="video", file=film).status_code == 302
    assert PageMedia.objects.get().video.state == "waiting"
    assert Job.objects.filter(kind="video").count() == 1
    response = post(client, team.translator, "page_listening_add", page.pk, kind="sound")
    assert response.status_code == 409
    slot = next(slot for slot in response.context["slots"] if slot["kind"] == "sound")
    assert "Choose a file first." in slot["form"].non_field_errors()
    assert post(client, team.translator, "page_listening_add", page.pk, kind="poem").status_code == 409


def test_captions_are_kept_with_their_faults_named_by_line(client, team):
    item = draft(team, make_material(team), "video")
    args = ["page_listening_act", item.pk]
    wrong = "WEBVTT\n\n00:01,000 --> 00:02.000\nMột\n"
    assert post(client, team.translator, *args, captions=wrong, words="1").status_code == 302
    page = said(client.get(url(item.page)))
    assert "Line 3:" in page
    assert "with a point before thousandths" in page
    assert "00:01,000" in page
    # A file takes the place of what was typed.
    file = SimpleUploadedFile("phu-de.vtt", ("\ufeff" + CAPTIONS).encode())
    post(client, team.translator, *args, captions=wrong, file=file, words="1")
    item.refresh_from_db()
    assert (item.captions, listening.caption_problems(item)) == (CAPTIONS, [])
    latin = SimpleUploadedFile("phu-de.vtt", b"WEBVTT\n\n\xe1\xff")
    response = post(client, team.translator, *args, captions=wrong, file=latin, words="1")
    assert (response.status_code, "not text in UTF-8" in said(response)) == (409, True)
    # What was typed is still there.
    assert "00:01,000" in said(response)


def test_captions_are_written_from_the_transcript(client, team):
    item = draft(team, make_material(team), "sound")
    args = ["page_listening_act", item.pk]
    assert post(client, team.translator, *args, suggest="1").status_code == 409
    post(client, team.translator, *args, transcript="Câu thử một.\nCâu thử hai.", captions="", suggest="1")
    item.refresh_from_db()
    assert (item.captions.count("-->"), item.captions_estimated) == (2, True)
    assert "an estimate" in said(client.get(url(item.page)))


def test_whole_way_by_the_buttons(client, team):
    page = make_material(team)
    item = draft(team, page)
    args = ["page_listening_act", item.pk]
    assert post(client, team.translator, *args, captions="", finish="1").status_code == 302
    item.refresh_from_db()
    assert item.state == "finished"
    from tests.campaigns.pages.test_listening import make_files

    make_files(item)
    client.force_login(team.approver)
    assert url(page) in said(client.get(reverse("wagtailadmin_home")))
    assert post(client, team.approver, *args, **{"return": "1", "note": ""}).status_code == 409
    assert post(client, team.approver, *args, approve="1").status_code == 302
    item.refresh_from_db()
    assert item.state == "public"
    assert post(client, team.translator, *args, approve="1").status_code == 403
    assert post(client, team.translator, *args, reword="1").status_code == 302
    assert PageMedia.objects.open().get().captions == item.captions
    assert post(client, team.translator, *args, off="1", reason="x").status_code == 403
    assert post(client, team.approver, *args, off="1", reason="").status_code == 409
    assert post(client, team.approver, *args, off="1", reason="Sai số").status_code == 302
    item.refresh_from_db()
    assert (item.state, item.note) == ("taken-off", "Sai số")


def test_home_tells_who_has_to_listen_and_whose_voice_is_of_before(client, team):
    page = make_material(team)
    on_the_page(team, page)
    client.force_login(team.translator)
    assert url(page) not in said(client.get(reverse("wagtailadmin_home")))
    page.media_items.update(is_stale=True)
    html = said(client.get(reverse("wagtailadmin_home")))
    assert url(page) in html
    assert "reads an earlier text" in html


def test_home_costs_the_same_with_one_and_with_five_waiting(client, team):
    client.force_login(team.approver)
    counts = []
    for number in range(5):
        handed_over(team, make_material(team, f"Trang {number}"))
        client.get(reverse("wagtailadmin_home"))
        with CaptureQueriesContext(connection) as queries:
            html = said(client.get(reverse("wagtailadmin_home")))
        counts.append(len(queries))
    assert html.count("/listen/#voice") == 5
    assert counts[0] == counts[-1]


def test_every_page_leads_to_it(client, team):
    page = draft_material(team)
    client.force_login(team.author)
    assert url(page) in said(client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))


@pytest.mark.journey
@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1280, "dark")])
def test_page_is_readable_on_a_phone_and_a_desk(site_frame, visit, enter, width, theme):
    team = make_site()
    page = make_material(team, "Việc nhẹ, lương cao: hỏi kỹ trước khi đi (thử)")
    on_the_page(team, page)
    page.media_items.update(is_stale=True)
    film = draft(team, page, "video")
    listening.write_words(
        item=film, actor=team.translator, transcript="", captions="WEBVTT\n\n00:01,0 --> 2\nMột\n", title="Phim thử"
    )
    sound = draft(team, page, "sound")
    Recording.objects.filter(pk=sound.recording_id).update(
        state="refused", findings=[{"code": "noisy", "severity": "refuse"}]
    )
    screen = visit("/vi/", width=width, height=900, theme=theme)
    enter(screen, team.translator)
    screen.goto(url(page))
    found = Axe().run(screen, context=".bench").response["violations"]
    assert [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]] == []
    assert screen.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    if folder := os.environ.get("SHOTS"):
        screen.screenshot(path=f"{folder}/page-listening-{width}-{theme}.png", full_page=True)


VOICE = Path(__file__).parents[3] / "data/demo/audio/vi-05.ogg"


@pytest.mark.journey
def test_voice_from_the_file_to_the_ear(site_frame, visit, enter):
    """A real recording is sent, judged, made, approved, and played in the browser; nothing of it loads before the tap."""
    from media import jobs

    def work() -> None:
        while waiting := Job.objects.filter(state="queued").exclude(kind="pictures").first():
            jobs.run(waiting.pk)

    team = make_site()
    page = make_material(team, "Nghe thử", key_message="Thử.", summary="Thử nghe.")
    screen = visit("/vi/")
    enter(screen, team.translator)
    screen.goto(url(page))
    screen.set_input_files("#f-voice", VOICE)
    screen.click("#voice form[data-upload] button")
    screen.wait_for_url("**#voice")
    screen.wait_for_selector("#voice [data-upload]")
    work()
    screen.goto(url(page))
    assert "dùng được" in screen.inner_text("#voice")
    screen.click("#voice button[name=finish]")
    screen.wait_for_selector(".messages, [role=status], #voice")
    work()
    item = PageMedia.objects.get()
    assert item.state == "finished"
    listening.approve(item=item, actor=team.approver)
    reader = visit("/vi/")
    asked = []
    reader.on("request", lambda sent: asked.append(sent.url))
    reader.goto(page.url)
    reader.wait_for_timeout(500)
    assert [address for address in asked if "/listen/" in address] == []
    lasts = reader.evaluate(
        """async () => {
          const sound = document.querySelector("audio");
          sound.muted = true;
          await sound.play();
          await new Promise((go) => sound.addEventListener("timeupdate", () => sound.currentTime > 0.3 && go()));
          return [sound.duration, document.querySelector("[data-player-line]").textContent];
        }"""
    )
    assert lasts[0] == pytest.approx(item.seconds, abs=1.0)
    assert lasts[1].startswith("Nghe thử")
    assert any("/listen/sound/" in address for address in asked)
    assert any(address.endswith(".vtt") for address in asked)
