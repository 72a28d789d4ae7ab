"""Logging airings: what is counted, what is refused in words, what a second sending changes (nothing)."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from campaigns.broadcast.airings import log_airing, report_missed, void_airing
from campaigns.broadcast.bulletins import withdraw_bulletin
from campaigns.models import Airing, MissedBroadcast, SpeakerCluster, Station
from core.errors import DomainError
from people.roles import Role
from tests.campaigns.making import make_bulletin, make_team, make_version
from tests.factories import make_commune, make_user, merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune(db):
    return make_commune("Xã Một")


@pytest.fixture
def version(commune):
    team = make_team()
    made = make_version(team, make_bulletin(team.author), "vi", upto="approved")
    made.released_at = timezone.now() - timedelta(days=1)
    made.save()
    made.team = team
    return made


@pytest.fixture
def operator(commune):
    return make_user(role=Role.RADIO_OPERATOR, area=commune)


def air(operator, version, commune, **changes):
    given = {"aired_at": timezone.now(), "plays": 3, "client_uuid": uuid.uuid4()} | changes
    return log_airing(operator=operator, version=version, commune=commune, **given)


def test_an_airing_counts_plays_and_minutes(operator, version, commune):
    airing = air(operator, version, commune)
    # Three times a programme of thirty seconds.
    assert (airing.plays, airing.minutes) == (3, Decimal("1.50"))
    assert airing.aired_on == timezone.localdate()


def test_sending_twice_is_one_airing(operator, version, commune):
    sent = {"client_uuid": uuid.uuid4(), "aired_at": timezone.now()}
    first, second = (air(operator, version, commune, **sent) for _ in range(2))
    assert first.pk == second.pk
    assert Airing.objects.count() == 1


def test_the_same_key_for_another_version_is_refused(operator, version, commune):
    key = uuid.uuid4()
    air(operator, version, commune, client_uuid=key)
    other = make_version(version.team, version.bulletin, "en", upto="approved")
    with pytest.raises(DomainError, match="đã được gửi"):
        air(operator, other, commune, client_uuid=key)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"aired_at": timezone.now() + timedelta(hours=1)}, "tương lai"),
        ({"aired_at": timezone.now() - timedelta(days=3)}, "chưa được phát hành"),
        ({"plays": 0}, "từ 1 đến 50"),
        ({"plays": 51}, "từ 1 đến 50"),
    ],
)
def test_impossible_airings_are_refused_in_words(changes, words, operator, version, commune):
    with pytest.raises(DomainError, match=words):
        air(operator, version, commune, **changes)
    assert not Airing.objects.exists()


def test_the_minute_of_the_release_counts(operator, version, commune):
    version.released_at = timezone.now().replace(second=50)
    version.save()
    assert air(operator, version, commune, aired_at=version.released_at.replace(second=0, microsecond=0)).pk


def test_a_withdrawn_bulletin_is_not_aired(operator, version, commune):
    withdraw_bulletin(bulletin=version.bulletin, actor=version.team.approver, reason="thử")
    version.refresh_from_db()
    with pytest.raises(DomainError, match="thu hồi"):
        air(operator, version, commune)


def test_a_commune_that_is_not_meant_is_told(operator, version, commune):
    version.bulletin.audience.set([make_commune("Xã Khác")])
    version.bulletin.save()
    with pytest.raises(DomainError, match="không dành cho"):
        air(operator, version, commune)


def test_another_communes_operator_may_not(version, commune):
    with pytest.raises(PermissionDenied):
        air(make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn")), version, commune)


def test_a_supervisor_changes_nothing(version, commune):
    with pytest.raises(PermissionDenied):
        air(make_user(role=Role.SUPERVISOR), version, commune)


def test_clusters_of_another_commune_are_refused(operator, version, commune):
    station = Station.objects.create(commune=make_commune("Xã Xa"), name="Đài")
    with pytest.raises(DomainError, match="thuộc xã khác"):
        air(operator, version, commune, clusters=[SpeakerCluster.objects.create(station=station, name="Cụm")])


def test_rights_follow_a_merger(version):
    today = timezone.localdate()
    old = make_commune("Xã Cũ", valid_from=today - timedelta(days=400))
    operator = make_user(role=Role.RADIO_OPERATOR, area=old)
    new = make_commune("Xã Mới", valid_from=today - timedelta(days=2))
    merge(old, new)
    assert air(operator, version, new).commune == new
    with pytest.raises(DomainError, match="chưa có"):
        air(operator, version, old)


def test_a_voided_airing_stays_with_its_reason(operator, version, commune):
    airing = air(operator, version, commune)
    with pytest.raises(DomainError):
        void_airing(airing=airing, actor=operator, reason=" ")
    void_airing(airing=airing, actor=operator, reason="ghi nhầm xã")
    airing.refresh_from_db()
    assert (airing.void_reason, airing.voided_by) == ("ghi nhầm xã", operator)
    assert not Airing.objects.counted().exists()
    before = airing.voided_at
    assert void_airing(airing=airing, actor=operator, reason="lần hai").voided_at == before


def test_a_reason_is_recorded_once(operator, commune):
    key, today = uuid.uuid4(), timezone.localdate()
    for _ in range(2):
        report_missed(operator=operator, commune=commune, month=today, reason="no-power", client_uuid=key)
    assert MissedBroadcast.objects.get().month == today.replace(day=1)
    with pytest.raises(DomainError, match="cần gì"):
        report_missed(operator=operator, commune=commune, month=today, reason="other", client_uuid=uuid.uuid4())
    with pytest.raises(DomainError, match="chọn một lý do"):
        report_missed(operator=operator, commune=commune, month=today, reason="lazy", client_uuid=uuid.uuid4())
