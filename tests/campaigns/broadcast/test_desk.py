"""The desk and its downloads, by owner, peer of another commune, outsider and stranger."""

import hashlib
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast.airings import log_airing
from campaigns.broadcast.bulletins import withdraw_bulletin
from campaigns.models import Airing, MissedBroadcast
from media.models import Rendition
from media.storage import absolute
from people.roles import Role
from places.models import SpokenLanguage
from tests.campaigns.making import make_bulletin, make_language, make_team, make_version
from tests.factories import make_commune, make_user

pytestmark = pytest.mark.django_db
SOUND = bytes(range(256)) * 300
SHA = hashlib.sha256(SOUND).hexdigest()


@pytest.fixture
def commune(db):
    return make_commune("Xã Tây Thử")


@pytest.fixture
def version(commune):
    team = make_team()
    made = make_version(team, make_bulletin(team.author), "vi", upto="approved")
    made.released_at = timezone.now() - timedelta(days=1)
    made.save()
    for rendition in made.programme.renditions.all():
        path = f"renditions/{rendition.profile}"
        absolute(path).parent.mkdir(parents=True, exist_ok=True)
        absolute(path).write_bytes(SOUND)
        Rendition.objects.filter(pk=rendition.pk).update(path=path, sha256=SHA, size=len(SOUND))
    made.team = team
    return made


@pytest.fixture
def operator(client, commune):
    user = make_user(role=Role.RADIO_OPERATOR, area=commune)
    client.force_login(user)
    return user


def filled(commune, **changes) -> dict:
    now = timezone.localtime()
    return {"xa": commune.pk, "client_uuid": uuid.uuid4(), "aired_at": f"{now:%Y-%m-%dT%H:%M}", "plays": 2} | changes


def download(version, profile="horn", name="x.mp3"):
    return reverse("audio:download", args=[version.programme.renditions.get(profile=profile).key, name])


def test_strangers_hear_and_download_without_a_cookie(client, version):
    page = client.get(reverse("campaigns:desk"))
    assert page.status_code == 200
    assert not page.cookies
    assert version.bulletin.title in page.content.decode()
    assert page.content.decode().count("download>") == 4


def test_communes_are_found_without_accents(client, version, commune):
    assert f"?xa={commune.pk}" in client.get(reverse("campaigns:desk"), {"q": "tay thu"}).content.decode()
    assert client.get(reverse("campaigns:desk"), {"xa": commune.pk}).status_code == 200
    assert client.get(reverse("campaigns:desk"), {"xa": 999_999}).status_code == 404


def test_an_operator_sees_the_languages_of_the_commune(client, version, operator, commune):
    SpokenLanguage.objects.create(unit=commune, language=make_language("ktv"))
    page = client.get(reverse("campaigns:desk")).content.decode()
    assert "Tiếng ktv" in page
    assert "Tiếng vi" in page


def test_one_tap_records_and_a_second_changes_nothing(client, version, operator, commune):
    data = filled(commune)
    for _ in range(2):
        answer = client.post(reverse("campaigns:log", args=[version.pk]), data)
        assert answer.status_code == 302
    assert Airing.objects.get().plays == 2


def test_a_refusal_keeps_what_was_filled_in(client, version, operator, commune):
    data = filled(commune, aired_at="2099-01-01T10:00", plays=7)
    answer = client.post(reverse("campaigns:log", args=[version.pk]), data)
    assert answer.status_code == 409
    assert 'value="7"' in answer.content.decode()
    assert not Airing.objects.exists()


def test_another_commune_is_out_of_reach(client, version, operator):
    other = make_commune("Xã Bạn")
    assert client.post(reverse("campaigns:log", args=[version.pk]), filled(other)).status_code == 404
    assert client.get(reverse("campaigns:desk"), {"xa": other.pk}).status_code == 404


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.PROGRAMME_MANAGER, Role.COMMUNICATOR, Role.TRAINEE])
def test_other_roles_log_nothing(client, version, commune, role):
    client.force_login(make_user(role=role, area=commune))
    assert client.post(reverse("campaigns:log", args=[version.pk]), filled(commune)).status_code == 403
    assert client.post(reverse("campaigns:missed"), filled(commune, reason="no-power")).status_code == 403
    assert not Airing.objects.exists()


def test_strangers_are_asked_to_sign_in(client, version, commune):
    for address in (
        reverse("campaigns:log", args=[version.pk]),
        reverse("campaigns:missed"),
        reverse("campaigns:history"),
    ):
        answer = client.post(address, filled(commune))
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]


def test_a_reason_is_reported(client, version, operator, commune):
    data = filled(commune, reason="broken", note="hỏng tăng âm")
    assert client.post(reverse("campaigns:missed"), data).status_code == 302
    assert MissedBroadcast.objects.get().reason == "broken"
    wrong = client.post(reverse("campaigns:missed"), filled(commune, reason="other", note=""))
    assert wrong.status_code == 409


def _airings(version, operator, commune, count: int) -> None:
    for _ in range(count):
        log_airing(
            operator=operator,
            version=version,
            commune=commune,
            aired_at=timezone.now(),
            plays=1,
            client_uuid=uuid.uuid4(),
        )


def test_history_costs_the_same_for_many(client, version, operator, commune, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    _airings(version, operator, commune, 1)
    client.get(reverse("campaigns:history"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("campaigns:history"))
    _airings(version, operator, commune, 2)
    with django_assert_num_queries(len(one)):
        page = client.get(reverse("campaigns:history"))
    assert page.content.decode().count("/void/") + page.content.decode().count("/huy-ghi/") == 3


def test_history_and_voiding_end_at_the_area(client, version, operator, commune):
    _airings(version, operator, commune, 1)
    address = reverse("campaigns:void", args=[Airing.objects.get().pk])
    peer = make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn"))
    client.force_login(peer)
    assert client.post(address, {"reason": "x"}).status_code == 404
    assert commune.name not in client.get(reverse("campaigns:history")).content.decode()
    client.force_login(make_user(role=Role.SUPERVISOR, area=commune))
    assert client.post(address, {"reason": "x"}).status_code == 403
    client.force_login(operator)
    assert client.post(address, {"reason": "nhầm"}).status_code == 302
    assert Airing.objects.get().void_reason == "nhầm"


def test_downloads_are_byte_exact_and_resume(client, version):
    whole = client.get(download(version))
    assert b"".join(whole.streaming_content) == SOUND
    assert whole["ETag"] == f'"{SHA}"'
    part = client.get(download(version), headers={"Range": "bytes=100-199", "If-Range": f'"{SHA}"'})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, SOUND[100:200])
    assert not whole.cookies


def test_nothing_is_downloaded_before_release_or_after_withdrawal(client, version):
    type(version).objects.filter(pk=version.pk).update(state="approved")
    assert client.get(download(version)).status_code == 404
    type(version).objects.filter(pk=version.pk).update(state="released")
    assert client.get(download(version)).status_code == 200
    withdraw_bulletin(bulletin=version.bulletin, actor=version.team.approver, reason="thử")
    assert client.get(download(version)).status_code == 404
    assert client.get(reverse("campaigns:version", args=[version.pk])).status_code == 404


def test_the_master_stays_inside(client, version):
    assert client.get(download(version, "master")).status_code == 404


def test_names_suit_old_players(client, version):
    page = client.get(reverse("campaigns:desk")).content.decode()
    assert f"/{timezone.localdate():%Y-%m}_vi_ban-tin-thu.mp3" in page


@pytest.mark.parametrize(("kind", "head"), [("pdf", b"%PDF"), ("txt", "Bản tin".encode())])
def test_scripts_are_printed(client, version, kind, head):
    answer = client.get(reverse("campaigns:script", args=[version.pk, kind]))
    assert answer.content.startswith(head)
