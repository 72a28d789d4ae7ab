"""The register of loudspeakers: a commune's own stations, and those of the communes that merged into it.

What an airing said stays true: when the settlements that hear a cluster change, the cluster that airings name goes out of
use as it was, and a new one of the same name takes its place.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from campaigns.models import BroadcastSlot, Repair, SpeakerCluster, Station
from core.errors import DomainError
from people.permissions import may
from places.models import AdministrativeUnit, Settlement


def clusters_of(family: set[int]) -> list[SpeakerCluster]:
    """Loudspeaker clusters in use of these communes' stations, by station and name; `is_broken`: it, or its station, waits
    for a repair."""
    waiting = Repair.objects.open().filter(
        Q(cluster=OuterRef("pk")) | Q(cluster=None, station=OuterRef("station")),
    )
    return list(
        SpeakerCluster.objects.filter(station__commune__in=family, is_active=True, station__is_active=True)
        .annotate(is_broken=Exists(waiting))
        .select_related("station")
        .order_by("station__name", "station_id", "name")
    )


def cluster_choices(clusters: list[SpeakerCluster]) -> list[tuple[int, str]]:
    """(id, name) for a form; the station's name stands in front where there are several."""
    several = len({cluster.station_id for cluster in clusters}) > 1
    return [(c.pk, (f"{c.station.name}: {c.name}" if several else c.name) + _state(c)) for c in clusters]


def _state(cluster: SpeakerCluster) -> str:
    return " " + _("(out of order)") if cluster.is_broken else ""


@transaction.atomic
def save_station(*, actor, station: Station) -> Station:
    """Enters or changes a station of the actor's area; `station` is a filled and checked row."""
    if not may(actor, "campaigns.keep_stations", station.commune):
        raise PermissionDenied
    station.save()
    return station


@transaction.atomic
def save_cluster(
    *, actor, cluster: SpeakerCluster, settlements: list[Settlement], correction: bool = False
) -> SpeakerCluster:
    """Enters or changes a cluster; `cluster` is a filled and checked row. Returns the row in use from now on.

    `correction`: the list of settlements was wrong from the beginning, so earlier airings are counted by the new one.
    """
    if not may(actor, "campaigns.keep_stations", cluster.station.commune):
        raise PermissionDenied
    family = AdministrativeUnit.objects.family(cluster.station.commune)
    later = set(
        AdministrativeUnit.objects.filter(pk=cluster.station.commune_id).successors().values_list("pk", flat=True)
    )
    near = family.union(*AdministrativeUnit.objects.filter(pk__in=later).ancestry().values())
    if any(settlement.commune_id not in near for settlement in settlements):
        raise DomainError(_("These settlements belong to another commune."))
    if cluster.pk and not correction and _heard_differently(cluster, settlements) and cluster.airings.exists():
        old = cluster.pk
        SpeakerCluster.objects.filter(pk=old).update(is_active=False)
        cluster.pk, cluster._state.adding = None, True
        cluster.save()
        Repair.objects.open().filter(cluster=old).update(cluster=cluster)
    else:
        cluster.save()
    cluster.settlements.set(settlements)
    return cluster


def _heard_differently(cluster: SpeakerCluster, settlements: list[Settlement]) -> bool:
    return set(cluster.settlements.values_list("pk", flat=True)) != {settlement.pk for settlement in settlements}


@transaction.atomic
def save_slot(*, actor, slot: BroadcastSlot) -> BroadcastSlot:
    """Enters an hour of the week in which a station broadcasts; `slot` is a filled and checked row."""
    if not may(actor, "campaigns.keep_stations", slot.station.commune):
        raise PermissionDenied
    slot.save()
    return slot


@transaction.atomic
def delete_slot(*, actor, slot: BroadcastSlot) -> None:
    if not may(actor, "campaigns.keep_stations", slot.station.commune):
        raise PermissionDenied
    slot.delete()


# Reading the register -------------------------------------------------------------------------------------------


@dataclass
class Register:
    """A commune's loudspeakers. `unheard`: settlements that no cluster in use reaches; `settlements`: how many there are."""

    stations: list[Station]
    unheard: list[Settlement]
    settlements: int

    @property
    def heard(self) -> int:
        return self.settlements - len(self.unheard)


def register_of(commune: AdministrativeUnit) -> Register:
    """Stations with their clusters, settlements and open repairs (`station.waiting`, `cluster.waiting`). Seven queries."""
    family = AdministrativeUnit.objects.family(commune)
    clusters = SpeakerCluster.objects.filter(is_active=True).prefetch_related("settlements")
    found = list(
        Station.objects.filter(commune__in=family)
        .select_related("commune")
        .prefetch_related(
            Prefetch("clusters", clusters, to_attr="in_use"),
            Prefetch("repairs", Repair.objects.open(), to_attr="waiting"),
            "slots",
        )
        .order_by("-is_active", "name", "pk")
    )
    for station in found:
        for cluster in station.in_use:
            cluster.waiting = [r for r in station.waiting if r.cluster_id == cluster.pk]
        station.whole = [r for r in station.waiting if r.cluster_id is None]
    reached = {s.pk for station in found if station.is_active for c in station.in_use for s in c.settlements.all()}
    here = list(Settlement.objects.current().filter(commune__in=family).order_by("name"))
    return Register(found, [s for s in here if s.pk not in reached], len(here))


@dataclass
class Line:
    """A commune in the list of an area."""

    commune: AdministrativeUnit
    stations: set[int] = field(default_factory=set)
    settlements: set[int] = field(default_factory=set)
    heard: set[int] = field(default_factory=set)
    repairs: int = 0


def overview(communes) -> list[Line]:
    """The register of an area, commune by commune (a queryset). Six queries whatever the size."""
    units = list(communes.order_by("name"))
    lines = {unit.pk: Line(unit) for unit in units}
    owners: dict[int, list[Line]] = defaultdict(list)
    for unit_id, members in AdministrativeUnit.objects.filter(pk__in=lines).ancestry().items():
        for member in members:
            owners[member].append(lines[unit_id])
    for pk, commune in Station.objects.filter(commune__in=owners, is_active=True).values_list("pk", "commune"):
        for line in owners[commune]:
            line.stations.add(pk)
    for pk, commune in Settlement.objects.current().filter(commune__in=owners).values_list("pk", "commune"):
        for line in owners[commune]:
            line.settlements.add(pk)
    covered = SpeakerCluster.settlements.through.objects.filter(
        speakercluster__is_active=True, speakercluster__station__is_active=True,
        speakercluster__station__commune__in=owners,
    )  # fmt: skip
    for settlement, commune in covered.values_list("settlement", "speakercluster__station__commune"):
        for line in owners[commune]:
            if settlement in line.settlements:
                line.heard.add(settlement)
    for commune in Repair.objects.open().filter(commune__in=owners).values_list("commune", flat=True):
        for line in owners[commune]:
            line.repairs += 1
    return list(lines.values())
