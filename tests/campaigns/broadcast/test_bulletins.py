from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from campaigns.broadcast import versions
from campaigns.broadcast.bulletins import bulletin_written, copy_bulletin, may_act, withdraw_bulletin
from campaigns.models import Bulletin, BulletinVersion
from core.errors import DomainError
from people.roles import Role
from tests.campaigns.making import make_bulletin, make_team, make_version, spoken
from tests.factories import make_commune, make_province, make_user, merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


def test_a_written_bulletin_has_its_vietnamese_version(team):
    bulletin = bulletin_written(bulletin=make_bulletin(team.author), actor=team.author)
    version = bulletin.versions.get()
    assert (version.language.tag, version.state) == ("vi", "translated")
    with pytest.raises(PermissionDenied):
        bulletin_written(bulletin=bulletin, actor=team.translator)


def test_month_is_kept_as_its_first_day(team):
    bulletin = make_bulletin(team.author)
    bulletin.month = date(2026, 11, 23)
    bulletin.save()
    bulletin.refresh_from_db()
    assert bulletin.month == date(2026, 11, 1)


@pytest.mark.parametrize("who", ["approver", "administrator"])
def test_withdrawing_takes_every_version_off_every_desk_with_a_line_on_each(team, who):
    bulletin = make_bulletin(team.author)
    released, draft = make_version(team, bulletin, "vi", upto="approved"), make_version(team, bulletin, "en")
    assert BulletinVersion.objects.released().get() == released
    withdraw_bulletin(bulletin=bulletin, actor=getattr(team, who), reason=" Số gọi sai. ")
    bulletin.refresh_from_db()
    assert (bulletin.withdrawn_by, bulletin.withdrawal_reason) == (getattr(team, who), "Số gọi sai.")
    assert not BulletinVersion.objects.released().exists()
    for version in (released, draft):
        event = version.events.last()
        assert (event.act, event.actor, event.note) == ("withdrawn", getattr(team, who), "Số gọi sai.")


def test_withdrawing_needs_a_reason_the_role_and_the_area(team):
    bulletin = make_bulletin(team.author)
    with pytest.raises(DomainError):
        withdraw_bulletin(bulletin=bulletin, actor=team.approver, reason=" ")
    commune = make_commune(parent=team.area)
    for person in (team.author, team.translator, team.reviewer, make_user(role=Role.APPROVER, area=commune)):
        with pytest.raises(PermissionDenied):
            withdraw_bulletin(bulletin=bulletin, actor=person, reason="thử")
    bulletin.refresh_from_db()
    assert bulletin.withdrawn_at is None


def test_withdrawing_twice_keeps_the_first_reason(team):
    bulletin = make_bulletin(team.author)
    make_version(team, bulletin, "vi")
    withdraw_bulletin(bulletin=bulletin, actor=team.approver, reason="lần một")
    again = withdraw_bulletin(bulletin=bulletin, actor=team.administrator, reason="lần hai")
    assert (again.withdrawal_reason, again.withdrawn_by) == ("lần một", team.approver)
    assert bulletin.versions.get().events.filter(act="withdrawn").count() == 1


def test_nothing_more_is_done_to_a_withdrawn_bulletin(team):
    bulletin = make_bulletin(team.author, release_in=timedelta(days=1))
    version, draft = make_version(team, bulletin, "vi", upto="approved"), make_version(team, bulletin, "en")
    withdraw_bulletin(bulletin=bulletin, actor=team.approver, reason="thử")
    Bulletin.objects.filter(pk=bulletin.pk).update(release_at=timezone.now())
    assert versions.release_due() == 0
    version.refresh_from_db(), draft.refresh_from_db()
    with pytest.raises(DomainError):
        versions.save_translation(version=draft, segment=spoken(bulletin)[0], text="x", actor=team.translator)
    with pytest.raises(DomainError):
        versions.return_version(version=version, actor=team.approver, reason="thử")
    assert versions.may_move(team.translator, draft) == set()


def test_a_copy_has_the_script_and_nothing_that_was_approved(team):
    bulletin = make_bulletin(team.author)
    commune = make_commune(parent=team.area)
    bulletin.audience.set([commune])
    bulletin.save()
    make_version(team, bulletin, "vi", upto="approved")
    withdraw_bulletin(bulletin=bulletin, actor=team.approver, reason="thử")
    peer = make_user(role=Role.COMMUNICATOR, area=team.area)
    copy = copy_bulletin(bulletin=bulletin, actor=peer, month=date(2027, 1, 5))
    assert (copy.author, copy.month, copy.withdrawn_at) == (peer, date(2027, 1, 1), None)
    assert [(s.kind, s.text) for s in copy.segments.all()] == [(s.kind, s.text) for s in bulletin.segments.all()]
    assert list(Bulletin.objects.get(pk=copy.pk).audience.all()) == [commune]
    assert [(v.language.tag, v.state, v.recording) for v in copy.versions.all()] == [("vi", "translated", None)]
    with pytest.raises(PermissionDenied):
        copy_bulletin(bulletin=bulletin, actor=team.translator)


def test_rights_follow_the_area_downwards_and_a_language_upwards(team):
    commune = make_commune(parent=team.area)
    province_wide, local = make_bulletin(team.author), make_bulletin(team.author, area=commune)
    there = make_team(commune)
    abroad = make_team(make_province("Tỉnh Thử Khác"))

    def acts(person, bulletin):
        names = ("see_workbench", "write_bulletin", "translate", "review", "approve", "withdraw")
        return {name for name in names if may_act(person, f"campaigns.{name}", bulletin)}

    assert acts(team.author, local) == {"see_workbench", "write_bulletin", "translate"}
    assert acts(there.author, local) == {"see_workbench", "write_bulletin", "translate"}
    assert acts(there.author, province_wide) == {"see_workbench", "translate"}
    assert acts(there.reviewer, province_wide) == {"see_workbench", "review"}
    assert acts(there.approver, province_wide) == {"see_workbench"}
    assert acts(team.approver, local) == {"see_workbench", "approve", "withdraw"}
    assert acts(abroad.author, local) == acts(abroad.approver, province_wide) == set()


def test_rights_follow_the_successor_of_a_merged_commune(team):
    old = make_commune("Xã Thử Cũ", parent=team.area, valid_from=date(2021, 1, 1))
    bulletin = make_bulletin(team.author, area=old)
    new = make_commune("Xã Thử Mới", parent=team.area, valid_from=timezone.localdate() - timedelta(days=3))
    merge(old, new)
    assert may_act(make_user(role=Role.COMMUNICATOR, area=new), "campaigns.write_bulletin", bulletin)
    assert may_act(make_user(role=Role.COMMUNICATOR, area=old), "campaigns.write_bulletin", bulletin)
