"""Pictures of the site: made ready by a worker, never while a reader waits; pixels only; gone when they may not be shown."""

import io
import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from wagtail.images.forms import get_image_form
from wagtail.images.models import Filter

from campaigns.models import Picture, PictureRendition
from campaigns.pages import renditions, sharing
from campaigns.pages.approval import take_down
from campaigns.pages.pictures import withdraw_consent
from media import jobs
from media.models import Job
from tests.campaigns.pages.making import draft_material, make_site, publish
from tests.campaigns.pages.test_ethics import make_consent, make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def team():
    return make_site()


def photo_with_place(size=(1200, 900), *, orientation: int = 1) -> SimpleUploadedFile:
    """A JPEG as a phone makes it: with the place, the camera and a comment; a red corner top left."""
    picture = Image.new("RGB", size, (40, 110, 60))
    picture.paste((200, 30, 30), (0, 0, size[0] // 4, size[1] // 4))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRETCAM"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (15.0, 34.0, 12.0), "E", (107.0, 30.0, 44.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"SECRETNOTE")
    return SimpleUploadedFile("IMG_2041.JPG", out.getvalue(), "image/jpeg")


def page_with(team, *pictures, title: str = "Có hình"):
    body = [
        {"type": "picture", "value": {"picture": {"image": p.pk, "alt_text": f"Lời tả {n}", "decorative": False}}}
        for n, p in enumerate(pictures, start=1)
    ]
    draft = draft_material(team, title)
    draft.body = draft.body.stream_block.to_python(body)
    draft.save_revision(user=team.author)
    return publish(team, draft)


def work() -> None:
    for job in Job.objects.filter(kind="pictures", state="queued"):
        jobs.run(job.pk)


def told(data: bytes) -> tuple[dict, dict]:
    with Image.open(io.BytesIO(data)) as picture:
        return dict(picture.getexif()), dict(picture.getexif().get_ifd(0x8825))


def test_place_camera_and_comment_are_gone_from_original_and_renditions():
    source = photo_with_place()
    assert told(source.read())[1][2] == (15.0, 34.0, 12.0)
    source.seek(0)
    picture = make_picture(file=source)
    work()
    files = [picture.file, *(rendition.file for rendition in picture.renditions.all())]
    assert len(files) == 1 + len(renditions.SHOWN) + 1
    for file in files:
        data = file.open("rb").read()
        assert told(data) == ({}, {}), file.name
        assert not re.search(rb"SECRET|Exif|GPS", data), file.name
    # What the database says of the file is true of the file that was kept.
    picture.refresh_from_db()
    assert (picture.file_size, picture.width, picture.height) == (picture.file.size, 1200, 900)


def test_picture_held_upright_is_stored_upright():
    picture = make_picture(file=photo_with_place((1200, 900), orientation=6))
    assert (picture.width, picture.height) == (900, 1200)


def test_drawing_keeps_what_is_see_through():
    out = io.BytesIO()
    Image.new("RGBA", (80, 60), (0, 0, 0, 0)).save(out, "PNG")
    picture = make_picture(file=SimpleUploadedFile("ve.png", out.getvalue()))
    with Image.open(picture.file.open("rb")) as kept:
        assert (kept.format, kept.mode, kept.getpixel((1, 1))) == ("PNG", "RGBA", (0, 0, 0, 0))


def test_page_asked_for_too_early_answers_without_making_anything(team, client, monkeypatch):
    picture = make_picture(file=photo_with_place())
    page = page_with(team, picture)
    with monkeypatch.context() as patch:
        patch.setattr(Picture, "create_rendition", lambda *args: pytest.fail("made in the request"))
        html = client.get(page.url).content.decode()
    assert (
        '<svg class="awaited" width="720" height="540" viewBox="0 0 720 540" role="img" aria-label="Lời tả 1">' in html
    )
    assert "Hình đang được chuẩn bị" in html
    assert PictureRendition.objects.count() == 0
    work()
    # Nobody has to wait a minute for it: what was incomplete was not kept.
    assert "<picture>" in client.get(page.url).content.decode()


def test_picture_is_offered_in_three_formats_with_its_size_and_only_when_it_is_near(team, client):
    page = page_with(team, make_picture(file=photo_with_place()))
    work()
    html = client.get(page.url).content.decode()
    element = re.search(r"<picture>.*?</picture>", html)[0]
    assert re.findall(r'type="(image/\w+)"', element) == ["image/avif", "image/webp"]
    image = re.search(r"<img[^>]*>", element)[0]
    for wanted in ('width="720"', 'height="540"', 'loading="lazy"', 'alt="Lời tả 1"', " 720w", " 360w"):
        assert wanted in image
    addresses = re.findall(r"/uploads/images/[\w.-]+", element)
    assert len(set(addresses)) == 6
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        with Image.open(io.BytesIO(b"".join(response.streaming_content))) as shown:
            assert shown.size in ((360, 270), (720, 540))
            assert Image.MIME[shown.format] == response.headers["Content-Type"]


def test_shared_link_shows_the_part_around_the_focal_point(team, client):
    picture = make_picture(file=photo_with_place())
    picture.focal_point_x, picture.focal_point_y, picture.focal_point_width, picture.focal_point_height = (
        150,
        112,
        60,
        60,
    )
    picture.save()
    work()
    page = page_with(team, picture)
    card = picture.renditions.get(
        filter_spec=renditions.CARD, focal_point_key=Filter(renditions.CARD).get_cache_key(picture)
    )
    assert (
        f'<meta property="og:image" content="http://127.0.0.1:8000{card.url}">' in client.get(page.url).content.decode()
    )

    def share_of_red(rendition) -> float:
        with Image.open(rendition.file.open("rb")) as shown:
            pixels = list(shown.convert("RGB").resize((60, 32)).get_flattened_data())
        return sum(r > 150 for r, _g, _b in pixels) / len(pixels)

    other = make_picture(file=photo_with_place())
    work()
    # Without a focal point the middle is cut out, and the red corner is mostly lost.
    assert share_of_red(card) > share_of_red(other.renditions.get(filter_spec=renditions.CARD))


def test_pictures_cost_the_same_number_of_queries_however_many(team, client):
    counts = []
    for number in (1, 6):
        page = page_with(team, *(make_picture(file=photo_with_place()) for _ in range(number)), title=f"Hình {number}")
        work()
        sharing.make_kit(sharing.shared_page(page.pk))
        client.get("/vi/")
        client.get("/vi/tin-tuc/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page.url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_another_focal_point_is_other_work_and_asking_twice_is_not():
    picture = make_picture(file=photo_with_place())
    renditions.ask_for(picture)
    assert Job.objects.filter(kind="pictures").count() == 1
    picture.focal_point_x, picture.focal_point_y, picture.focal_point_width, picture.focal_point_height = 9, 9, 5, 5
    picture.save()
    assert Job.objects.filter(kind="pictures").count() == 2


def test_lost_renditions_are_made_again_when_the_page_is_read(team, client):
    page = page_with(team, make_picture(file=photo_with_place()))
    work()
    PictureRendition.objects.all().delete()
    cache.clear()
    assert 'class="awaited"' in client.get(page.url).content.decode()
    work()
    assert "<picture>" in client.get(page.url).content.decode()


def test_picture_is_gone_with_its_page_and_with_its_consent(team, client):
    consent = make_consent()
    picture = make_picture(subject="adult", consent=consent, file=photo_with_place())
    work()
    address = picture.renditions.first().url
    assert client.get(address).status_code == 404
    page = page_with(team, picture)
    assert client.get(address).status_code == 200
    assert client.get(reverse("picture_original", args=[picture.file.name.rsplit("/", 1)[1]])).status_code == 404
    take_down(page=page, actor=team.approver, reason="Thử")
    assert client.get(address).status_code == 404
    page = page_with(team, picture, title="Có hình lần nữa")
    assert client.get(address).status_code == 200
    withdraw_consent(consent=consent, actor=team.approver)
    assert client.get(address).status_code == 404
    client.force_login(team.author)
    assert client.get(address).status_code == 200
    assert client.get(address).headers["Cache-Control"] == "private, no-store"
    assert client.get(reverse("picture_original", args=[picture.file.name.rsplit("/", 1)[1]])).status_code == 200


def test_picture_that_is_cut_off_is_refused_in_words(team):
    whole = photo_with_place().read()
    form = get_image_form(Picture)
    data = {"title": "Hình", "description": "Một con đường.", "subject": "thing"}
    sent = form(data, {"file": SimpleUploadedFile("hinh.jpg", whole[: len(whole) // 3])}, user=team.author)
    assert "không phải ảnh đọc được" in sent.errors["file"][0]
    assert form(data, {"file": photo_with_place()}, user=team.author).errors == {}
