"""The airing log for the provincial source information system ("hệ thống thông tin nguồn").

The official text of its interface was not to be had; one vendor's field names stand here as the default. Which of our facts
goes into which field is a JSON file (SOURCE_LOG_MAPPING): {"NguonID": "station_id", "LoaiLinhVuc": "=Phòng, chống …"};
a value with "=" in front is written as it is. The file is checked when the platform starts.
"""

import csv
import io
import json
import urllib.error
import urllib.request
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from campaigns.broadcast.scripts import script_to_read
from campaigns.models import Airing, Bulletin, SourceDelivery
from core.errors import DomainError
from media import jobs
from media.models import Job
from people.permissions import may

DEFAULT_MAPPING = {
    "NguonID": "source_id", "TenNguon": "source_name", "DichID": "commune_id", "TenDich": "commune_name",
    "CumLoaID": "cluster_id", "TenThietBi": "cluster_name", "BanTinID": "version_id", "LoaiBanTin": "kind",
    "MucDoUuTien": "priority", "TieuDe": "title", "LoaiLinhVuc": "=Phòng, chống mua bán người",
    "NoiDungTomTat": "summary", "ThoiGianSanXuat": "produced_at", "ThoiLuong": "seconds", "TacGia": "author",
    "ThoiDiemBatDau": "started_at", "TiepAm": "relayed", "NguonTiepAm": "relay_source", "NoiDung": "text",
}  # fmt: skip
FACTS = {
    "source_id", "source_name", "station_id", "station_name", "commune_id", "commune_name", "cluster_id", "cluster_name",
    "airing_id", "version_id", "kind", "priority", "title", "summary", "language", "produced_at", "released_at",
    "seconds", "plays", "minutes", "author", "started_at", "relayed", "relay_source", "text",
}  # fmt: skip
BATCH = 200
# What a commune logs late still goes; what is older than this was never meant for the other side.
LOOK_BACK = timedelta(days=62)
# An airing may be voided as a mistake before it leaves the house.
SETTLING = timedelta(hours=1)
ATTEMPTS = 12
_PRIORITY = {Bulletin.Priority.NORMAL: 1, Bulletin.Priority.PRIORITY: 2, Bulletin.Priority.EMERGENCY: 3}


@cache
def mapping() -> dict[str, str]:
    """Field of the source system → our fact."""
    if settings.SOURCE_LOG_MAPPING == "-":
        return DEFAULT_MAPPING
    found = json.loads(Path(settings.SOURCE_LOG_MAPPING).read_text())
    if not isinstance(found, dict) or not found:
        raise ValueError("the mapping must be a JSON object of field names")
    unknown = sorted(
        str(fact) for fact in found.values() if not isinstance(fact, str) or (fact not in FACTS and fact[:1] != "=")
    )
    if unknown:
        raise ValueError(f"unknown facts {', '.join(unknown)}; known are {', '.join(sorted(FACTS))}")
    return found


@register
def check_mapping(**_kwargs) -> list[Error]:
    try:
        mapping()
    except (OSError, ValueError) as error:
        return [Error(f"SOURCE_LOG_MAPPING: {error}", id="campaigns.E001")]
    return []


def _facts(airing: Airing, cluster, text: str) -> dict:
    version, bulletin = airing.version, airing.version.bulletin
    station = cluster.station if cluster else airing.station_key and airing.station_key.station
    return {
        "source_id": bulletin.area_id, "source_name": bulletin.area.name,
        "station_id": station.pk if station else "", "station_name": station.name if station else "",
        "commune_id": airing.commune_id, "commune_name": airing.commune.name,
        "cluster_id": cluster.pk if cluster else "", "cluster_name": cluster.name if cluster else "",
        "airing_id": str(airing.client_uuid), "version_id": version.pk,
        "kind": bulletin.priority, "priority": _PRIORITY[bulletin.priority],
        "title": bulletin.title, "summary": bulletin.theme, "language": version.language.tag,
        "produced_at": bulletin.created_at.isoformat(), "released_at": version.released_at.isoformat(),
        "seconds": round(float(airing.minutes) * 60 / airing.plays), "plays": airing.plays, "minutes": float(airing.minutes),
        "author": bulletin.author.name, "started_at": timezone.localtime(airing.aired_at).isoformat(),
        "relayed": False, "relay_source": "", "text": text,
    }  # fmt: skip


def rows(airings) -> list[dict]:
    """One row for each airing on each cluster it names (one where it names none), in the fields of the mapping."""
    found, texts = [], {}
    chosen = mapping()
    airings = airings.select_related(
        "commune", "version__language", "version__bulletin__area", "version__bulletin__author",
        "version__bulletin__hotline", "station_key__station",
    ).prefetch_related("clusters__station")  # fmt: skip
    for airing in airings:
        if airing.version_id not in texts:
            entries = script_to_read(airing.version)["entries"] if "text" in chosen.values() else []
            texts[airing.version_id] = "\n".join(e["text"] or e["source"] for e in entries if e["text"] or e["source"])
        for cluster in list(airing.clusters.all()) or [None]:
            facts = _facts(airing, cluster, texts[airing.version_id])
            found.append({name: fact[1:] if fact[:1] == "=" else facts[fact] for name, fact in chosen.items()})
    return found


def as_json(found: Iterable[dict]) -> bytes:
    return json.dumps(list(found), ensure_ascii=False).encode()


def as_csv(found: Iterable[dict]) -> bytes:
    """With a mark in front by which spreadsheets know UTF-8; a text that begins like a formula stays a text."""
    out = io.StringIO()
    table = csv.DictWriter(out, list(mapping()))
    table.writeheader()
    for row in found:
        table.writerow({name: _plain(value) for name, value in row.items()})
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(value):
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value


# Sending --------------------------------------------------------------------------------------------------------


@transaction.atomic
def collect() -> int:
    """Puts airings that no delivery holds into deliveries of at most BATCH, each with its job; how many airings."""
    if settings.SOURCE_LOG_URL == "-":
        return 0
    now = timezone.now()
    fresh = Airing.objects.counted().filter(
        received_at__gte=now - LOOK_BACK, received_at__lte=now - SETTLING, source_deliveries=None
    )
    found = list(fresh.order_by("received_at", "pk").values_list("pk", flat=True)[: 20 * BATCH])
    for start in range(0, len(found), BATCH):
        delivery = SourceDelivery.objects.create()
        delivery.airings.set(found[start : start + BATCH])
        job = jobs.enqueue("source-log", str(delivery.pk), {"delivery": delivery.pk})
        Job.objects.filter(pk=job.pk).update(max_attempts=ATTEMPTS)
    return len(found)


@transaction.atomic
def resend(*, delivery: SourceDelivery, actor) -> None:
    """Sends a delivery that was not taken once more, with fresh attempts."""
    if not may(actor, "campaigns.see_source_log"):
        raise PermissionDenied
    if SourceDelivery.objects.filter(pk=delivery.pk, state=SourceDelivery.State.DEAD).update(
        state="waiting", reason=""
    ):
        jobs.retry_job(jobs.enqueue("source-log", str(delivery.pk), {"delivery": delivery.pk}))


def _failed(args: dict, reason: str) -> None:
    last = Job.objects.filter(key=f"source-log:{args['delivery']}").values_list("reason", flat=True).first()
    SourceDelivery.objects.filter(pk=args["delivery"]).update(state=SourceDelivery.State.DEAD, reason=last or reason)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What was meant for one address is not carried to another."""

    def redirect_request(self, *_args, **_kwargs):
        return None


@jobs.handles("source-log", on_failure=_failed)
def send_job(args: dict):
    """Posts one delivery. Its number goes along, so that the other side can know a repetition."""
    delivery = SourceDelivery.objects.get(pk=args["delivery"])
    found = rows(delivery.airings.counted().order_by("received_at", "pk"))
    as_table = settings.SOURCE_LOG_FORMAT == "csv"
    headers = {
        "Content-Type": "text/csv; charset=utf-8" if as_table else "application/json",
        "Idempotency-Key": f"delivery-{delivery.pk}",
        "User-Agent": "safe-villages",
    }
    if settings.SOURCE_LOG_TOKEN != "-":  # noqa: S105
        headers["Authorization"] = f"Bearer {settings.SOURCE_LOG_TOKEN}"
    body = as_csv(found) if as_table else as_json(found)
    request = urllib.request.Request(settings.SOURCE_LOG_URL, body, headers, method="POST")  # noqa: S310
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=30) as answer:
            answer.read(1000)
    except urllib.error.HTTPError as error:
        said = error.read(300).decode("utf-8", "replace")
        # A refusal of what we sent does not get better by repeating; busy or broken may.
        if 400 <= error.code < 500 and error.code not in (401, 403, 408, 409, 425, 429):
            raise DomainError(f"HTTP {error.code}: {said}") from None
        raise

    def finish() -> None:
        SourceDelivery.objects.filter(pk=delivery.pk).update(
            state=SourceDelivery.State.SENT, sent_at=timezone.now(), reason=""
        )

    return finish
