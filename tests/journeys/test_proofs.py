"""An operator shows that a broadcast was aired, on a phone without scripts; the manager sees it on the board."""

import uuid
from pathlib import Path

import pytest
from django.urls import reverse, translate_url
from django.utils import timezone

from campaigns.broadcast.airings import log_airing
from campaigns.models import Airing, AiringProof, Proof
from media import jobs
from media.audio import Sound, ffmpeg, render
from media.audio.preview import horn_speaker
from media.models import Job
from media.storage import absolute, sha256_of
from people.roles import Role
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_user
from tests.look.test_in_the_browser import violations

pytestmark = pytest.mark.journey
AUDIO = Path(__file__).parents[2] / "data/demo/audio"


def test_a_clip_and_a_photo_from_a_phone_reach_the_board(site_frame, visit, enter, tmp_path):
    commune = make_commune("Xã Loa Thử")
    operator = make_user(role=Role.RADIO_OPERATOR, area=commune)
    manager = make_user(role=Role.PROGRAMME_MANAGER)
    version = make_released()
    place = absolute("renditions/real.mp3")
    render([Sound(AUDIO / "vi-09.ogg", "a"), Sound(AUDIO / "vi-04.ogg", "b")], "horn", place, tmp_path)
    version.programme.renditions.filter(profile="horn").update(path="renditions/real.mp3", sha256=sha256_of(place))
    clip, photo = tmp_path / "Ghi âm 7.m4a", tmp_path / "IMG_1.jpg"
    heard = horn_speaker(ffmpeg.source(place).filter("atrim", start=8, duration=11))
    ffmpeg.run(heard.output(str(clip), format="ipod", acodec="aac", audio_bitrate="48k"), timeout=60)
    from campaigns.demo.airing import drawn_loudspeaker

    photo.write_bytes(drawn_loudspeaker().read())
    log_airing(
        operator=operator, version=version, commune=commune, aired_at=timezone.now(), plays=2, client_uuid=uuid.uuid4()
    )

    page = visit("/vi/", javascript=False)
    enter(page, operator)
    page.goto(reverse("campaigns:desk"))
    page.click("text=Thêm ảnh hoặc ghi âm")
    page.set_input_files("#id_file_clip", clip)
    page.click("text=Gửi đoạn ghi âm")
    page.wait_for_selector("text=đang so")
    page.set_input_files("#id_file_photo", photo)
    page.check("#id_nobody_recognised_photo")
    page.click("button:has-text('Gửi ảnh')")
    page.wait_for_selector("img[alt='Ảnh chụp loa']")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for pk in Job.objects.filter(kind="match-clip", state="queued").values_list("pk", flat=True):
        jobs.run(pk)
    page.reload()
    assert page.locator(".chip", has_text="khớp với bản tin").is_visible()
    # The picture keeps its shape on a narrow page.
    box = page.locator("img[alt='Ảnh chụp loa']").bounding_box()
    assert abs(box["width"] / box["height"] - 4 / 3) < 0.02
    assert AiringProof.objects.count() == 2
    assert Airing.objects.get().proof == Proof.CLIP

    board = visit("/vi/", width=1280)
    enter(board, manager)
    board.goto(reverse("reports:coverage"))
    tile = board.locator("a.tile.is-done")
    assert "2♪" in tile.inner_text()
    tile.click()
    board.click("text=ghi âm đã khớp")
    board.wait_for_selector("audio")
    assert board.evaluate(
        "async () => { const a = document.querySelector('audio'); a.load(); a.preload = 'auto';"
        " await new Promise((done, failed) => { a.onloadedmetadata = done; setTimeout(failed, 8000); });"
        " return Math.round(a.duration); }"
    ) in (10, 11)
    assert not board.locator("form[enctype]").count()


@pytest.mark.looks
def test_the_pages_are_fit_to_read(site_frame, visit, enter, tmp_path):
    commune = make_commune("Xã Rất Là Xa Xôi Tận Cùng Phía Tây Của Tỉnh Thử")
    operator = make_user(role=Role.RADIO_OPERATOR, area=commune)
    version = make_released()
    airing = log_airing(
        operator=operator, version=version, commune=commune, aired_at=timezone.now(), plays=2, client_uuid=uuid.uuid4()
    )
    for number, verdict in enumerate(AiringProof.Verdict.values):
        AiringProof.objects.create(
            airing=airing, kind="clip", verdict=verdict, matched=version if verdict == "match" else None, seconds=10.0,
            sent_sha256=f"{number}" * 64, sha256="b" * 64, path=f"proofs/clips/{number}", size=60_000, added_by=operator,
        )  # fmt: skip
    AiringProof.objects.create(
        airing=airing, kind="clip", verdict="match", matched=version, sent_sha256="c" * 64, sha256="b" * 64, size=1,
        added_by=operator, deleted_at=timezone.now(),
    )  # fmt: skip
    one = AiringProof.objects.first()
    paths = {
        "proofs": reverse("campaigns:proofs", args=[airing.client_uuid]),
        "remove": reverse("campaigns:remove_proof", args=[one.pk]),
        "desk": reverse("campaigns:desk"),
        "history": reverse("campaigns:history"),
    }
    kept = {
        "kept": reverse("campaigns:kept_proofs"),
        "coverage": reverse("reports:coverage"),
        "month": reverse("reports:commune_month", args=[commune.pk, airing.aired_on.year, airing.aired_on.month]),
    }
    administrator = make_user(role=Role.ADMINISTRATOR)
    for width, theme, code in ((360, "dark", "en"), (1280, "light", "vi")):
        for person, pages in ((operator, paths), (administrator, kept)):
            page = visit("/vi/", width=width, theme=theme)
            enter(page, person)
            for name, path in pages.items():
                assert page.goto(translate_url(path, code)).status == 200
                page.screenshot(path=tmp_path / f"{name}-{width}-{theme}-{code}.png", full_page=True)
                assert violations(page) == [], name
                assert page.evaluate("document.documentElement.scrollWidth") <= width, name
