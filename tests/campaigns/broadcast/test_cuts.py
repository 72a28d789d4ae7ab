"""Shorter broadcasts from one script: what they hold, when they are made, who may fetch them, what an airing counts."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from campaigns.broadcast import cuts, versions
from campaigns.broadcast.airings import log_airing
from campaigns.broadcast.bulletins import copy_bulletin, withdraw_bulletin
from campaigns.broadcast.month import read_shorter, released_versions, renditions, shorter
from campaigns.broadcast.scripts import script_signature, segments_changed
from campaigns.models import Airing, Segment, VersionCut
from core.errors import DomainError
from media.models import Rendition
from people.roles import Role
from tests.campaigns.making import (
    make_bulletin,
    make_programme_ready,
    make_recording,
    make_team,
    make_version,
    spoken,
)
from tests.campaigns.released import make_released, make_shorter
from tests.factories import make_commune, make_user

# Forty words each: at 120 words a minute twenty seconds to read.
LONG = " ".join(["thử"] * 40) + "."
SCRIPT = (
    ("announcer", LONG),
    ("announcer", LONG),
    ("voice-a", "Chuỗi thử ngắn."),
    ("announcer", LONG),
    ("key-message", "Chuỗi thử: nhớ hỏi kỹ."),
    ("hotline", "Chuỗi thử: gọi một một một."),
)


@pytest.fixture
def team(db):
    return make_team()


def written(team, marks: dict[int, str], script=SCRIPT):
    """A bulletin whose segments of these places belong to shorter broadcasts."""
    bulletin = make_bulletin(team.author, area=team.area, script=script)
    for place, cut in marks.items():
        Segment.objects.filter(bulletin=bulletin, sort_order=place).update(cut=cut)
    return bulletin


def recorded(team, bulletin, seconds: float = 20.0):
    """The Vietnamese version, handed over by the recorder; every voice took `seconds`."""
    version = make_version(team, bulletin, "vi")
    for segment in spoken(bulletin):
        row = make_recording(team.translator, seconds=seconds)
        versions.attach_recording(version=version, recording=row, segment=segment, actor=team.translator)
    versions.finish_recording(version=version, actor=team.translator)
    version.refresh_from_db()
    return version


def problems(version) -> dict[str, str]:
    with override("en"):
        return {plan.length.value: plan.problem for plan in cuts.plans(version)}


def test_every_length_repeats_the_key_message_and_ends_with_the_hotline(team):
    segments = list(Segment.objects.filter(bulletin=written(team, {0: "180", 2: "60"})))
    kinds = {length: [s.kind for s in cuts.chosen(segments, length)] for length in ("60", "180", "full")}
    end = ["key-message", "key-message", "hotline"]
    assert kinds["60"] == ["voice-a", *end]
    assert kinds["180"] == ["announcer", "voice-a", *end]
    assert kinds["full"] == ["announcer", "announcer", "voice-a", "announcer", *end]


def test_what_stands_in_the_way_is_said(team):
    version = make_version(team, written(team, {}), "vi")
    assert problems(version) == {
        "60": "No segment of the script is chosen for it.",
        "180": "The full broadcast is not longer than this.",
    }
    Segment.objects.filter(bulletin=version.bulletin).update(cut="60")
    # 3 × 20 s, 1.5 s, twice 2.5 s, 3 s and six gaps of 0.6 s.
    assert problems(version)["60"] == "Too long by 14 seconds: choose fewer segments."
    Segment.objects.filter(bulletin=version.bulletin, sort_order__in=(0, 1)).update(cut="full")
    assert problems(version)["60"] == ""
    versions.attach_recording(version=version, recording=make_recording(team.translator), actor=team.translator)
    version.refresh_from_db()
    assert problems(version)["60"] == "Made only where every segment has its own recording."


def test_a_three_minute_one_that_says_no_more_than_the_minute_is_not_made_twice(team):
    script = [("announcer", LONG)] * 9 + list(SCRIPT[2:])
    version = make_version(team, written(team, {9: "60"}, script), "vi")
    assert problems(version) == {"60": "", "180": "It would be the same as the shorter one."}


def test_finishing_the_recording_asks_for_their_sound_and_review_waits_for_it(team):
    version = recorded(team, written(team, {2: "60"}), seconds=12.0)
    [cut] = version.shorter.all()
    assert cut.length == "60"
    assert [part["type"] for part in cut.programme.parts] == ["speech", "pause"] * 3 + ["speech"]
    assert cut.programme != version.programme
    Rendition.objects.filter(programme=version.programme).update(
        state="ready", duration=90.0, path="renditions/x", size=1000, sha256="a" * 64
    )
    assert cuts.sound_state(version) == ("waiting", "")
    with pytest.raises(DomainError), override("en"):
        versions.review_version(version=version, actor=team.reviewer)
    make_programme_ready(version)
    assert versions.review_version(version=version, actor=team.reviewer).state == "reviewed"


def test_recordings_as_long_as_they_are_decide_not_the_reading_time(team):
    version = recorded(team, written(team, {2: "60"}), seconds=20.0)
    assert not version.shorter.exists()
    assert problems(version)["60"] == "Too long by 22 seconds: choose fewer segments."


def test_another_choice_of_segments_sends_what_was_approved_back_to_the_recording(team):
    bulletin = written(team, {2: "60"})
    bulletin.release_at = timezone.now() + timedelta(days=1)
    bulletin.save()
    version = recorded(team, bulletin, seconds=12.0)
    make_programme_ready(version)
    versions.review_version(version=version, actor=team.reviewer)
    versions.approve_version(version=version, actor=team.approver)
    before = script_signature(bulletin)
    Segment.objects.filter(bulletin=bulletin, sort_order=2).update(cut="full")
    segments_changed(bulletin=bulletin, before=before, actor=team.author)
    version.refresh_from_db()
    assert (version.state, version.programme) == ("translated", None)
    versions.finish_recording(version=version, actor=team.translator)
    assert not VersionCut.objects.filter(version=version).exists()


def test_a_copy_keeps_the_choice(team):
    copy = copy_bulletin(bulletin=written(team, {2: "60"}), actor=team.author)
    assert list(Segment.objects.filter(bulletin=copy).values_list("cut", flat=True)).count("60") == 1


# On the air -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def commune(db):
    return make_commune("Xã Tây Thử")


@pytest.fixture
def version(db):
    """Released, with a minute's broadcast of 45 s beside the full one of 90 s."""
    full = make_released()
    make_shorter(full)
    return full


@pytest.fixture
def operator(commune):
    return make_user(role=Role.RADIO_OPERATOR, area=commune)


def found(version) -> tuple[list[dict], list[dict]]:
    """Shorter broadcasts, and files of the full one."""
    version = released_versions(version.bulletin.month).get(pk=version.pk)
    read_shorter([version])
    return shorter(version), renditions(version)["files"]


def test_the_desk_offers_it_under_a_name_of_its_own_until_it_is_withdrawn(client, version):
    [minute], files = found(version)
    names = {file["url"].rsplit("/", 1)[1] for file in minute["files"]}
    assert len(names) == 4
    assert all("_60s" in name for name in names)
    assert not names & {file["url"].rsplit("/", 1)[1] for file in files}
    page = client.get(reverse("campaigns:version", args=[version.pk])).content.decode()
    for file in minute["files"]:
        assert file["url"] in page
        assert client.get(file["url"]).status_code == 200
    desk = client.get(reverse("campaigns:desk")).content.decode()
    assert reverse("campaigns:version", args=[version.pk]) + "#shorter" in desk
    withdraw_bulletin(bulletin=version.bulletin, actor=make_user(role=Role.ADMINISTRATOR), reason="thử")
    assert client.get(minute["files"][0]["url"]).status_code == 404


def test_an_airing_of_it_counts_its_own_minutes(client, version, commune, operator):
    client.force_login(operator)
    address = reverse("campaigns:log", args=[version.pk])
    sent = {"client_uuid": str(uuid.uuid4()), "plays": 2, "cut": "60", "xa": commune.pk}
    assert client.post(address, sent).status_code == 302
    airing = Airing.objects.get()
    assert (airing.cut, str(airing.minutes)) == ("60", "1.50")
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent | {"cut": "full"}).status_code == 409
    assert client.post(address, sent | {"client_uuid": str(uuid.uuid4()), "cut": "180"}).status_code == 409
    assert Airing.objects.count() == 1


def test_without_a_choice_the_full_one_was_played(client, version, commune, operator):
    client.force_login(operator)
    client.post(reverse("campaigns:log", args=[version.pk]), {"client_uuid": str(uuid.uuid4()), "plays": 1})
    assert (Airing.objects.get().cut, str(Airing.objects.get().minutes)) == ("full", "1.50")


def test_a_length_that_does_not_exist_is_refused(version, commune, operator):
    with pytest.raises(DomainError):
        log_airing(
            operator=operator, version=version, commune=commune, aired_at=None, plays=1, client_uuid=uuid.uuid4(), cut="180",
        )  # fmt: skip


# The workbench ------------------------------------------------------------------------------------------------------
def test_the_workbench_says_which_are_made_and_plays_them_to_the_listener_only(client, team):
    version = recorded(team, written(team, {2: "60"}), seconds=12.0)
    make_programme_ready(version)
    client.force_login(team.reviewer)
    client.cookies["django_language"] = "en"
    page = client.get(reverse("version_workbench", args=[version.pk])).content.decode()
    assert "Shorter broadcasts" in page
    assert "The full broadcast is not longer than this." in page
    minute = version.shorter.get().programme.renditions.get(profile="horn")
    sound = reverse("version_programme", args=[version.pk, minute.pk])
    assert sound in client.get(reverse("version_review", args=[version.pk])).content.decode()
    client.force_login(make_user(role=Role.REVIEWER, area=make_commune("Xã Khác Thử")))
    other = make_version(team, written(team, {}), "vi")
    assert client.get(reverse("version_programme", args=[other.pk, minute.pk])).status_code == 404
    client.force_login(make_user())
    assert client.get(sound).status_code in (302, 403, 404)


def test_recording_again_makes_them_anew(team):
    version = recorded(team, written(team, {2: "60"}), seconds=12.0)
    first = version.shorter.get().programme
    for segment in spoken(version.bulletin):
        row = make_recording(team.translator, seconds=12.5)
        versions.attach_recording(version=version, recording=row, segment=segment, actor=team.translator)
    versions.finish_recording(version=version, actor=team.translator)
    version.refresh_from_db()
    assert version.shorter.get().programme != first
