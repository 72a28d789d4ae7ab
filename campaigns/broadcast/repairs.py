"""The repair list: what keeps loudspeakers silent, and when it was mended. Lines are opened and closed, never edited."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import MissedBroadcast, Repair, SpeakerCluster, Station
from core.errors import DomainError
from people.permissions import may
from places.models import AdministrativeUnit


@transaction.atomic
def open_repair(
    *,
    actor,
    commune: AdministrativeUnit,
    reason: str,
    client_uuid: uuid.UUID,
    note: str = "",
    station: Station | None = None,
    cluster: SpeakerCluster | None = None,
    missed: MissedBroadcast | None = None,
) -> Repair:
    """A new line. Sending it twice is harmless; a cluster brings its station along."""
    if not may(actor, "campaigns.keep_stations", commune):
        raise PermissionDenied
    if reason not in MissedBroadcast.Reason.values:
        raise DomainError(_("Choose a reason."))
    if reason == MissedBroadcast.Reason.OTHER and not note.strip():
        raise DomainError(_("Say in a few words what is needed."))
    station = cluster.station if cluster else station
    if station and station.commune_id not in AdministrativeUnit.objects.family(commune):
        raise DomainError(_("These loudspeakers belong to another commune."))
    said = {"commune": commune, "station": station, "cluster": cluster, "reason": reason, "note": note.strip()[:200]}
    repair, _new = Repair.objects.get_or_create(
        client_uuid=client_uuid, defaults=said | {"missed": missed, "opened_by": actor}
    )
    return repair


@transaction.atomic
def close_repair(*, repair: Repair, actor) -> Repair:
    """Mended. The line stays readable; a second tap changes nothing."""
    if not may(actor, "campaigns.keep_stations", repair.commune):
        raise PermissionDenied
    Repair.objects.filter(pk=repair.pk, closed_at=None).update(closed_at=timezone.now(), closed_by=actor)
    repair.refresh_from_db()
    return repair
