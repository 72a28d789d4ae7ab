"""A month on a USB stick: what is in the ZIP, who shares it, and that a real FAT stick takes it in playing order."""

import hashlib
import shutil
import subprocess
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast import packs
from campaigns.broadcast.bulletins import withdraw_bulletin
from campaigns.broadcast.month import offers
from campaigns.models import Pack
from core.errors import DomainError
from media import jobs
from media.models import Job, Rendition
from media.storage import absolute
from people.roles import Role
from places.models import SpokenLanguage
from tests.campaigns.making import make_language
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_district, make_user, merge, this_month

pytestmark = pytest.mark.django_db


def build() -> None:
    packs.prepare(this_month())
    for job in Job.objects.filter(kind="pack", state="queued"):
        jobs.run(job.pk)


@pytest.fixture
def commune():
    return make_commune("Xã Tây Thử")


@pytest.fixture
def month(commune):
    """A bulletin in Vietnamese and Cơ Tu, and an urgent one in Vietnamese that goes first."""
    cotu = make_language("ktv", name_vi="Tiếng Cơ Tu")
    SpokenLanguage.objects.create(unit=commune, language=cotu)
    first = make_released()
    second = make_released(language=cotu, bulletin=first.bulletin)
    urgent = make_released(title="Khẩn (thử)", priority="emergency")
    return urgent, first, second


def opened(commune) -> tuple[Pack, zipfile.ZipFile]:
    pack = packs.current_pack(commune, this_month(), "horn")
    return pack, zipfile.ZipFile(absolute(pack.path))


def test_a_pack_holds_the_month_in_playing_order(commune, month):
    build()
    pack, archive = opened(commune)
    sounds = [f"01_VI_T{this_month():%m}.MP3", f"02_VI_T{this_month():%m}.MP3", f"03_COTU_T{this_month():%m}.MP3"]
    papers = [f"KICHBAN/{name[:-4]}.PDF" for name in sounds]
    assert archive.namelist() == [*sounds, "PLAYLIST.M3U", "DOC.TXT", "README.TXT", *papers, "SHA256SUMS"]
    assert archive.testzip() is None
    assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
    assert archive.read("PLAYLIST.M3U") == "".join(f"{name}\r\n" for name in sounds).encode()
    for name, version in zip(sounds, month, strict=True):
        assert archive.read(name) == absolute(version.programme.renditions.get(profile="horn").path).read_bytes()
    for name in papers:
        assert archive.read(name).startswith(b"%PDF")
    assert "Tiếng Cơ Tu: Bản tin thử" in archive.read("DOC.TXT").decode("utf-8-sig")
    assert "\n" not in archive.read("DOC.TXT").decode().replace("\r\n", "")
    lines = archive.read("SHA256SUMS").decode().splitlines()
    assert {line.split("  ")[1] for line in lines} == set(archive.namelist()) - {"SHA256SUMS"}
    assert all(hashlib.sha256(archive.read(n)).hexdigest() == sha for sha, n in (line.split("  ") for line in lines))
    assert hashlib.sha256(absolute(pack.path).read_bytes()).hexdigest() == pack.sha256


def test_names_suit_any_player_whatever_the_language_is_called(commune):
    long = make_language("xx", name_vi="Tiếng Ƀrâu 好 của một vùng rất là xa xôi", variety="thử")
    SpokenLanguage.objects.create(unit=commune, language=long)
    make_released(language=long, bulletin=make_released().bulletin)
    build()
    _pack, archive = opened(commune)
    names = [name.rsplit("/")[-1] for name in archive.namelist()]
    assert names[1].startswith("02_BRAUCUAMOT")
    assert len(names[1]) == 31
    assert all(n.isascii() and len(n) <= 31 and n == n.upper() for n in names)
    assert all(name.count("/") <= 1 for name in archive.namelist())


def test_the_same_content_gives_the_same_bytes(commune, month):
    build()
    pack = packs.current_pack(commune, this_month(), "horn")
    again = absolute("again.zip")
    packs.write_pack(pack, again)
    assert hashlib.sha256(again.read_bytes()).hexdigest() == pack.sha256


def test_communes_share_what_is_equal_and_only_that(commune, month):
    twin = make_commune("Xã Sinh Đôi")
    SpokenLanguage.objects.create(unit=twin, language=month[2].language)
    plain = make_commune("Xã Chỉ Tiếng Việt")
    build()
    assert packs.current_pack(commune, this_month(), "horn") == packs.current_pack(twin, this_month(), "horn")
    assert packs.current_pack(commune, this_month(), "horn") != packs.current_pack(plain, this_month(), "horn")
    # Two contents in two sizes of sound; asked for again, nothing is built again.
    assert (Pack.objects.count(), Job.objects.filter(kind="pack").count()) == (4, 4)
    build()
    assert list(Job.objects.filter(kind="pack").values_list("attempts", flat=True)) == [1, 1, 1, 1]


def test_all_communes_at_once_find_what_each_is_offered(month):
    """The bulk way and the desk's way agree: areas, audiences, mergers, languages."""
    district = make_district("Huyện Thử")
    old, heir = make_commune("Xã Cũ"), make_commune("Xã Mới", valid_from=timezone.localdate())
    merge(old, heir)
    inside = make_commune("Xã Trong", parent=district)
    make_released(title="Cho xã cũ", audience=[old])
    make_released(title="Cho huyện", area=district)
    SpokenLanguage.objects.create(unit=inside, language=make_language("sed", fallback=month[2].language))
    build()
    keys = set(Pack.objects.values_list("key", flat=True))
    wanted = set()
    for unit in type(heir).objects.current().communes():
        for profile in packs.PROFILES:
            wanted.add(packs.pack_key(packs.tracks(offers(unit, this_month()), profile), profile))
    assert keys == wanted
    assert len(keys) == 6


def test_a_thousand_communes_cost_as_many_queries_as_one(month, commune):
    packs.prepare(this_month())
    with CaptureQueriesContext(connection) as one:
        packs.prepare(this_month())
    for number in range(30):
        SpokenLanguage.objects.create(unit=make_commune(f"Xã {number}"), language=month[2].language)
    with CaptureQueriesContext(connection) as many:
        packs.prepare(this_month())
    assert len(many) == len(one)


def test_a_desk_shows_size_and_time_before_the_tap(client, commune, month):
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=commune))
    address = reverse("campaigns:desk")
    assert ".zip" not in client.get(address).content.decode()
    build()
    pack = packs.current_pack(commune, this_month(), "horn")
    link = reverse("pack:download", args=[pack.key, f"{this_month():%Y-%m}_xa-tay-thu_usb.zip"])
    for page in (address, reverse("campaigns:version", args=[month[1].pk]), f"{address}?xa={commune.pk}"):
        shown = client.get(page).content.decode()
        assert link in shown
        assert f"ZIP · {round(pack.size / 1000)} kB · khoảng " in shown
    client.logout()
    assert link in client.get(address, {"xa": commune.pk}).content.decode()


def test_a_commune_has_an_address_that_stays(client, commune, month):
    address = reverse("pack:of_commune", args=[commune.pk, f"{this_month():%Y-%m}", "horn"])
    assert client.get(address).status_code == 409
    build()
    answer = client.get(address)
    pack = packs.current_pack(commune, this_month(), "horn")
    assert (answer.status_code, answer["Location"].split("/")[2]) == (302, pack.key)
    data = absolute(pack.path).read_bytes()
    assert b"".join(client.get(answer["Location"]).streaming_content) == data
    part = client.get(answer["Location"], headers={"Range": "bytes=70000-", "If-Range": f'"{pack.sha256}"'})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, data[70_000:])
    for wrong in (
        address.replace(str(this_month().year), "2026-13"[:4]).replace(f"{this_month():%m}/", "13/"),
        address.replace("horn", "master"),
    ):
        assert client.get(wrong).status_code == 404


def test_a_withdrawn_bulletin_takes_its_packs_along(client, commune, month):
    build()
    pack = packs.current_pack(commune, this_month(), "horn")
    link = reverse("pack:download", args=[pack.key, "x.zip"])
    assert client.get(link).status_code == 200
    assert client.get(link.replace("x.zip", "x.exe")).status_code == 404
    approver = make_user(role=Role.APPROVER)
    withdraw_bulletin(bulletin=month[0].bulletin, actor=approver, reason="thử")
    assert client.get(link).status_code == 404
    with pytest.raises(DomainError):
        packs.current_pack(commune, this_month(), "horn")
    build()
    assert opened(commune)[1].namelist()[0] == f"01_VI_T{this_month():%m}.MP3"


def test_spoilt_sound_is_never_packed_and_is_tried_again_later(commune, month):
    sound = month[1].programme.renditions.get(profile="horn")
    good = absolute(sound.path).read_bytes()
    absolute(sound.path).write_bytes(good[:-1] + b"?")
    Job.objects.filter(kind="pack").update(max_attempts=1)
    packs.prepare(this_month())
    Job.objects.filter(kind="pack").update(max_attempts=1)
    build()
    pack = Pack.objects.get(profile="horn")
    assert (pack.state, pack.path) == ("failed", "")
    absolute(sound.path).write_bytes(good)
    build()
    assert Pack.objects.get(profile="horn").state == "failed"
    Pack.objects.update(finished_at=timezone.now() - timedelta(hours=2))
    build()
    assert Pack.objects.get(profile="horn").state == "ready"


NEEDED = ("mkfs.vfat", "mcopy", "mdir", "ffmpeg")


@pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason="no dosfstools, mtools or ffmpeg")
def test_a_real_fat_stick_keeps_names_order_and_bytes_and_plays(commune, month, tmp_path):
    for number, version in enumerate(month):
        rendition = version.programme.renditions.get(profile="horn")
        path = absolute(rendition.path)
        subprocess.run(
            ["ffmpeg", "-y", "-loglevel", "error", "-f", "lavfi", "-i", f"sine=f={400 + 100 * number}:d=2", "-ac", "1",
             "-ar", "44100", "-b:a", "128k", "-map_metadata", "-1", "-write_xing", "0", "-id3v2_version", "0", str(path)],
            check=True, timeout=60,
        )  # fmt: skip
        data = path.read_bytes()
        Rendition.objects.filter(pk=rendition.pk).update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    build()
    _pack, archive = opened(commune)
    image, folder = tmp_path / "stick.img", tmp_path / "unpacked"
    with image.open("wb") as file:
        file.truncate(64 << 20)
    subprocess.run(["mkfs.vfat", "-F", "32", "-n", "LOA", str(image)], check=True, capture_output=True, timeout=60)
    archive.extractall(folder)
    top = list(dict.fromkeys(name.split("/")[0] for name in archive.namelist()))
    # As a file manager does with everything in the archive, in its order.
    subprocess.run(
        ["mcopy", "-s", "-i", str(image), *(str(folder / name) for name in top), "::/"], check=True, timeout=60
    )
    listed = subprocess.run(
        ["mdir", "-b", "-i", str(image), "::/"], check=True, capture_output=True, text=True, timeout=60
    ).stdout.split()
    assert [line.removeprefix("::/").rstrip("/") for line in listed] == top
    back = tmp_path / "back"
    back.mkdir()
    subprocess.run(["mcopy", "-s", "-i", str(image), "::/*", str(back)], check=True, timeout=60)
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"],
        cwd=back,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "")
    for name in (back / "PLAYLIST.M3U").read_text().split():
        heard = subprocess.run(
            ["ffmpeg", "-v", "error", "-xerror", "-i", str(back / name), "-f", "s16le", "-"],
            capture_output=True,
            timeout=60,
        )
        assert (heard.returncode, heard.stderr) == (0, b"")
        assert 1.9 < len(heard.stdout) / 2 / 44_100 < 2.2
        assert (back / name).read_bytes()[:2] == b"\xff\xfb"


def test_a_pack_of_nothing_is_not_asked_for(commune):
    assert packs.prepare(this_month()) == set()
    version = make_released()
    version.programme.renditions.filter(profile="horn").update(state="waiting")
    assert len(packs.prepare(this_month())) == 1
