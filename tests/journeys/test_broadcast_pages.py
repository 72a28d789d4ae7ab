"""The pages around the broadcast as a browser paints them: narrow and wide, light and dark, both languages; axe finds
nothing, nothing scrolls sideways. The pictures stay in pytest's folder for whoever wants to look."""

import uuid
from datetime import time

import pytest
from django.utils import timezone

from campaigns.broadcast import packs
from campaigns.broadcast.repairs import open_repair
from campaigns.broadcast.station_keys import key_of, make_key, rotate_key
from campaigns.models import BroadcastSlot, SourceDelivery, SpeakerCluster, Station
from media import jobs
from media.models import Job
from people.roles import Role
from places.models import Settlement, SpokenLanguage
from tests.campaigns.making import make_language
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_user
from tests.look.test_in_the_browser import violations

pytestmark = [pytest.mark.journey, pytest.mark.looks]
LONG = "Xã Rất Là Xa Xôi Tận Cùng Phía Tây Của Tỉnh Thử"


@pytest.fixture
def place(site_frame):
    """A commune with a long name, a month in two languages, its packs built; an operator."""
    commune = make_commune(LONG)
    for number in range(3):
        Settlement.objects.create(commune=commune, name=f"Thôn Thử {number}", valid_from="2025-07-01")
    cotu = make_language("ktv", name_vi="Tiếng Cơ Tu", own_name="Cơ Tu", name_en="Cơ Tu")
    SpokenLanguage.objects.create(unit=commune, language=cotu)
    make_released(language=cotu, bulletin=make_released().bulletin)
    packs.prepare(timezone.localdate())
    for job in Job.objects.filter(kind="pack"):
        jobs.run(job.pk)
    commune.operator = make_user(role=Role.RADIO_OPERATOR, area=commune)
    return commune


def looked_at(visit, enter, user, paths: dict[str, str], folder) -> None:
    for width, theme, code in ((360, "light", "vi"), (360, "dark", "en"), (1280, "light", "en"), (1280, "dark", "vi")):
        page = visit(f"/{code}/", width=width, theme=theme, locale={"vi": "vi-VN", "en": "en-GB"}[code])
        if user:
            enter(page, user)
        for name, path in paths.items():
            assert page.goto(f"/{code}/{path[code] if isinstance(path, dict) else path}").status == 200
            page.screenshot(path=folder / f"{name}-{width}-{theme}-{code}.png", full_page=True)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_desk_with_its_packs(visit, enter, place, tmp_path):
    desk = {"vi": "phat-thanh/", "en": "broadcasts/"}
    looked_at(visit, enter, place.operator, {"desk": desk}, tmp_path)


def test_the_loudspeaker_register(visit, enter, place, tmp_path):
    full, empty = place, make_commune("Xã Trống")
    station = Station.objects.create(commune=full, name="Đài truyền thanh của một xã có tên rất dài", technology="ip")
    cluster = SpeakerCluster.objects.create(station=station, name="Cụm loa ở nhà văn hoá thôn xa nhất về phía tây")
    cluster.settlements.set(Settlement.objects.all()[:2])
    Station.objects.create(commune=full, name="Đài cũ", is_active=False)
    manager = make_user(role=Role.PROGRAMME_MANAGER)
    _key, secret = make_key(actor=manager, station=station)
    rotate_key(actor=manager, key=key_of(secret))
    BroadcastSlot.objects.create(station=station, starts_at=time(5, 0))
    open_repair(actor=manager, commune=full, cluster=cluster, reason="broken", note="đứt dây", client_uuid=uuid.uuid4())
    desk = {"vi": "phat-thanh/", "en": "broadcasts/"}
    where = {
        "overview": ("dai/", "stations/"),
        "full": (f"dai/?xa={full.pk}", f"stations/?xa={full.pk}"),
        "empty": (f"dai/?xa={empty.pk}", f"stations/?xa={empty.pk}"),
        "cluster": (f"cum-loa/{cluster.pk}/", f"clusters/{cluster.pk}/"),
        "station": (f"dai/{station.pk}/", f"stations/{station.pk}/"),
        "fault": (f"sua-chua/moi/?xa={full.pk}", f"repairs/new/?xa={full.pk}"),
        "keys": (f"dai/{station.pk}/khoa/", f"stations/{station.pk}/keys/"),
        "repairs": ("sua-chua/", "repairs/"),
    }
    paths = {name: {"vi": desk["vi"] + vi, "en": desk["en"] + en} for name, (vi, en) in where.items()}
    looked_at(visit, enter, manager, paths, tmp_path)


def test_the_source_systems_page(visit, enter, site_frame, tmp_path):
    dead = "HTTP 422: " + "x" * 200
    for state, reason in (("dead", dead), ("sent", ""), ("waiting", "")):
        SourceDelivery.objects.create(state=state, reason=reason, sent_at=timezone.now() if state == "sent" else None)
    path = {"source": {"vi": "phat-thanh/thong-tin-nguon/", "en": "broadcasts/source-log/"}}
    looked_at(visit, enter, make_user(role=Role.ADMINISTRATOR), path, tmp_path)
