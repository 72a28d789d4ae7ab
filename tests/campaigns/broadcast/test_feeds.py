"""Feeds as independent readers understand them: a feed parser, a calendar library, a real podcast client."""

import base64
import hashlib
import shutil
import subprocess
import uuid
import xml.etree.ElementTree as ElementTree
from datetime import datetime, time
from zoneinfo import ZoneInfo

import feedparser
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from campaigns.broadcast.bulletins import withdraw_bulletin
from campaigns.models import BroadcastSlot, Station
from media.storage import absolute
from people.roles import Role
from places.models import SpokenLanguage
from tests.campaigns.making import make_language
from tests.campaigns.released import SECONDS, make_released
from tests.factories import make_commune, make_user

pytestmark = pytest.mark.django_db
SPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
}


@pytest.fixture
def commune():
    made = make_commune("Xã Nghe")
    SpokenLanguage.objects.create(unit=made, language=make_language("ktv"))
    return made


@pytest.fixture
def versions(commune):
    first = make_released(title="Việc nhẹ & “lương cao” <thử>")
    return first, make_released(tag="ktv", bulletin=first.bulletin)


def root(answer):
    return ElementTree.fromstring(answer.content)


def inside(address: str) -> str:
    return address.removeprefix("http://127.0.0.1:8000")


@pytest.mark.parametrize(("name", "count", "language", "kind"), [
    ("all", 2, "vi", "audio/mp4"), ("language", 1, "ktv", "audio/mp4"), ("commune", 2, "vi", "audio/mpeg"),
])  # fmt: skip
def test_a_feed_reader_finds_every_version_and_its_sound(client, commune, versions, name, count, language, kind):
    address = reverse(f"feeds:{name}", args={"all": [], "language": ["ktv"], "commune": [commune.pk]}[name])
    answer = client.get(address)
    assert answer["Content-Type"].startswith("application/rss+xml")
    assert not answer.cookies
    read = feedparser.parse(answer.content)
    assert (read.bozo, read.version, read.feed.language) == (False, "rss20", language)
    assert [link.href for link in read.feed.links if link.rel == "self"] == [f"http://127.0.0.1:8000{address}"]
    assert len(read.entries) == count
    assert len({entry.id for entry in read.entries}) == count
    for entry in read.entries:
        assert entry.title.startswith("Việc nhẹ & “lương cao” <thử> · ")
        assert uuid.UUID(entry.id.removeprefix("urn:uuid:"))
        assert entry.itunes_duration == str(round(SECONDS))
        sound = entry.enclosures[0]
        assert sound.type == kind
        data = b"".join(client.get(inside(sound.href)).streaming_content)
        assert len(data) == int(sound.length)
        assert client.get(inside(entry.link)).status_code == 200


def test_podcast_tags_say_what_the_specification_wants(client, commune, versions):
    channel = root(client.get(reverse("feeds:all"))).find("channel")
    # As the page of podcast:guid computes it: UUIDv5 of the address without its scheme.
    assert channel.find("podcast:guid", SPACES).text == str(
        uuid.uuid5(uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6"), "127.0.0.1:8000/feeds/all.xml")
    )
    assert channel.find("itunes:explicit", SPACES).text == "false"
    assert channel.find("itunes:category", SPACES).get("text") == "Government"
    assert channel.find("itunes:image", SPACES).get("href").endswith(".png")
    for item in channel.findall("item"):
        others = item.findall("podcast:alternateEnclosure", SPACES)
        assert [other.get("default") for other in others] == ["true", "false", "false", "false"]
        assert others[0].find("podcast:source", SPACES).get("uri") == item.find("enclosure").get("url")
        for other in others:
            data = b"".join(client.get(inside(other.find("podcast:source", SPACES).get("uri"))).streaming_content)
            mark = other.find("podcast:integrity", SPACES)
            assert mark.attrib == {
                "type": "sri", "value": "sha256-" + base64.b64encode(hashlib.sha256(data).digest()).decode(),
            }  # fmt: skip
            assert (int(other.get("length")), other.get("type")[:6]) == (len(data), "audio/")
            assert int(other.get("bitrate")) == round(len(data) * 8 / SECONDS)
        text = item.find("podcast:transcript", SPACES)
        shown = client.get(inside(text.get("url")))
        assert shown["Content-Type"].startswith(text.get("type"))
    assert {t.get("language") for t in channel.iter(f"{{{SPACES['podcast']}}}transcript")} == {"vi", "ktv"}


def test_the_picture_is_as_large_as_directories_want():
    from django.contrib.staticfiles import finders
    from PIL import Image

    picture = Image.open(finders.find("img/podcast.png"))
    assert (picture.size, picture.format) == ((1400, 1400), "PNG")


def test_a_commune_hears_what_stands_in_for_its_language(client, versions):
    other = make_commune("Xã Khác")
    SpokenLanguage.objects.create(unit=other, language=make_language("sed", fallback=versions[1].language))
    entries = feedparser.parse(client.get(reverse("feeds:commune", args=[other.pk])).content).entries
    assert [entry.title.rsplit(" ", 1)[1] for entry in entries] == ["ktv", "vi"]
    make_released(title="Chỉ cho xã khác", audience=[make_commune("Xã Thứ Ba")])
    assert len(feedparser.parse(client.get(reverse("feeds:commune", args=[other.pk])).content).entries) == 2


def test_withdrawn_and_unreleased_are_gone(client, versions):
    bulletin = versions[0].bulletin
    before = client.get(reverse("feeds:all"))
    assert client.get(reverse("feeds:all"), headers={"If-None-Match": before["ETag"]}).status_code == 304
    versions[1].__class__.objects.filter(pk=versions[1].pk).update(state="approved")
    assert len(feedparser.parse(client.get(reverse("feeds:all")).content).entries) == 1
    withdraw_bulletin(bulletin=bulletin, actor=make_user(role=Role.APPROVER), reason="thử")
    after = client.get(reverse("feeds:all"), headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert feedparser.parse(after.content).entries == []


def test_odd_addresses_are_404_and_never_a_fault(client, commune):
    for path in (
        "/feeds/xx.xml",
        "/feeds/xa/999999.xml",
        "/feeds/xa/999999.ics",
        "/feeds/xa/99999999999.xml",
        "/feeds/..xml",
    ):
        assert client.get(path).status_code == 404
    assert client.post("/feeds/all.xml").status_code == 405


def test_a_feed_costs_the_same_for_many_versions(client, commune, versions):
    paths = [reverse("feeds:all"), reverse("feeds:commune", args=[commune.pk]), reverse("feeds:language", args=["vi"])]
    for path in paths:
        client.get(path)
    with CaptureQueriesContext(connection) as few:
        [client.get(path) for path in paths]
    for _more in range(3):
        make_released(tag="ktv", bulletin=make_released().bulletin)
    with CaptureQueriesContext(connection) as many:
        [client.get(path) for path in paths]
    assert len(many) == len(few)


@pytest.fixture
def station(commune):
    return Station.objects.create(commune=commune, name="Đài Nghe")


def test_broadcast_hours_are_a_calendar_in_vietnamese_time(client, commune, station):
    daily = BroadcastSlot.objects.create(station=station, starts_at=time(5, 0), minutes=30)
    BroadcastSlot.objects.create(station=station, day="SA", starts_at=time(17, 30), minutes=15)
    answer = client.get(reverse("feeds:hours", args=[commune.pk]))
    assert answer["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    assert {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")} == {"Asia/Ho_Chi_Minh"}
    first, second = calendar.walk("VEVENT")
    assert first["RRULE"]["FREQ"] == ["DAILY"]
    assert second["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=SA"
    vietnam = ZoneInfo("Asia/Ho_Chi_Minh")
    assert first.start == datetime.combine(timezone.localdate(), time(5, 0), tzinfo=vietnam)
    assert (first.end - first.start).seconds == 1800
    assert second.start.strftime("%a %H:%M") == "Sat 17:30"
    assert first["UID"] != second["UID"]
    assert client.get(reverse("feeds:hours", args=[commune.pk])).content == answer.content
    daily.delete()
    assert len(Calendar.from_ical(client.get(reverse("feeds:hours", args=[commune.pk])).content).walk("VEVENT")) == 1


def test_hours_are_entered_and_taken_out_by_the_commune(client, commune, station):
    address = reverse("campaigns:new_slot", args=[station.pk])
    said = {"day": "daily", "starts_at": "05:00", "minutes": 30}
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn")))
    assert client.post(address, said).status_code == 404
    client.force_login(make_user(role=Role.SUPERVISOR))
    assert client.post(address, said).status_code == 403
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=commune))
    assert client.post(address, said).status_code == 302
    again = client.post(address, said)
    assert (again.status_code, BroadcastSlot.objects.count()) == (409, 1)
    assert client.post(address, said | {"minutes": 0}).status_code == 409
    slot = BroadcastSlot.objects.get()
    assert "05:00" in client.get(reverse("campaigns:stations")).content.decode()
    assert client.post(reverse("campaigns:delete_slot", args=[slot.pk])).status_code == 302
    assert not BroadcastSlot.objects.exists()


@pytest.mark.skipif(not shutil.which("podget"), reason="podget is not installed")
def test_a_real_podcast_client_takes_the_month(live_site, tmp_path):
    """podget reads the feed and downloads each enclosure, as it would from cron."""
    commune = make_commune("Xã Nghe")
    SpokenLanguage.objects.create(unit=commune, language=make_language("ktv"))
    first = make_released()
    versions = (first, make_released(tag="ktv", bulletin=first.bulletin))
    config, store = tmp_path / "podget", tmp_path / "store"
    config.mkdir()
    podget = ["podget", "-d", str(config)]
    here = {"cwd": tmp_path, "capture_output": True, "text": True, "timeout": 120}
    here["env"] = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "no_proxy": "*"}
    subprocess.run([*podget, "--create-config", "podgetrc"], **here)
    settings = config / "podgetrc"
    settings.write_text(
        "\n".join(line for line in settings.read_text().splitlines() if not line.startswith("DIR_LIBRARY"))
        + f"\nDIR_LIBRARY={store}\nMOST_RECENT=0\nMIN_SPACE=0\n"
    )
    (config / "serverlist").write_text(f"{live_site.url}{reverse('feeds:commune', args=[commune.pk])} Xa Loa\n")
    done = subprocess.run(podget, **here)
    got = {path.read_bytes() for path in store.rglob("*.mp3")}
    wanted = {absolute(v.programme.renditions.get(profile="horn").path).read_bytes() for v in versions}
    assert got == wanted, done.stdout + done.stderr
