from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.broadcast import versions
from campaigns.hotlines import verify_hotline
from campaigns.tasks import release_due
from tests.campaigns.making import (
    make_bulletin,
    make_hotline,
    make_team,
    make_version,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


def acts(version) -> list[str]:
    return list(version.events.values_list("act", flat=True))


def test_approval_before_its_date_waits_for_it(team):
    bulletin = make_bulletin(team.author, release_in=timedelta(days=1))
    version = make_version(team, bulletin, "en", upto="approved")
    assert (version.state, versions.release_due()) == ("approved", 0)
    bulletin.release_at = timezone.now()
    bulletin.save()
    release_due()
    version.refresh_from_db()
    assert (version.state, acts(version)[-1]) == ("released", "released")


@pytest.mark.parametrize("days", [-1, None])
def test_release_is_refused_with_a_reason_while_the_hotline_is_stale_and_said_once_a_day(team, days):
    line = make_hotline("1900 0000", days=days)
    version = make_version(team, make_bulletin(team.author, hotline=line), "en", upto="approved")
    assert version.state == "approved"
    assert [versions.release_due() for _ in range(3)] == [0, 0, 0]
    refusals = version.events.filter(act="refused")
    assert refusals.count() == 1
    assert "1900 0000" in refusals.get().note
    refusals.update(at=timezone.now() - timedelta(days=1))
    versions.release_due()
    assert refusals.count() == 2
    today = timezone.localdate()
    verify_hotline(hotline=line, on=today, good_until=today + timedelta(days=30), actor=team.approver)
    assert versions.release_due() == 1
    version.refresh_from_db()
    assert version.state == "released"


def test_a_closed_hotline_is_stale_whatever_its_dates(team):
    line = make_hotline(days=30, is_active=False)
    assert make_version(team, make_bulletin(team.author, hotline=line), "en", upto="approved").state == "approved"


def test_one_version_that_fails_does_not_hold_up_the_others(team, monkeypatch):
    bulletin = make_bulletin(team.author, release_in=timedelta(days=1))
    first, second = (make_version(team, bulletin, tag, upto="approved") for tag in ("en", "vi"))
    bulletin.release_at = timezone.now()
    bulletin.save()
    real = versions.release_version

    def sometimes(*, version):
        if version.pk == first.pk:
            raise RuntimeError("thử")
        return real(version=version)

    monkeypatch.setattr(versions, "release_version", sometimes)
    assert versions.release_due() == 1
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, second.state) == ("approved", "released")
