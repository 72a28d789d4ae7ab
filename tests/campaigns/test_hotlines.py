from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from wagtail.log_actions import registry

from campaigns.hotlines import LONGEST_CHECK, hotline_changed, strip_hotlines, verify_hotline
from core.errors import DomainError
from tests.campaigns.making import make_hotline, make_team

pytestmark = pytest.mark.django_db


def test_a_check_is_recorded_with_who_called(django_capture_on_commit_callbacks):
    team, line, today = make_team(), make_hotline(days=None, on_every_page=True), timezone.localdate()
    assert strip_hotlines("vi") == []
    with django_capture_on_commit_callbacks(execute=True):
        found = verify_hotline(hotline=line, on=today, good_until=today + timedelta(days=30), actor=team.approver)
    assert (found.verified_at, found.expires_at, found.is_fresh()) == (today, today + timedelta(days=30), True)
    entry = registry.get_logs_for_instance(line).get(action="campaigns.verify_hotline")
    assert entry.user == team.approver
    assert [shown["number"] for shown in strip_hotlines("vi")] == ["111"]


@pytest.mark.parametrize("who", ["author", "translator", "reviewer"])
def test_only_administrators_and_approvers_record_a_check(who):
    today = timezone.localdate()
    with pytest.raises(PermissionDenied):
        verify_hotline(
            hotline=make_hotline(), on=today, good_until=today + timedelta(days=30), actor=getattr(make_team(), who)
        )


@pytest.mark.parametrize(
    ("on", "until"),
    [
        (timedelta(days=1), timedelta(days=30)),
        (timedelta(), timedelta()),
        (timedelta(), LONGEST_CHECK + timedelta(days=1)),
        (timedelta(days=-9), timedelta(days=-10)),
    ],
)
def test_impossible_checks_are_refused_and_nothing_is_kept(on, until):
    line, today = make_hotline(days=-1), timezone.localdate()
    with pytest.raises(DomainError):
        verify_hotline(hotline=line, on=today + on, good_until=today + until)
    line.refresh_from_db()
    assert not line.is_fresh()


def test_the_last_day_of_a_check_still_counts():
    assert make_hotline(days=0).is_fresh()
    assert not make_hotline("113", days=-1).is_fresh()


def test_another_number_has_not_been_called():
    line = make_hotline()
    line.number = "1900 0000"
    line.save()
    hotline_changed(hotline=line, earlier_number="111")
    line.refresh_from_db()
    assert (line.verified_at, line.expires_at, line.is_fresh()) == (None, None, False)


def test_another_name_keeps_the_check():
    line = make_hotline()
    hotline_changed(hotline=line, earlier_number="111")
    line.refresh_from_db()
    assert line.is_fresh()
