"""The JSON interface of smart loudspeakers: which programmes to fetch, and what was played.

A station shows its key as `Authorization: Bearer …`. The OpenAPI 3.1 document is at /api/v1/openapi.json.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import override
from ninja import NinjaAPI, Schema
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle
from pydantic import AwareDatetime, ConfigDict, Field

from campaigns.broadcast import feeds, packs
from campaigns.broadcast.airings import CLOCK_TOLERANCE
from campaigns.broadcast.month import offers, read_shorter, ready_files
from campaigns.broadcast.station_airings import YEARS, Report, log_from_station
from campaigns.broadcast.station_keys import key_of
from campaigns.models import BulletinVersion, StationKey
from campaigns.querysets import first_of_month
from media.audio import PROFILES
from media.models import Programme
from places.models import AdministrativeUnit

BATCH = 100
Row = Annotated[int, Field(ge=1, le=2**63 - 1)]


class StationBearer(HttpBearer):
    """A station's key (campaigns.broadcast.station_keys)."""

    def authenticate(self, request: HttpRequest, token: str) -> StationKey | None:
        return key_of(token) if token.isascii() and len(token) <= 100 else None


class OneStation(AuthRateThrottle):
    """So many requests a minute for each key."""

    def get_cache_key(self, request: HttpRequest) -> str:
        return self.cache_format % {"scope": self.scope, "ident": f"station-key-{request.auth.pk}"}


api = NinjaAPI(
    title="Safe Villages: smart loudspeakers",
    version="1.0.0",
    description="Programmes of the month for one station, and airings reported back. Times are RFC 3339 with an offset. "
    "Sending a report twice is harmless: its UUID makes it one.",
    docs_url=None,
    urls_namespace="api",
    auth=StationBearer(),
    throttle=[OneStation(settings.STATION_API_RATE)],
)


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class Cluster(Schema):
    id: Row
    name: str
    in_use: bool


class StationOut(Schema):
    id: Row
    name: str
    commune: str
    technology: str
    clusters: list[Cluster]
    server_time: AwareDatetime


class File(Schema):
    profile: str
    type: str
    url: str
    size: Annotated[int, Field(description="bytes")]
    sha256: str


class ShorterOut(Schema):
    cut: Annotated[Literal["180", "60"], Field(description="what an airing of it names; at most so many seconds")]
    seconds: float
    files: list[File]


class ProgrammeOut(Schema):
    version: Annotated[Row, Field(description="what an airing names")]
    title: str
    language: Annotated[str, Field(description="BCP 47")]
    priority: Literal["normal", "priority", "emergency"]
    seconds: float
    released_at: AwareDatetime
    files: Annotated[list[File], Field(description="best for loudspeakers first; downloads resume by byte ranges")]
    shorter: Annotated[list[ShorterOut], Field(description="the same in less time, where there is such a one")]


class MonthOut(Schema):
    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    programmes: Annotated[list[ProgrammeOut], Field(description="in playing order")]
    packs: Annotated[list[File], Field(description="the whole month as one ZIP")]


class AiringIn(Strict):
    id: Annotated[UUID, Field(description="made by the device, once for each airing")]
    version: Row
    aired_at: AwareDatetime
    plays: Annotated[int, Field(ge=1, le=50)] = 1
    cut: Annotated[Literal["full", "180", "60"], Field(description="how much of it was played")] = "full"
    clusters: Annotated[
        list[Row] | None, Field(max_length=200, description="ids; without them, all that the station has in use")
    ] = None


class AiringsIn(Strict):
    airings: Annotated[list[AiringIn], Field(min_length=1, max_length=BATCH)]
    sent_at: Annotated[AwareDatetime | None, Field(description="the device's clock at sending")] = None


class Result(Schema):
    id: UUID
    status: Literal["recorded", "known", "refused"]
    message: str


class AiringsOut(Schema):
    results: Annotated[list[Result], Field(description="in the order of the sending")]
    server_time: AwareDatetime
    clock_is_wrong: Annotated[bool, Field(description="the device's clock differs by more than five minutes")]


class Problem(Schema):
    detail: str


_REFUSED = {401: Problem, 429: Problem}


def _commune(key: StationKey) -> AdministrativeUnit:
    """The commune of today that the station serves."""
    home = key.station.commune
    if home.is_valid():
        return home
    return AdministrativeUnit.objects.filter(pk=home.pk).successors().order_by("name").first() or home


@api.get("/station", response={200: StationOut, **_REFUSED}, operation_id="station")
def station(request):
    """Who this key belongs to: for the installer's first test."""
    row = request.auth.station
    return {
        "id": row.pk, "name": row.name, "commune": _commune(request.auth).name, "technology": row.technology,
        "clusters": [{"id": c.pk, "name": c.name, "in_use": c.is_active} for c in row.clusters.all()],
        "server_time": timezone.now(),
    }  # fmt: skip


def _files(version: BulletinVersion, programme: Programme, length: str = "") -> list[dict]:
    """What a loudspeaker can fetch of a programme, the best first."""
    ready = ready_files(programme)
    return [
        {
            "profile": file.profile, "type": PROFILES[file.profile].content_type, "size": file.size, "sha256": file.sha256,
            "url": feeds.sound_address(version, file, length), "seconds": file.duration,
        }
        for file in (ready[name] for name in feeds.FIRST_FOR_LOUDSPEAKERS if name in ready)
    ]  # fmt: skip


@api.get("/programmes", response={200: MonthOut, **_REFUSED}, operation_id="programmes")
def programmes(request, month: Annotated[str, Field(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")] | None = None):
    """What to play in a month (`2026-11`; this month without one), in playing order."""
    today = timezone.localdate()
    first = datetime.strptime(month, "%Y-%m").date() if month else first_of_month(today)
    asked = offers(_commune(request.auth), first)
    read_shorter([offer.version for _bulletin, of_one in asked for offer in of_one if offer.version])
    found = []
    for bulletin, of_one in asked:
        for offer in of_one:
            if offer.version is None:
                continue
            files = _files(offer.version, offer.version.programme)
            found.append(
                {
                    "version": offer.version.pk, "title": bulletin.title, "language": offer.language.tag,
                    "priority": bulletin.priority, "seconds": files[0]["seconds"] if files else 0,
                    "released_at": offer.version.released_at,
                    "files": files,
                    "shorter": [
                        {"cut": cut.length, "seconds": of_cut[0]["seconds"], "files": of_cut}
                        for cut in offer.version.shorter.all()
                        if (of_cut := _files(offer.version, cut.programme, cut.length))
                    ],
                }
            )  # fmt: skip
    whole = [
        {
            "profile": pack.profile, "type": "application/zip", "size": pack.size, "sha256": pack.sha256,
            "url": feeds.absolute(packs.address(pack, _commune(request.auth))),
        }
        for pack in packs.packs_of(asked)
    ]  # fmt: skip
    return {"month": f"{first:%Y-%m}", "programmes": found, "packs": whole}


@api.post("/airings", response={200: AiringsOut, **_REFUSED}, operation_id="report_airings")
def report_airings(request, sending: AiringsIn):
    """Reports up to 100 airings. Each is recorded, known already or refused on its own; the answer keeps their order."""
    now, sent_at = timezone.now(), sending.sent_at
    clock_is_wrong = sent_at is not None and abs(sent_at - now) > CLOCK_TOLERANCE
    if sent_at is not None and sent_at.year not in YEARS:
        sent_at = None
    reports = [
        Report(
            one.id, one.version, one.aired_at, one.plays, one.clusters if one.clusters is None else tuple(one.clusters),
            sent_at, one.cut,
        )
        for one in sending.airings
    ]  # fmt: skip
    # Devices have no language; whoever installs them reads Vietnamese.
    with override(settings.LANGUAGE_CODE):
        outcomes = log_from_station(key=request.auth, reports=reports)
    return {
        "results": [{"id": o.client_uuid, "status": o.status, "message": o.message} for o in outcomes],
        "server_time": now,
        "clock_is_wrong": clock_is_wrong,
    }
