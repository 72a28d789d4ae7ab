"""Hotlines, jingles, languages, stations."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Segment, SpeakerCluster, Station
from media.models import Recording
from places.models import Language, Settlement
from tests.campaigns.making import (
    make_hotline,
    make_language,
    make_recording,
    make_team,
)
from tests.campaigns.posting import WRITTEN, bulletin_data, post, said
from tests.factories import make_commune, make_organisation, make_province

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    make_language()
    return make_team()


@pytest.fixture(autouse=True)
def english(client):
    """The refusals are compared as they are written in the code."""
    client.cookies["django_language"] = "en"


def wav(name: str = "giong.wav") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"RIFF" + bytes(2000), content_type="audio/wav")


def test_a_check_of_a_hotline_is_recorded_from_its_page(client, team):
    line, today = make_hotline(days=-1), timezone.localdate()
    good = {"on": f"{today}", "good_until": f"{today + timedelta(days=60)}"}
    response = post(client, team.approver, "hotline_verify", line.pk, **good)
    assert response.status_code == 409
    assert "Call the number first" in said(response)
    late = post(
        client,
        team.approver,
        "hotline_verify",
        line.pk,
        **good | {"good_until": f"{today + timedelta(days=300)}"},
        answered="on",
    )
    assert (late.status_code, "half a year" in said(late)) == (409, True)
    assert post(client, team.approver, "hotline_verify", line.pk, **good, answered="on").status_code == 302
    line.refresh_from_db()
    assert (line.verified_at, line.expires_at) == (today, today + timedelta(days=60))


@pytest.mark.parametrize(("number", "fresh"), [("111", True), ("1900 0000", False), ("<script>", True)])
def test_editing_a_hotline_keeps_its_check_unless_the_number_changes(client, team, number, fresh):
    line = make_hotline()
    data = {
        "number": number, "position": 10, "name": "Tên mới (thử)", "name_en": "", "what_happens": "Có người nghe.",
        "what_happens_en": "", "owner": make_organisation().pk, "source": "", "is_active": "on",
    }  # fmt: skip
    post(client, team.administrator, "hotlines:edit", line.pk, **data)
    line.refresh_from_db()
    assert line.is_fresh() is fresh
    assert line.number == ("111" if "<" in number else number)


def test_a_jingle_is_put_on_the_shelf_once_under_its_name(client, team):
    assert post(client, team.author, "jingles", title="Nhạc hiệu thử", file=wav()).status_code == 302
    jingle = Recording.objects.get()
    assert (jingle.kind, jingle.title, jingle.owner) == ("music", "Nhạc hiệu thử", team.author)
    response = post(client, team.author, "jingles", title="Nhạc hiệu thử", file=wav())
    assert response.status_code == 409
    assert "There is a jingle of this name already" in said(response)
    assert Recording.objects.count() == 1


def test_only_ready_jingles_are_offered_in_a_script(client, team):
    ready, waiting = make_recording(kind="music"), make_recording(kind="music", state="waiting")
    make_recording(kind="speech")
    make_hotline()
    script = [("jingle", ""), *WRITTEN]
    data = bulletin_data(team.area, script=script)
    assert post(client, team.author, "bulletins:add", **data | {"segments-0-jingle": waiting.pk}).status_code == 200
    assert post(client, team.author, "bulletins:add", **data | {"segments-0-jingle": ready.pk}).status_code == 302
    assert Segment.objects.get(kind="jingle").jingle == ready


def test_a_language_is_measured_and_kept(client, team):
    language = make_language("ktv")
    data = {
        "tag": "ktv", "variety": "", "own_name": "Cơ Tu", "name_vi": "Tiếng Cơ Tu", "name_en": "Katu", "mode": "text",
        "words_per_minute": 95, "fallback": "", "orthography": "1052/QĐ-UBND", "is_active": "on",
    }  # fmt: skip
    assert post(client, team.administrator, "languages:edit", language.pk, **data).status_code == 302
    assert Language.objects.get(pk=language.pk).words_per_minute == 95
    assert (
        post(client, team.administrator, "languages:edit", language.pk, **data | {"words_per_minute": 5}).status_code
        == 200
    )


def test_a_station_is_saved_with_its_clusters_and_their_settlements(client, team):
    commune = make_commune(parent=team.area)
    here = Settlement.objects.create(commune=commune, name="Thôn Thử")
    there = Settlement.objects.create(commune=make_commune("Xã Thử Xa", parent=team.area), name="Thôn Xa")
    plain = {"commune": commune.pk, "name": "Đài thử", "technology": "ip", "is_active": "on"}
    response = post(client, team.administrator, "station_add", **plain)
    station = Station.objects.get()
    assert response.url == reverse("station_edit", args=[station.pk])

    def clusters(settlement):
        return plain | {
            "clusters-TOTAL_FORMS": 1, "clusters-INITIAL_FORMS": 0, "clusters-MIN_NUM_FORMS": 0,
            "clusters-MAX_NUM_FORMS": 1000, "clusters-0-name": "Cụm thử", "clusters-0-is_active": "on",
            "clusters-0-settlements": [settlement.pk],
        }  # fmt: skip

    assert post(client, team.administrator, "station_edit", station.pk, **clusters(there)).status_code == 409
    assert not SpeakerCluster.objects.exists()
    assert post(client, team.administrator, "station_edit", station.pk, **clusters(here)).status_code == 302
    cluster = SpeakerCluster.objects.get()
    assert (cluster.station, cluster.name, list(cluster.settlements.all())) == (station, "Cụm thử", [here])


def test_a_station_is_not_put_into_another_area(client, team):
    elsewhere = make_commune(parent=make_province("Tỉnh Thử Khác"))
    data = {"commune": elsewhere.pk, "name": "Đài thử", "technology": "ip", "is_active": "on"}
    assert post(client, team.administrator, "station_add", **data).status_code == 409
    assert not Station.objects.exists()
