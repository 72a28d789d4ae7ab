"""Photos of signed sheets: judged by content, freed of metadata, seen by trainers and keepers alone; cards read by camera."""

import io
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from courses.attendance import card_code
from courses.evidence import LONGEST, MOST_BYTES, keep_photo, void_photo
from courses.models import Mark, SheetPhoto
from media import storage
from people.roles import Role
from tests.courses.test_attendance import make_class, trainees
from tests.factories import make_user


@pytest.fixture
def manager(db):
    return make_user(role=Role.COURSE_MANAGER)


@pytest.fixture
def trainer(db):
    return make_user(role=Role.TRAINER)


@pytest.fixture
def session(manager, trainer):
    return make_class(manager, trainer, trainees(2)).sessions.first()


def picture(form="JPEG", size=(3000, 2000), orientation=None, gps=True) -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif[271] = "Máy của ai đó"
    if orientation:
        exif[274] = orientation
    if gps:
        exif.get_ifd(0x8825)[2] = (16.0, 4.0, 12.0)
    Image.new("RGB", size, "#c0ffee").save(out, form, exif=exif, comment=b"ghi chu") if form == "JPEG" else Image.new(
        "RGB", size, "#c0ffee"
    ).save(out, form)
    return out.getvalue()


def upload(data: bytes, name="anh.jpg"):
    return SimpleUploadedFile(name, data)


def test_photo_is_made_small_upright_and_loses_what_the_phone_wrote(session, trainer):
    data = picture(orientation=6)
    assert b"Exif" in data
    kept = keep_photo(session=session, file=upload(data), actor=trainer)
    written = storage.absolute(kept.path).read_bytes()
    with Image.open(io.BytesIO(written)) as found:
        # Lying on its side before; now it stands.
        assert found.format == "JPEG"
        assert found.size == (kept.width, kept.height)
        assert found.width < found.height
        assert max(found.size) <= LONGEST
        assert not found.getexif()
        assert "comment" not in found.info
    assert b"Exif" not in written
    assert b"ghi chu" not in written
    assert keep_photo(session=session, file=upload(data), actor=trainer) == kept
    assert SheetPhoto.objects.count() == 1


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_pictures_become_a_jpeg(session, trainer, form):
    kept = keep_photo(session=session, file=upload(picture(form, (800, 600)), "anh.jpg"), actor=trainer)
    with Image.open(storage.absolute(kept.path)) as found:
        assert (found.format, found.size) == ("JPEG", (800, 600))


def bomb() -> bytes:
    """A PNG of 20,000 × 20,000 points in a few kilobytes."""
    head = (20_000).to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])

    def chunk(kind, body):
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    rows = zlib.compress(b"\0" * 2501 * 200)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jpg", b""), ("a.jpg", b"\xff\xd8\xff\xe0 no picture"), ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.png", b"%PDF-1.7"), ("a.jpg", picture()[:3000]), ("a.png", bomb()), ("a.gif", b"GIF89a\1\0\1\0\0\0\0;"),
        ("a.jpg", b"<?php echo 1;"), ("a.jpg", b"x" * (MOST_BYTES + 1)), ("a.jpg", bytes(100)),
        ("a.jpg", b"\xff\xd8\xff\xd9"), ("a.webp", picture("WEBP", (300, 200))[:60]),
        ("a.png", b"\x89PNG\r\n\x1a\n"), ("a.png", picture("PNG", (300, 200))[:120]),
        ("a.webp", b"RIFF\xff\xff\xff\xffWEBPVP8 "), ("a.bmp", picture("BMP", (30, 20))), ("a.tif", picture("TIFF", (30, 20))),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0"), ("a.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0"), ("a.zip", b"PK\x03\x04"),
        ("a.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n"),
    ],
)  # fmt: skip
def test_what_is_no_photo_is_refused_in_words(client, session, trainer, name, data):
    client.force_login(trainer)
    base = f"/vi/khoa-hoc/lop/{session.run_id}/"
    answer = client.post(f"{base}buoi/{session.pk}/anh/", {"photo": upload(data, name)} if data else {}, follow=True)
    html = answer.content.decode()
    assert "Chưa lưu gì" in html
    assert SheetPhoto.objects.count() == 0


def test_only_trainers_and_keepers_of_the_class_see_it(client, session, trainer, manager):
    kept = keep_photo(session=session, file=upload(picture()), actor=trainer)
    page = f"/vi/khoa-hoc/lop/{session.run_id}/anh/{kept.pk}.jpg"
    for user, status in (
        (trainer, 200), (manager, 200), (make_user(role=Role.TRAINER), 404), (session.run.enrolments.first().user, 404),
        (make_user(role=Role.PROGRAMME_MANAGER), 404),
    ):  # fmt: skip
        client.force_login(user)
        assert client.get(page).status_code == status, user
    other = make_class(manager, trainer, [])
    client.force_login(trainer)
    assert client.get(f"/vi/khoa-hoc/lop/{other.pk}/anh/{kept.pk}.jpg").status_code == 404
    html = client.get(f"/vi/khoa-hoc/lop/{session.run_id}/chuyen-can/").content.decode()
    assert page in html
    client.post(f"/vi/khoa-hoc/lop/{session.run_id}/anh/{kept.pk}/bo/", {"reason": "Chụp nhầm"})
    assert page not in client.get(f"/vi/khoa-hoc/lop/{session.run_id}/chuyen-can/").content.decode()
    kept.refresh_from_db()
    assert (kept.void_reason, kept.voided_by) == ("Chụp nhầm", trainer)
    again = keep_photo(session=session, file=upload(picture()), actor=trainer)
    assert again != kept
    void_photo(photo=again, reason="Lần nữa", actor=manager)


# A browser's own reader, as phones have it; Chromium on a server has none, and tests/journeys/test_cards.py tries ours.
_READER = """
window.BarcodeDetector = class { static async getSupportedFormats() { return ["qr_code"]; }
  async detect(video) { return video.videoWidth && window.shown ? [{ rawValue: window.shown }] : []; } };
const canvas = document.createElement("canvas"); canvas.width = canvas.height = 64; 
setInterval(() => canvas.getContext("2d").fillRect(Math.random() * 60, 0, 9, 9), 50);
navigator.mediaDevices.getUserMedia = async () => { window.asked = (window.asked ?? 0) + 1; return canvas.captureStream(5); };
"""


@pytest.mark.journey
def test_cards_are_read_by_the_camera_without_a_connection(site_frame, visit, enter):
    manager, trainer = make_user(role=Role.COURSE_MANAGER), make_user(role=Role.TRAINER)
    people = trainees(3)
    run = make_class(manager, trainer, people)
    session = run.sessions.first()
    page = visit("/vi/")
    enter(page, trainer)
    page.goto(f"/vi/khoa-hoc/lop/{run.pk}/buoi/{session.pk}/")
    page.add_init_script(_READER)
    page.reload()
    page.context.set_offline(True)
    page.click("#camera button")
    for one in people[:2]:
        page.evaluate("code => { window.shown = code; }", card_code(one))
        page.wait_for_selector(f"#p{one.pk}:checked", state="attached")
    page.evaluate("() => { window.shown = 'KHONGCOAI'; }")
    page.wait_for_selector("#card-note:has-text('không phải thẻ')")
    page.click("#camera button")
    assert page.locator("#camera video").is_hidden()
    page.click("#roll button.wide")
    page.wait_for_selector("#roll-note:has-text('Chưa có mạng')")
    assert Mark.objects.count() == 0
    page.context.set_offline(False)
    page.wait_for_selector("#roll-note:has-text('2 người có mặt')")
    assert set(Mark.objects.filter(way="card").values_list("user", flat=True)) == {one.pk for one in people[:2]}
    assert Mark.objects.filter(way="roll").count() == 3
