"""The desk at its edges: sendings that repeat or contradict, what is not released, order, areas, odd addresses."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast.airings import log_airing, report_missed, void_airing
from campaigns.broadcast.month import commune_status, offers, released_versions, status
from campaigns.models import Airing, Bulletin, BulletinVersion, MissedBroadcast, SpeakerCluster, Station
from core.errors import DomainError
from people.roles import Role
from places.models import SpokenLanguage
from tests.campaigns.making import make_language
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_district, make_province, make_user, merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune():
    return make_commune("Xã Tây Giang Thử")


@pytest.fixture
def version():
    return make_released()


@pytest.fixture
def operator(commune):
    return make_user(role=Role.RADIO_OPERATOR, area=commune)


def air(operator, version, commune, **changes) -> Airing:
    given = {"aired_at": timezone.now(), "plays": 2, "client_uuid": uuid.uuid4()} | changes
    return log_airing(operator=operator, version=version, commune=commune, **given)


def filled(commune, **changes) -> dict:
    now = timezone.localtime()
    return {"xa": commune.pk, "client_uuid": uuid.uuid4(), "aired_at": f"{now:%Y-%m-%dT%H:%M}", "plays": 2} | changes


def cluster_of(commune, **fields) -> SpeakerCluster:
    station = Station.objects.create(commune=commune, name="Đài thử")
    return SpeakerCluster.objects.create(station=station, name="Cụm thử", **fields)


# What a sending is -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("seconds", "plays", "minutes"), [(90.0, 2, "3.00"), (100.0, 1, "1.67"), (0.5, 1, "0.01"), (754.3, 50, "628.58")]
)
def test_minutes_are_plays_times_length_to_a_hundredth(operator, commune, seconds, plays, minutes):
    airing = air(operator, make_released(seconds=seconds), commune, plays=plays)
    airing.refresh_from_db()
    assert airing.minutes == Decimal(minutes)


@pytest.mark.parametrize("changes", [{"plays": 3}, {"earlier": 7}])
def test_a_sending_that_contradicts_the_first_is_refused(operator, version, commune, changes):
    if "earlier" in changes:
        changes = {"aired_at": timezone.now() - timedelta(minutes=changes["earlier"])}
    first = {"aired_at": timezone.now(), "plays": 2, "client_uuid": uuid.uuid4()}
    air(operator, version, commune, **first)
    with pytest.raises(DomainError):
        air(operator, version, commune, **(first | changes))
    assert Airing.objects.get().plays == 2


def test_a_late_repeat_is_still_the_same_record(operator, version, commune):
    sent = {"aired_at": timezone.now(), "plays": 2, "client_uuid": uuid.uuid4()}
    first = air(operator, version, commune, **sent)
    Bulletin.objects.update(withdrawn_at=timezone.now(), withdrawn_by=version.approver, withdrawal_reason="thử")
    version.bulletin.refresh_from_db()
    assert air(operator, version, commune, **sent) == first
    with pytest.raises(DomainError):
        air(operator, version, commune)
    assert Airing.objects.count() == 1


def test_a_reason_that_contradicts_the_first_is_refused(client, operator, commune):
    key = uuid.uuid4()
    said = {"operator": operator, "commune": commune, "month": timezone.localdate(), "client_uuid": key}
    report_missed(reason="no-power", **said)
    with pytest.raises(DomainError):
        report_missed(reason="broken", **said)
    client.force_login(operator)
    data = filled(commune, client_uuid=key, reason="broken")
    assert client.post(reverse("campaigns:missed"), data).status_code == 409
    assert MissedBroadcast.objects.get().reason == "no-power"


def test_loudspeakers_of_a_merged_commune_are_the_successors(version):
    old = make_commune("Xã Cũ", valid_from=timezone.localdate() - timedelta(days=400))
    operator = make_user(role=Role.RADIO_OPERATOR, area=old)
    cluster = cluster_of(old)
    new = make_commune("Xã Mới", valid_from=timezone.localdate() - timedelta(days=1))
    merge(old, new)
    airing = air(operator, version, new, clusters=[cluster])
    assert list(airing.clusters.all()) == [cluster]
    assert commune_status(new, timezone.localdate()) == "aired"


# What is shown -----------------------------------------------------------------------------------------------------
def test_an_emergency_stands_before_a_newer_ordinary_bulletin():
    normal = make_released(title="Thường", priority="normal")
    urgent = make_released(title="Gấp", priority="emergency", released_at=timezone.now() - timedelta(days=3))
    middle = make_released(title="Vừa", priority="priority", released_at=timezone.now() - timedelta(days=2))
    assert list(released_versions(timezone.localdate())) == [urgent, middle, normal]


def test_a_commune_is_offered_its_languages_ready_or_waiting(version, commune):
    SpokenLanguage.objects.create(unit=commune, language=make_language("ktv"))
    make_language("sed")
    [(bulletin, listed)] = offers(commune, timezone.localdate())
    assert bulletin == version.bulletin
    assert [(offer.language.tag, offer.version) for offer in listed] == [("vi", version), ("ktv", None)]


def test_a_bulletin_for_others_is_not_offered(client, operator, commune):
    other = make_commune("Xã Bạn")
    make_released(title="Riêng xã bạn", audience=[other])
    make_released(title="Tỉnh khác", area=make_province("Tỉnh Bạn"))
    client.force_login(operator)
    page = client.get(reverse("campaigns:desk")).content.decode()
    assert "Riêng xã bạn" not in page
    assert "Tỉnh khác" not in page
    assert [bulletin.title for bulletin, _ in offers(other, timezone.localdate())] == ["Riêng xã bạn"]


@pytest.mark.parametrize(
    ("aired", "missed", "day", "wanted"),
    [
        (False, False, 10, "open"), (False, False, 23, "open"), (False, False, 24, "due"), (False, False, 30, "due"),
        (False, True, 10, "missed"), (True, True, 10, "aired"), (True, False, 30, "aired"),
    ],
)  # fmt: skip
def test_a_running_month_is_judged_by_its_last_week(aired, missed, day, wanted):
    month = datetime(2026, 11, 1).date()
    assert status(aired=aired, missed=missed, month=month, today=month.replace(day=day)) == wanted


def test_a_month_gone_by_is_aired_missed_or_overdue():
    month, later = datetime(2026, 11, 1).date(), datetime(2026, 12, 1).date()
    assert status(aired=False, missed=False, month=month, today=later) == "overdue"
    assert status(aired=False, missed=True, month=month, today=later) == "missed"
    assert status(aired=True, missed=True, month=month, today=later) == "aired"


# Who gets where ----------------------------------------------------------------------------------------------------
def test_searching_gives_a_stranger_no_cookie(client, version, commune):
    for query in ({"q": "tay giang"}, {"q": "TÂY GIANG"}, {"xa": commune.pk}):
        answer = client.get(reverse("campaigns:desk"), query)
        assert f"{commune}" in answer.content.decode()
        assert not answer.cookies
    assert not client.get(reverse("campaigns:version", args=[version.pk])).cookies


def test_odd_addresses_are_no_faults(client, version):
    assert client.get(reverse("campaigns:desk"), {"xa": "²"}).status_code == 200
    assert client.get(reverse("campaigns:desk"), {"xa": "9" * 30}).status_code == 404
    assert client.get(reverse("campaigns:desk"), {"q": "%_'\"<script>"}).status_code == 200
    assert b"<script>'" not in client.get(reverse("campaigns:desk"), {"q": "<script>'"}).content


def test_what_is_not_released_has_no_page_and_takes_no_record(client, version, operator, commune):
    BulletinVersion.objects.filter(pk=version.pk).update(state="approved")
    client.force_login(operator)
    answers = [
        client.post(reverse("campaigns:log", args=[version.pk]), filled(commune)),
        client.get(reverse("campaigns:version", args=[version.pk])),
        client.get(reverse("campaigns:script", args=[version.pk, "pdf"])),
        client.get(reverse("campaigns:script", args=[version.pk, "txt"])),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert version.bulletin.title not in "".join(answer.content.decode() for answer in answers)
    assert not Airing.objects.exists()


def test_a_withdrawn_bulletin_is_refused_in_words(client, version, operator, commune):
    Bulletin.objects.update(withdrawn_at=timezone.now(), withdrawn_by=version.approver, withdrawal_reason="thử")
    client.force_login(operator)
    data = filled(commune, plays=9)
    answer = client.post(reverse("campaigns:log", args=[version.pk]), data)
    assert answer.status_code == 409
    assert 'value="9"' in answer.content.decode()
    assert str(data["client_uuid"]) in answer.content.decode()


def test_loudspeakers_of_others_cannot_be_sent_along(client, version, operator, commune):
    own, foreign = cluster_of(commune), cluster_of(make_commune("Xã Bạn"))
    client.force_login(operator)
    address = reverse("campaigns:log", args=[version.pk])
    assert client.post(address, filled(commune, clusters=[foreign.pk])).status_code == 409
    assert client.post(address, filled(commune, clusters=[own.pk])).status_code == 302
    assert list(Airing.objects.get().clusters.all()) == [own]


def test_an_operator_of_an_area_without_communes_sees_the_public_desk(client, version):
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=make_district("Huyện Trống")))
    assert version.bulletin.title in client.get(reverse("campaigns:desk")).content.decode()
    assert client.get(reverse("campaigns:version", args=[version.pk])).status_code == 200
    data = {"client_uuid": uuid.uuid4(), "aired_at": "2026-01-01T10:00", "plays": 1, "reason": "no-power"}
    assert client.post(reverse("campaigns:log", args=[version.pk]), data).status_code == 404
    assert client.post(reverse("campaigns:missed"), data).status_code == 404


def test_an_operator_of_two_communes_chooses(client, version, operator, commune):
    district = make_district("Huyện Hai Xã")
    first, second = make_commune("Xã A", parent=district), make_commune("Xã B", parent=district)
    user = make_user(role=Role.RADIO_OPERATOR, area=district)
    client.force_login(user)
    page = client.get(reverse("campaigns:desk"), {"xa": second.pk}).content.decode()
    assert f'value="{second.pk}" selected' in page
    assert client.post(reverse("campaigns:log", args=[version.pk]), filled(second)).status_code == 302
    assert Airing.objects.get().commune == second
    assert (commune_status(first, timezone.localdate()) == "aired", commune_status(second, timezone.localdate())) == (
        False,
        "aired",
    )
    assert client.get(reverse("campaigns:desk"), {"xa": commune.pk}).status_code == 404


def test_history_shows_who_watches_over_the_area_everything_there(client, version, operator, commune):
    peer_commune = make_commune("Xã Bạn Bè")
    air(operator, version, commune)
    air(make_user(role=Role.RADIO_OPERATOR, area=peer_commune), version, peer_commune)
    client.force_login(operator)
    page = client.get(reverse("campaigns:history")).content.decode()
    assert commune.name in page
    assert peer_commune.name not in page
    client.force_login(make_user(role=Role.SUPERVISOR))
    page = client.get(reverse("campaigns:history")).content.decode()
    assert commune.name in page
    assert peer_commune.name in page
    assert reverse("campaigns:void", args=[Airing.objects.first().pk]) not in page
    client.force_login(make_user(role=Role.TRAINEE, area=commune))
    assert client.get(reverse("campaigns:history")).status_code == 403


def test_a_voided_record_is_read_with_its_reason_and_cannot_be_voided_by_a_watcher(client, version, operator, commune):
    airing = air(operator, version, commune)
    void_airing(airing=airing, actor=operator, reason="ghi nhầm giờ")
    client.force_login(operator)
    assert "ghi nhầm giờ" in client.get(reverse("campaigns:history")).content.decode()
    assert commune_status(commune, timezone.localdate()) != "aired"
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    assert client.get(reverse("campaigns:void", args=[airing.pk])).status_code == 403


def test_the_desk_costs_the_same_for_three_languages_as_for_one(client, version, operator, commune):
    client.force_login(operator)
    client.get(reverse("campaigns:desk"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("campaigns:desk"))
    for tag in ("ktv", "sed"):
        language = make_language(tag)
        SpokenLanguage.objects.create(unit=commune, language=language)
        make_released(language=language, bulletin=version.bulletin)
        air(operator, version, commune)
    with CaptureQueriesContext(connection) as three:
        page = client.get(reverse("campaigns:desk"))
    assert page.content.decode().count("download>") == 12
    assert len(three) == len(one)
