"""Logging what went out over the loudspeakers. Facts are appended and voided, never edited."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.broadcast.cuts import programme_of
from campaigns.broadcast.repairs import open_repair
from campaigns.models import Airing, Bulletin, BulletinVersion, Length, MissedBroadcast, SpeakerCluster
from campaigns.querysets import first_of_month
from core.errors import DomainError
from media.programmes import current_renditions
from people.permissions import may
from places.models import AdministrativeUnit

# Phones' clocks run a little ahead.
CLOCK_TOLERANCE = timedelta(minutes=5)


@transaction.atomic
def log_airing(
    *,
    operator,
    version: BulletinVersion,
    commune: AdministrativeUnit,
    aired_at: datetime | None,
    plays: int,
    client_uuid: uuid.UUID,
    clusters: list[SpeakerCluster] | None = None,
    cut: str = Length.FULL,
    client_time: datetime | None = None,
    clock_offset: int | None = None,
) -> Airing:
    """Records that `version` was aired. Sending the same again (by `client_uuid`) returns the first record, at any time
    later; the same `client_uuid` for another version, commune, person, time, length or number of plays is refused.

    `aired_at` None: just now, by the server's clock, because a page may have been open for hours before the tap.
    `client_time`, `clock_offset`: what the phone's clock said at the tap and by how many seconds it was behind the server's.
    minutes = plays × the length of what was played (`cut`: the full broadcast or a shorter one), to a hundredth.
    """
    if not may(operator, "campaigns.log_airing", commune):
        raise PermissionDenied
    sent = {"version": version, "commune": commune, "operator": operator, "plays": plays, "cut": cut}
    if aired_at is not None:
        sent["aired_at"] = aired_at
    already = Airing.objects.filter(client_uuid=client_uuid).first()
    if already:
        return _same(already, **sent)
    aired_at = aired_at or timezone.now()
    clusters = clusters or []
    family = AdministrativeUnit.objects.family(commune)
    check_airing(
        version=version, commune=commune, aired_at=aired_at, plays=plays, clusters=clusters, family=family,
        is_addressed=Bulletin.objects.addressed_to(commune, family).filter(pk=version.bulletin_id).exists,
    )  # fmt: skip
    minutes = minutes_of(programme_seconds(version, cut), plays)
    # Two sendings may arrive at once; the second of them finds the first's row.
    airing, created = Airing.objects.get_or_create(
        client_uuid=client_uuid,
        defaults={
            **sent,
            "aired_at": aired_at,
            "minutes": minutes,
            "client_time": client_time,
            "clock_offset": clock_offset,
        },
    )
    if not created:
        return _same(airing, **sent)
    airing.clusters.set(clusters)
    return airing


def check_airing(
    *,
    version: BulletinVersion,
    commune: AdministrativeUnit,
    aired_at: datetime,
    plays: int,
    clusters: list[SpeakerCluster],
    family: set[int],
    is_addressed: Callable[[], bool],
) -> None:
    """Refuses, in words, what cannot have been aired. `family`: the commune and all that became it; `is_addressed`: is the
    bulletin meant for it (asked last, because it costs a query)?"""
    if version.bulletin.withdrawn_at:
        raise DomainError(_("This bulletin has been withdrawn and must not be aired. Nothing was recorded."))
    # Forms know minutes only: an airing in the minute of the release is one after it.
    if version.state != BulletinVersion.State.RELEASED or aired_at < version.released_at.replace(
        second=0, microsecond=0
    ):
        raise DomainError(
            _("This version was not released at that time. Check the date and time; nothing was recorded.")
        )
    if aired_at > timezone.now() + CLOCK_TOLERANCE:
        raise DomainError(_("That time lies in the future. Record the broadcast after it was aired."))
    if not commune.is_valid(timezone.localdate(aired_at)):
        raise DomainError(_("The commune did not exist on that day."))
    if not is_addressed():
        raise DomainError(_("This bulletin is not meant for your commune."))
    if not 1 <= plays <= 50:
        raise DomainError(_("The number of plays must be from 1 to 50."))
    if any(cluster.station.commune_id not in family for cluster in clusters):
        raise DomainError(_("These loudspeakers belong to another commune."))


def minutes_of(seconds: float, plays: int) -> Decimal:
    """Minutes on the air, to a hundredth."""
    return (Decimal(str(seconds)) * plays / 60).quantize(Decimal("0.01"))


def _same(record, **sent):
    """The record that was made before, if it says what is sent now."""
    if any(getattr(record, name) != value for name, value in sent.items()):
        raise DomainError(_("This record was already sent for another broadcast. Open the page again."))
    return record


def programme_seconds(version: BulletinVersion, cut: str = Length.FULL) -> float:
    """Length of the broadcast, or of a shorter one, as loudspeakers play it, seconds."""
    rendition = current_renditions(programme_of(version, cut)).get("horn")
    if rendition is None or not rendition.duration:
        raise DomainError(_("The sound of this version is not ready."))
    return rendition.duration


@transaction.atomic
def void_airing(*, airing: Airing, actor, reason: str) -> Airing:
    """Says that a record was a mistake; it stays readable with its reason and counts no more."""
    if not may(actor, "campaigns.log_airing", airing.commune):
        raise PermissionDenied
    if not reason.strip():
        raise DomainError(_("Say in a few words why this record is wrong."))
    airing = Airing.objects.select_for_update().get(pk=airing.pk)
    if airing.voided_at is None:
        airing.voided_at, airing.voided_by, airing.void_reason = timezone.now(), actor, reason.strip()[:200]
        airing.save(update_fields=["voided_at", "voided_by", "void_reason"])
    return airing


@transaction.atomic
def report_missed(
    *,
    operator,
    commune: AdministrativeUnit,
    month: date,
    reason: str,
    client_uuid: uuid.UUID,
    note: str = "",
    client_time: datetime | None = None,
    clock_offset: int | None = None,
) -> MissedBroadcast:
    """Records why a commune cannot broadcast this month. Sending it twice is harmless, as in log_airing."""
    if not may(operator, "campaigns.log_airing", commune):
        raise PermissionDenied
    if reason not in MissedBroadcast.Reason.values:
        raise DomainError(_("Choose a reason."))
    if reason == MissedBroadcast.Reason.OTHER and not note.strip():
        raise DomainError(_("Say in a few words what is needed."))
    if first_of_month(month) > first_of_month(timezone.localdate()):
        raise DomainError(_("That month has not begun."))
    said = {
        "commune": commune, "month": first_of_month(month), "reason": reason, "note": note.strip()[:200],
        "operator": operator,
    }  # fmt: skip
    missed, created = MissedBroadcast.objects.get_or_create(
        client_uuid=client_uuid, defaults=said | {"client_time": client_time, "clock_offset": clock_offset}
    )
    if not created:
        return _same(missed, **said)
    # A line of the repair list: the reason is somebody's work.
    open_repair(
        actor=operator, commune=commune, reason=reason, note=note, client_uuid=uuid.uuid5(client_uuid, "repair"),
        missed=missed,
    )  # fmt: skip
    return missed
