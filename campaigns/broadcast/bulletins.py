"""The bulletin itself: who may do what to it, writing and copying it, and taking it off the air."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.broadcast.scripts import Signature, segments_changed
from campaigns.models import Bulletin, BulletinVersion, Segment, VersionEvent
from core.errors import DomainError
from places.models import Language

# Native speakers live in communes and lend their language to the bulletins of the province above them. Writing,
# approving and withdrawing reach downwards only.
FROM_BELOW = frozenset(
    {"campaigns.see_workbench", "campaigns.translate", "campaigns.record", "campaigns.review"}
)  # fmt: skip

# What stands once a version is on the air: what the public was told, and what airings are counted by.
FIXED_ON_AIR = ("title", "title_en", "month", "area", "hotline")


def may_act(user, act: str, bulletin: Bulletin) -> bool:
    """May the person do `act` (people.permissions.ACTS) to this bulletin today?"""
    return Bulletin.objects.reached_by(user, act, from_below=act in FROM_BELOW).filter(pk=bulletin.pk).exists()


def require_act(user, act: str, bulletin: Bulletin) -> None:
    """PermissionDenied for a wrong role or area; a DomainError once the bulletin is withdrawn."""
    if not may_act(user, act, bulletin):
        raise PermissionDenied
    if bulletin.withdrawn_at:
        raise DomainError(_("This bulletin has been withdrawn. Nothing more can be done to it."))


def is_on_air(bulletin: Bulletin) -> bool:
    """Has any version of it been released?"""
    return bulletin.versions.filter(state=BulletinVersion.State.RELEASED).exists()


@transaction.atomic
def bulletin_written(*, bulletin: Bulletin, actor, before: Signature | None = None) -> Bulletin:
    """Called when a form has saved a bulletin and its script; `before` is its signature from before an edit.

    A new one gets its Vietnamese version; an edited one makes stale what was made from the earlier words.
    """
    from campaigns.broadcast.versions import create_version

    require_act(actor, "campaigns.write_bulletin", bulletin)
    create_version(bulletin=bulletin, language=Language.objects.get(tag="vi", variety=""), actor=actor)
    if before is not None:
        segments_changed(bulletin=bulletin, before=before, actor=actor)
    return bulletin


@transaction.atomic
def copy_bulletin(*, bulletin: Bulletin, actor, month: date | None = None) -> Bulletin:
    """A new bulletin with the same script, to be changed: how a withdrawn one is corrected and a good one used again.

    Nothing that was approved goes with it: its Vietnamese version starts at the recording.
    """
    if not may_act(actor, "campaigns.write_bulletin", bulletin):
        raise PermissionDenied
    now = timezone.now()
    copy = Bulletin.objects.create(
        month=month or timezone.localdate(now), title=bulletin.title, title_en=bulletin.title_en, theme=bulletin.theme,
        priority=bulletin.priority, campaign=bulletin.campaign, area=bulletin.area, hotline=bulletin.hotline,
        release_at=max(now, bulletin.release_at), author=actor,
    )  # fmt: skip
    copy.audience.set(bulletin.audience.all())
    copy.save()
    for segment in Segment.objects.filter(bulletin_id=bulletin.pk):
        Segment.objects.create(
            bulletin=copy, sort_order=segment.sort_order, kind=segment.kind, text=segment.text,
            pause_seconds=segment.pause_seconds, jingle_id=segment.jingle_id, cut=segment.cut,
        )  # fmt: skip
    return bulletin_written(bulletin=copy, actor=actor)


@transaction.atomic
def withdraw_bulletin(*, bulletin: Bulletin, actor, reason: str) -> Bulletin:
    """Takes a bulletin off every desk in one act, with an audit line on each version. Done twice is done once."""
    if not may_act(actor, "campaigns.withdraw", bulletin):
        raise PermissionDenied
    if not reason.strip():
        raise DomainError(_("Say in a few words why it is withdrawn."))
    bulletin = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if bulletin.withdrawn_at:
        return bulletin
    bulletin.withdrawn_at, bulletin.withdrawn_by = timezone.now(), actor
    bulletin.withdrawal_reason = reason.strip()[:300]
    bulletin.save()
    VersionEvent.objects.bulk_create(
        VersionEvent(version=version, act=VersionEvent.Act.WITHDRAWN, actor=actor, note=reason.strip()[:500])
        for version in bulletin.versions.all()
    )
    return bulletin
