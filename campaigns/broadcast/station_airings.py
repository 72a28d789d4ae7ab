"""What smart loudspeakers report: many airings in one sending, each exactly once, each refused on its own in words."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.broadcast.airings import check_airing, minutes_of, programme_seconds
from campaigns.models import Airing, Bulletin, BulletinVersion, Length, Proof, SpeakerCluster, StationKey
from core.errors import DomainError
from places.models import AdministrativeUnit

# A clock that has lost its battery says 1970; beyond these years dates cannot even be reckoned with.
YEARS = range(2020, 2100)


@dataclass(frozen=True)
class Report:
    """One airing as a device says it. `clusters`: ids, or None for all that the station has in use."""

    client_uuid: uuid.UUID
    version: int
    aired_at: datetime
    plays: int
    clusters: tuple[int, ...] | None = None
    client_time: datetime | None = None
    cut: str = Length.FULL


@dataclass(frozen=True)
class Outcome:
    """status: "recorded", "known" (sent before) or "refused", with the reason in words."""

    client_uuid: uuid.UUID
    status: str
    message: str = ""


def log_from_station(*, key: StationKey, reports: list[Report]) -> list[Outcome]:
    """Records a sending, in its order. The same again records nothing again; two at once record it once."""
    try:
        return _log(key, reports)
    except IntegrityError:
        # The same sending came at the same moment and was first; now its rows are there to be found.
        return _log(key, reports)


def _log(key: StationKey, reports: list[Report]) -> list[Outcome]:
    # All reading is done before the transaction begins: on SQLite nobody else writes during one.
    desk = _Desk(key, reports)
    outcomes = [desk.take(report) for report in reports]
    if desk.fresh:
        named = Airing.clusters.through
        with transaction.atomic():
            Airing.objects.bulk_create(desk.fresh)
            named.objects.bulk_create(
                named(airing_id=airing.pk, speakercluster_id=cluster.pk)
                for airing in desk.fresh
                for cluster in airing.named
            )
    return outcomes


@dataclass
class _Desk:
    """What is asked of the database once for a whole sending."""

    key: StationKey
    reports: list[Report]
    fresh: list[Airing] = field(default_factory=list)

    def __post_init__(self):
        station = self.key.station
        ids = {report.version for report in self.reports}
        versions = BulletinVersion.objects.filter(pk__in=ids).select_related("bulletin", "programme")
        self.versions = {version.pk: version for version in versions}
        wanted = [report.client_uuid for report in self.reports]
        self.known = {airing.client_uuid: airing for airing in self._sent_before(wanted)}
        clusters = SpeakerCluster.objects.filter(station=station).select_related("station")
        self.clusters = {cluster.pk: cluster for cluster in clusters}
        self.units: dict[date, AdministrativeUnit] = {}
        self.families: dict[int, set[int]] = {}
        self.addressed: dict[int, set[int]] = {}
        self.seconds: dict[tuple[int, str], float] = {}

    def _sent_before(self, wanted: list[uuid.UUID]):
        return Airing.objects.filter(client_uuid__in=wanted).select_related("station_key").order_by()

    def take(self, report: Report) -> Outcome:
        try:
            status = self._take(report)
        except DomainError as refusal:
            return Outcome(report.client_uuid, "refused", str(refusal))
        return Outcome(report.client_uuid, status)

    def _take(self, report: Report) -> str:
        version = self.versions.get(report.version)
        known = self.known.get(report.client_uuid)
        if known is not None:
            station = known.station_key and known.station_key.station_id
            said = (known.version_id, known.aired_at, known.plays, known.cut, station)
            if said != (report.version, report.aired_at, report.plays, report.cut, self.key.station_id):
                raise DomainError(_("This record was already sent for another broadcast."))
            return "known"
        if report.aired_at.year not in YEARS:
            raise DomainError(_("The device's clock is wrong. Set it, then send this airing again with its true time."))
        # What was never released is nobody's to know of.
        if version is None or version.state != BulletinVersion.State.RELEASED:
            raise DomainError(_("There is no such programme."))
        commune = self._commune(timezone.localdate(report.aired_at))
        named = self._clusters(report)
        check_airing(
            version=version, commune=commune, aired_at=report.aired_at, plays=report.plays, clusters=named,
            family=self._family(commune), is_addressed=lambda: version.bulletin_id in self._addressed(commune),
        )  # fmt: skip
        played = (version.pk, report.cut)
        if played not in self.seconds:
            self.seconds[played] = programme_seconds(version, report.cut)
        airing = Airing(
            client_uuid=report.client_uuid, version=version, commune=commune, aired_at=report.aired_at,
            aired_on=timezone.localdate(report.aired_at), plays=report.plays, cut=report.cut, station_key=self.key,
            minutes=minutes_of(self.seconds[played], report.plays), client_time=report.client_time,
            proof=Proof.STATION,
        )  # fmt: skip
        airing.named = named
        self.fresh.append(airing)
        self.known[report.client_uuid] = airing
        return "recorded"

    def _clusters(self, report: Report) -> list[SpeakerCluster]:
        if report.clusters is None:
            return [cluster for cluster in self.clusters.values() if cluster.is_active]
        if set(report.clusters) - set(self.clusters):
            raise DomainError(_("These loudspeakers belong to another station."))
        return [self.clusters[pk] for pk in dict.fromkeys(report.clusters)]

    def _commune(self, day: date) -> AdministrativeUnit:
        """What the station's commune was, or has become, on that day."""
        if day not in self.units:
            home = self.key.station.commune
            if not home.is_valid(day):
                heirs = AdministrativeUnit.objects.filter(pk=home.pk).successors(on=day)
                home = heirs.order_by("name").first() or home
            self.units[day] = home
        return self.units[day]

    def _family(self, commune: AdministrativeUnit) -> set[int]:
        if commune.pk not in self.families:
            self.families[commune.pk] = AdministrativeUnit.objects.family(commune)
        return self.families[commune.pk]

    def _addressed(self, commune: AdministrativeUnit) -> set[int]:
        if commune.pk not in self.addressed:
            mine = Bulletin.objects.addressed_to(commune, self._family(commune))
            asked = {version.bulletin_id for version in self.versions.values()}
            self.addressed[commune.pk] = set(mine.filter(pk__in=asked).order_by().values_list("pk", flat=True))
        return self.addressed[commune.pk]
