"""The log for the province's source system: its fields, its two forms, and what happens when the other side does not answer."""

import csv
import io
import json
import threading
import uuid
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast import source_log
from campaigns.broadcast.airings import log_airing, void_airing
from campaigns.models import Airing, SourceDelivery, SpeakerCluster, Station
from config import env
from media import jobs
from media.models import Job
from people.roles import Role
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_user

pytestmark = pytest.mark.django_db
FIELDS = [
    "NguonID", "TenNguon", "DichID", "TenDich", "CumLoaID", "TenThietBi", "BanTinID", "LoaiBanTin", "MucDoUuTien",
    "TieuDe", "LoaiLinhVuc", "NoiDungTomTat", "ThoiGianSanXuat", "ThoiLuong", "TacGia", "ThoiDiemBatDau", "TiepAm",
    "NguonTiepAm", "NoiDung",
]  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_mapping():
    source_log.mapping.cache_clear()
    yield
    source_log.mapping.cache_clear()


@pytest.fixture
def commune():
    return make_commune("Xã Nguồn")


@pytest.fixture
def operator(commune):
    return make_user(role=Role.RADIO_OPERATOR, area=commune)


def air(operator, commune, clusters=(), **fields) -> Airing:
    version = make_released(theme="=HYPERLINK(thử)", priority="priority")
    made = log_airing(
        operator=operator, version=version, commune=commune, aired_at=None, plays=2, client_uuid=uuid.uuid4(),
        clusters=list(clusters),
    )  # fmt: skip
    Airing.objects.filter(pk=made.pk).update(received_at=timezone.now() - timedelta(hours=2))
    return made


@pytest.fixture
def clusters(commune):
    station = Station.objects.create(commune=commune, name="Đài N")
    return [SpeakerCluster.objects.create(station=station, name=f"Cụm {n}") for n in (1, 2)]


def test_each_airing_stands_once_for_each_cluster_in_the_named_fields(client, commune, operator, clusters):
    airing = air(operator, commune, clusters)
    air(operator, commune)
    client.force_login(operator)
    found = json.loads(client.get(reverse("campaigns:source_export", args=["json"])).content)
    assert [list(row) for row in found] == [FIELDS] * 3
    assert [row["TenThietBi"] for row in found] == ["Cụm 1", "Cụm 2", ""]
    first = found[0]
    assert (first["TenDich"], first["MucDoUuTien"], first["ThoiLuong"], first["LoaiLinhVuc"]) == (
        "Xã Nguồn", 2, 90, "Phòng, chống mua bán người",
    )  # fmt: skip
    assert first["ThoiDiemBatDau"] == timezone.localtime(airing.aired_at).isoformat()
    answer = client.get(reverse("campaigns:source_export", args=["csv"]))
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [list(row) for row in table] == [FIELDS] * 3
    assert table[0]["NoiDungTomTat"] == "'=HYPERLINK(thử)"


def test_the_file_ends_at_the_readers_area(client, commune, operator):
    airing = air(operator, commune)
    address = reverse("campaigns:source_export", args=["json"])
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn")))
    assert json.loads(client.get(address).content) == []
    client.force_login(make_user(role=Role.TRANSLATOR))
    assert client.get(address).status_code == 403
    client.force_login(operator)
    assert client.get(address, {"thang": "2026-99"}).status_code == 404
    void_airing(airing=airing, actor=operator, reason="nhầm")
    assert json.loads(client.get(address).content) == []


def test_another_vendors_names_are_a_file(settings, tmp_path, operator, commune):
    chosen = {"id": "airing_id", "length": "seconds", "field": "=x"}
    (tmp_path / "map.json").write_text(json.dumps(chosen))
    settings.SOURCE_LOG_MAPPING = str(tmp_path / "map.json")
    airing = air(operator, commune)
    assert source_log.rows(Airing.objects.all()) == [{"id": str(airing.client_uuid), "length": 90, "field": "x"}]
    assert source_log.check_mapping() == []


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"a": "nobody"}', '{"a": 1}'])
def test_a_mapping_that_cannot_be_meant_stops_the_start(settings, tmp_path, text):
    (tmp_path / "map.json").write_text(text)
    settings.SOURCE_LOG_MAPPING = str(tmp_path / "map.json")
    assert [error.id for error in source_log.check_mapping()] == ["campaigns.E001"]


@pytest.mark.parametrize("value", ["http://example.org/x", "ftp://example.org", "example.org", "https://"])
def test_an_address_in_the_open_is_refused(monkeypatch, value):
    monkeypatch.setenv("SOURCE_LOG_URL", value)
    with pytest.raises(ImproperlyConfigured):
        env.web_address("SOURCE_LOG_URL", "-")


@pytest.fixture
def other_side(settings):
    """A source system that answers with the codes it is given, then with 200."""

    class Server(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.got.append((self.headers, body))
            self.send_response(server.codes.pop(0) if server.codes else 200)
            if server.elsewhere:
                self.send_header("Location", server.elsewhere)
            self.end_headers()
            self.wfile.write("lỗi thử".encode())

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Server)
    server.got, server.codes, server.elsewhere = [], [], ""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SOURCE_LOG_URL = f"http://127.0.0.1:{server.server_port}/log"
    settings.SOURCE_LOG_TOKEN = "thu"
    yield server
    server.shutdown()
    server.server_close()


def work(times: int = 1) -> None:
    for _ in range(times):
        Job.objects.update(not_before=timezone.now())
        for job in Job.objects.filter(kind="source-log", state="queued"):
            jobs.run(job.pk)


def test_airings_are_sent_once_with_their_number(commune, operator, other_side):
    air(operator, commune)
    young = air(operator, commune)
    Airing.objects.filter(pk=young.pk).update(received_at=timezone.now())
    assert (source_log.collect(), source_log.collect()) == (1, 0)
    work(2)
    delivery = SourceDelivery.objects.get()
    ((headers, body),) = other_side.got
    assert (delivery.state, headers["Authorization"], headers["Idempotency-Key"]) == (
        "sent", "Bearer thu", f"delivery-{delivery.pk}",
    )  # fmt: skip
    assert len(json.loads(body)) == 1


def test_a_server_that_is_down_is_tried_again_and_then_waits_for_a_person(client, commune, operator, other_side):
    air(operator, commune)
    source_log.collect()
    other_side.codes = [503] * 3
    work(3)
    delivery = SourceDelivery.objects.get()
    assert delivery.state == "waiting"
    other_side.codes = [503] * 9
    work(9)
    delivery.refresh_from_db()
    assert (delivery.state, "503" in delivery.reason, len(other_side.got)) == ("dead", True, 12)
    address = reverse("campaigns:source_resend", args=[delivery.pk])
    client.force_login(operator)
    assert client.get(reverse("campaigns:source_log")).status_code == 403
    assert client.post(address).status_code == 403
    with pytest.raises(PermissionDenied):
        source_log.resend(delivery=delivery, actor=operator)
    client.force_login(make_user(role=Role.ADMINISTRATOR))
    assert "503" in client.get(reverse("campaigns:source_log")).content.decode()
    assert client.post(address).status_code == 302
    work()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("sent", "")
    assert client.post(address).status_code == 302
    work()
    assert len(other_side.got) == 13


def test_a_refusal_is_not_repeated_and_a_redirect_not_followed(commune, operator, other_side):
    air(operator, commune)
    source_log.collect()
    other_side.codes = [422]
    work(3)
    delivery = SourceDelivery.objects.get()
    assert (delivery.state, delivery.reason, len(other_side.got)) == ("dead", "HTTP 422: lỗi thử", 1)
    other_side.elsewhere, other_side.codes = f"http://127.0.0.1:{other_side.server_port}/else", [307]
    source_log.resend(delivery=delivery, actor=make_user(role=Role.ADMINISTRATOR))
    work()
    assert len(other_side.got) == 2


def test_a_table_is_sent_where_that_is_asked_for(settings, commune, operator, other_side):
    settings.SOURCE_LOG_FORMAT = "csv"
    air(operator, commune)
    source_log.collect()
    work()
    ((headers, body),) = other_side.got
    assert headers["Content-Type"].startswith("text/csv")
    assert body.decode("utf-8-sig").splitlines()[0].split(",") == FIELDS


def test_nothing_is_collected_where_no_system_is_set_up(commune, operator):
    air(operator, commune)
    assert source_log.collect() == 0
    assert not SourceDelivery.objects.exists()
