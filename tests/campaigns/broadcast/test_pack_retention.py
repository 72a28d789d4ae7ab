"""Old packs go, after a grace time; nothing that is being downloaded, wanted again or being built goes with them."""

import time
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast import pack_retention, packs
from campaigns.broadcast.bulletins import withdraw_bulletin
from campaigns.models import Bulletin, Pack
from campaigns.querysets import first_of_month
from campaigns.tasks import retain_packs
from config.celery import app
from media import jobs, serving
from media.models import Job
from media.storage import LEFT_BEHIND, absolute
from people.roles import Role
from places.models import SpokenLanguage
from tests.campaigns.making import make_language
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_user, this_month, today

pytestmark = pytest.mark.django_db
AFTER = pack_retention.GRACE + timedelta(minutes=1)


def build(month: date | None = None) -> set[str]:
    keys = packs.prepare(month or this_month())
    for job in Job.objects.filter(kind="pack", state="queued"):
        jobs.run(job.pk)
    return keys


@pytest.fixture
def commune():
    return make_commune("Xã Tây Thử")


@pytest.fixture
def version(commune):
    return make_released()


def supersede(commune, version) -> set[str]:
    """A second language comes; the keys of the packs that are offered then."""
    cotu = make_language("ktv", name_vi="Tiếng Cơ Tu")
    SpokenLanguage.objects.create(unit=commune, language=cotu)
    make_released(language=cotu, bulletin=version.bulletin)
    return build()


def files() -> set[str]:
    root = absolute("packs")
    return {str(file.relative_to(root.parent)) for file in root.glob("*/*.zip")}


@pytest.mark.parametrize(
    ("today", "oldest"),
    [
        (date(2026, 11, 24), date(2026, 8, 1)),
        (date(2026, 12, 31), date(2026, 9, 1)),
        (date(2027, 1, 1), date(2026, 10, 1)),
        (date(2027, 3, 31), date(2026, 12, 1)),
        (date(2027, 4, 1), date(2027, 1, 1)),
    ],
)
def test_the_oldest_month_over_the_turn_of_the_year(today, oldest):
    assert pack_retention.oldest_kept(today) == oldest


def test_what_is_offered_stays_however_often_it_is_swept(commune, version):
    build()
    before, now = files(), timezone.now()
    assert [pack_retention.retain(now) for _ in range(3)] == [0, 0, 0]
    assert files() == before
    assert len(before) == len(packs.PROFILES)
    assert not Pack.objects.exclude(unwanted_since=None).exists()


def test_a_superseded_pack_stays_for_the_grace_time_and_then_goes(commune, version):
    old, now = build(), timezone.now()
    new = supersede(commune, version)
    assert not old & new
    paths = set(Pack.objects.filter(key__in=old).values_list("path", flat=True))
    assert pack_retention.retain(now) == 0
    assert paths < files()
    # The days begin when it was seen first, and no sweep starts them over.
    assert pack_retention.retain(now + pack_retention.GRACE - timedelta(minutes=1)) == 0
    assert set(Pack.objects.filter(key__in=old).values_list("unwanted_since", flat=True)) == {now}
    assert pack_retention.retain(now + AFTER) == len(old)
    assert set(Pack.objects.values_list("key", flat=True)) == new
    assert files() == set(Pack.objects.values_list("path", flat=True))
    assert {job.key.removeprefix("pack:") for job in Job.objects.filter(kind="pack")} == new


def test_a_download_that_was_cut_goes_on_in_the_grace_time(client, commune, version):
    key = next(iter(build()))
    pack, now = Pack.objects.get(key=key), timezone.now()
    whole = absolute(pack.path).read_bytes()
    supersede(commune, version)
    pack_retention.retain(now)
    address = reverse("pack:download", args=[pack.key, "x.zip"])
    asked = {"Range": "bytes=40000-", "If-Range": f'"{pack.sha256}"'}
    part = client.get(address, headers=asked)
    assert (part.status_code, b"".join(part.streaming_content)) == (206, whole[40_000:])
    pack_retention.retain(now + AFTER)
    assert client.get(address, headers=asked).status_code == 404


def test_who_is_reading_when_it_goes_still_gets_every_byte(client, commune, version, monkeypatch):
    # The test's pack is smaller than one block of a download.
    monkeypatch.setattr(serving, "BLOCK", 8192)
    pack, now = Pack.objects.get(key=next(iter(build()))), timezone.now()
    whole = absolute(pack.path).read_bytes()
    supersede(commune, version)
    pack_retention.retain(now)
    stream = iter(client.get(reverse("pack:download", args=[pack.key, "x.zip"])).streaming_content)
    first = next(stream)
    assert len(first) < len(whole)
    pack_retention.retain(now + AFTER)
    assert not absolute(pack.path).exists()
    assert first + b"".join(stream) == whole


def test_a_pack_that_is_wanted_again_has_its_full_time_again(commune, version):
    old, now = build(), timezone.now()
    supersede(commune, version)
    pack_retention.retain(now)
    SpokenLanguage.objects.all().delete()
    pack_retention.retain(now + timedelta(days=1))
    assert not Pack.objects.filter(key__in=old).exclude(unwanted_since=None).exists()
    assert {pack.key for pack in Pack.objects.exclude(unwanted_since=None)}.isdisjoint(old)
    pack_retention.retain(now + AFTER)
    assert Pack.objects.filter(key__in=old).count() == len(old)


def test_what_was_removed_is_built_again_when_it_is_asked_for(commune, version):
    old, now = build(), timezone.now()
    sums = dict(Pack.objects.values_list("key", "sha256"))
    supersede(commune, version)
    pack_retention.retain(now)
    pack_retention.retain(now + AFTER)
    SpokenLanguage.objects.all().delete()
    assert build() == old
    for pack in Pack.objects.filter(key__in=old):
        assert (pack.state, pack.sha256, absolute(pack.path).exists()) == ("ready", sums[pack.key], True)


def test_a_withdrawn_pack_is_not_given_at_once_and_leaves_the_disk_later(client, commune, version):
    build()
    pack, now = Pack.objects.first(), timezone.now()
    withdraw_bulletin(bulletin=version.bulletin, actor=make_user(role=Role.APPROVER), reason="thử")
    assert client.get(reverse("pack:download", args=[pack.key, "x.zip"])).status_code == 404
    pack_retention.retain(now)
    pack_retention.retain(now + AFTER)
    assert (Pack.objects.count(), files()) == (0, set())


def month_before(month: date) -> date:
    return first_of_month(month - timedelta(days=1))


@pytest.mark.parametrize("stays", [True, False])
def test_a_month_stays_until_it_is_too_old(client, commune, version, stays):
    oldest = pack_retention.oldest_kept(today())
    month = oldest if stays else month_before(oldest)
    Bulletin.objects.update(month=month)
    keys, now = build(month), timezone.now()
    assert len(keys) == len(packs.PROFILES)
    pack_retention.retain(now)
    # Swept again when its grace time is over, by today's calendar.
    Pack.objects.exclude(unwanted_since=None).update(unwanted_since=now - AFTER)
    pack_retention.retain(now)
    assert Pack.objects.count() == (len(keys) if stays else 0)
    answer = client.get(reverse("pack:of_commune", args=[commune.pk, f"{month:%Y-%m}", "horn"]))
    assert answer.status_code == (302 if stays else 409)
    if not stays:
        said = answer.content.decode()
        assert "Gói USB được giữ 3 tháng" in said
        assert "vài phút" not in said


def test_a_pack_that_is_being_built_is_left_alone(commune, version):
    keys, now = packs.prepare(this_month()), timezone.now()
    Pack.objects.update(unwanted_since=now - AFTER)
    Bulletin.objects.update(month=month_before(pack_retention.oldest_kept(today())))
    assert pack_retention.retain(now) == 0
    assert Pack.objects.count() == len(keys)
    for job in Job.objects.filter(kind="pack"):
        jobs.run(job.pk)
    assert pack_retention.retain(now) == len(keys)
    assert files() == set()


def test_a_file_that_went_before_its_row_does_not_stop_the_sweep(commune, version):
    build()
    now = timezone.now()
    supersede(commune, version)
    pack_retention.retain(now)
    for pack in Pack.objects.exclude(unwanted_since=None):
        absolute(pack.path).unlink()
    assert pack_retention.retain(now + AFTER) == len(packs.PROFILES)


def test_a_zip_that_no_row_names_goes_when_no_worker_can_still_name_it(commune, version, monkeypatch):
    build()
    known, stray = files(), absolute("packs/ab/stray.zip")
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"PK")
    assert pack_retention.delete_strays() == 0
    # No one can set the time a name was made; the clock can be set.
    later = time.time() + LEFT_BEHIND + 60
    monkeypatch.setattr(pack_retention.time, "time", lambda: later)
    assert pack_retention.delete_strays() == 1
    assert files() == known


def test_thirty_communes_cost_as_many_queries_as_one(commune, version):
    build()
    with CaptureQueriesContext(connection) as one:
        pack_retention.retain()
    for number in range(30):
        make_commune(f"Xã {number}")
    with CaptureQueriesContext(connection) as many:
        pack_retention.retain()
    assert len(many) == len(one)


def test_the_clock_runs_it(commune, version):
    assert app.conf.beat_schedule["retain-packs"]["task"] == retain_packs.name
    old = build()
    supersede(commune, version)
    retain_packs()
    assert Pack.objects.filter(key__in=old).exclude(unwanted_since=None).count() == len(old)
    Pack.objects.exclude(unwanted_since=None).update(unwanted_since=timezone.now() - AFTER)
    retain_packs()
    assert not Pack.objects.filter(key__in=old).exists()
