"""Broadcasting at a country's size: the month's board, its packs, broken downloads, airings that arrive at once.

    DATABASE_URL=… .venv/bin/python bench/broadcast.py board|packs|downloads|airings

`board` and `packs` want the database of bench/seed_broadcast.py; `downloads` and `airings` add a little of their own to
it. Every figure is printed beside what it is judged by; bench/results/broadcast.md keeps them.
"""

import argparse
import hashlib
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="bench-broadcast-"))
os.environ["STATION_API_RATE"] = "1000000/m"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

RUNS = 40


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95) - 1]


def timed(act, before=None, runs: int = RUNS) -> tuple[list[float], list[float]]:
    """Milliseconds of `runs` calls, after one that warms up: by the clock on the wall, and of this process's own work.
    `before` each of them something is done that does not count.

    On a machine shared with others the second is what the code costs (on SQLite the database's work is in it).
    """
    act()
    wall, own = [], []
    for _ in range(runs):
        if before:
            before()
        began, worked = time.perf_counter(), time.process_time()
        act()
        wall.append((time.perf_counter() - began) * 1000)
        own.append((time.process_time() - worked) * 1000)
    return wall, own


def board() -> None:
    """The board's page and the desk's, for a province's manager, the nation's and an operator; then with fewer months."""
    import config.wsgi  # noqa: F401  the collector as the server keeps it
    from campaigns.models import Airing
    from people.models import User
    from people.roles import Role

    people = {
        "nation, 3,321 communes": User.objects.filter(memberships__role=Role.PROGRAMME_MANAGER).order_by("pk").first(),
        "province, 98 communes": User.objects.filter(memberships__role=Role.PROGRAMME_MANAGER).order_by("-pk").first(),
    }
    pages = [(name, person, reverse("reports:coverage")) for name, person in people.items()]
    pages.insert(1, ("the same, order and sums counted anew", pages[0][1], pages[0][2]))
    operator = User.objects.filter(memberships__role=Role.RADIO_OPERATOR).order_by("pk").first()
    pages.append(("an operator's desk", operator, reverse("campaigns:desk")))
    print(
        f"{connection.vendor}: {Airing.objects.count():,} airings; page, queries, bytes, median and p95 of {RUNS} in ms (wanted: p95 ≤ 150), the same of our own work; load {os.getloadavg()[0]:.1f}"
    )
    for name, person, address in pages:
        client = Client()
        client.force_login(person)
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(connection) as queries:
            size = len(client.get(address).content)
            count = len(queries)
        before = cache.clear if "anew" in name else None
        wall, own = timed(lambda: client.get(address), before)  # noqa: B023
        print(f"| {name} | {count} | {size:,} | {statistics.median(wall):.0f} | {p95(wall):.0f} | "
              f"{statistics.median(own):.0f} | {p95(own):.0f} |", flush=True)  # fmt: skip


def packs() -> None:
    """One build, then all that a country asks for in a month."""
    from campaigns.broadcast import packs as made
    from campaigns.models import Pack
    from media import jobs
    from media.models import Job, Programme, Rendition
    from media.storage import absolute
    from places.models import AdministrativeUnit

    month = timezone.localdate().replace(day=1)
    # A five-minute programme at 128 kb/s is 4.8 MB, at 64 kb/s 2.4 MB.
    programmes = Programme.objects.filter(versions__bulletin__month=month)
    for rendition in Rendition.objects.filter(programme__in=programmes, profile__in=made.PROFILES):
        data = random.Random(rendition.pk).randbytes(4_800_000 if rendition.profile == "horn" else 2_400_000)
        absolute(rendition.path).parent.mkdir(parents=True, exist_ok=True)
        absolute(rendition.path).write_bytes(data)
        Rendition.objects.filter(pk=rendition.pk).update(size=len(data), sha256=hashlib.sha256(data).hexdigest())

    def forget():
        Pack.versions.through.objects.all().delete()
        Pack.objects.all().delete()
        Job.objects.filter(kind="pack").delete()

    singles = []
    for _ in range(5):
        forget()
        made.prepare(month)
        job = Job.objects.filter(kind="pack").order_by("pk").first()
        began = time.perf_counter()
        assert jobs.run(job.pk)
        singles.append(time.perf_counter() - began)
    whole = []
    for _ in range(3):
        forget()
        began = time.perf_counter()
        made.prepare(month)
        for pk in list(Job.objects.filter(kind="pack").values_list("pk", flat=True)):
            jobs.run(pk)
        whole.append(time.perf_counter() - began)
    communes = AdministrativeUnit.objects.current().communes().count()
    ready = Pack.objects.filter(state="ready").count()
    one, all_of_them = statistics.median(singles), statistics.median(whole)
    print(f"{connection.vendor}: one build {one * 1000:.0f} ms; {communes:,} communes × 2 sizes from nothing: {ready} files, "
          f"{all_of_them * 1000:.0f} ms = {all_of_them / one:.1f} builds (wanted: ≤ 5)")  # fmt: skip


def _serve() -> tuple[subprocess.Popen, int]:
    """The platform's own server (waitress, as bin/run starts it) in a process of its own, with SQLite as durable as it is
    there (the tests' settings switch that off)."""
    code = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'site')!r}]\n"
        "from django.conf import settings\n"
        "options = settings.DATABASES['default'].get('OPTIONS', {})\n"
        "options.update({k: v.replace(' PRAGMA synchronous=OFF;', '') for k, v in options.items() if k == 'init_command'})\n"
        "from config.wsgi import application\nfrom waitress.server import create_server\n"
        "server = create_server(application, host='127.0.0.1', port=0, threads=8, connection_limit=1000)\n"
        "print(server.effective_port, flush=True)\nserver.run()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=os.environ | {"LOG_LEVEL": "ERROR"}
    )
    return process, int(process.stdout.readline())


def _fetch(port: int, path: str, seed: int) -> tuple[str, int]:
    """(sha256, connections) of a download that loses one connection in ten, at a random byte, and resumes."""
    draw, got, tag, tries = random.Random(seed), b"", "", 0
    while True:
        tries += 1
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        headers = {"Range": f"bytes={len(got)}-", "If-Range": tag} if got else {}
        link.request("GET", path, headers=headers)
        answer = link.getresponse()
        if answer.status == 416:
            break
        assert answer.status == (206 if got else 200), answer.status
        tag, left = answer.headers["ETag"], int(answer.headers["Content-Length"])
        # Every first connection of one in ten is cut; so is one in ten of those that resume.
        cut = draw.randrange(left) if draw.random() < 0.1 else None
        while block := answer.read(min(65_536, left if cut is None else max(0, cut))):
            got += block
            left -= len(block)
            if cut is not None:
                cut -= len(block)
                if cut <= 0:
                    break
        link.close()
        if left == 0:
            break
    return hashlib.sha256(got).hexdigest(), tries


def downloads() -> None:
    """200 at once, each over connections of which one in ten is cut."""
    from campaigns.models import Pack

    pack = Pack.objects.filter(state="ready", profile="horn").first()
    path = reverse("pack:download", args=[pack.key, "thang_usb.zip"])
    process, port = _serve()
    try:
        with ThreadPoolExecutor(200) as pool:
            began = time.perf_counter()
            found = list(pool.map(lambda seed: _fetch(port, path, seed), range(200)))
            took = time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()
    cuts = sum(tries - 1 for _sha, tries in found)
    whole = sum(sha == pack.sha256 for sha, _tries in found)
    print(f"{connection.vendor}: 200 parallel downloads of {pack.size / 1e6:.1f} MB, {cuts} cut and resumed: {whole} whole by sha256, "
          f"{took:.1f} s, {200 * pack.size / took / 1e6:.0f} MB/s")  # fmt: skip
    assert whole == 200


def airings(each: int = 1500) -> None:
    """Smart loudspeakers report through HTTP: one airing a request, and 50 a request; then all of it twice again."""
    from campaigns.broadcast.station_keys import make_key
    from campaigns.models import Airing, BulletinVersion, Station, StationKey
    from people.models import User
    from people.roles import Role

    manager = User.objects.filter(memberships__role=Role.PROGRAMME_MANAGER).order_by("pk").first()
    stations = list(Station.objects.select_related("commune").order_by("pk")[:8])
    StationKey.objects.filter(airings=None).delete()
    secrets = [make_key(actor=manager, station=station)[1] for station in stations]
    version = BulletinVersion.objects.released().order_by("-released_at", "-pk").first()
    moment = timezone.now().isoformat()
    process, port = _serve()

    def post(secret: str, sendings: list[list[dict]]) -> list[str]:
        link, said = http.client.HTTPConnection("127.0.0.1", port, timeout=120), []
        for rows in sendings:
            link.request(
                "POST",
                "/api/v1/airings",
                json.dumps({"airings": rows}),
                {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"},
            )
            answer = link.getresponse()
            body = answer.read()
            assert answer.status == 200, body
            said += [row["status"] for row in json.loads(body)["results"]]
        return said

    try:
        for size in (1, 50):
            count = each // len(secrets) // size
            work = [
                [
                    [{"id": str(uuid.uuid4()), "version": version.pk, "aired_at": moment} for _ in range(size)]
                    for _ in range(count)
                ]
                for _ in secrets
            ]
            before = Airing.objects.count()
            for name in ("first", "again", "once more"):
                began = time.perf_counter()
                with ThreadPoolExecutor(len(secrets)) as pool:
                    said = [status for one in pool.map(post, secrets, work) for status in one]
                took = time.perf_counter() - began
                print(f"{connection.vendor}: {size} a request, {name}: {len(said)} airings, {len(said) / took:.0f} a second, "
                      f"{said.count('recorded')} recorded, {said.count('known')} known, {said.count('refused')} refused", flush=True)  # fmt: skip
            assert Airing.objects.count() - before == count * size * len(secrets)
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["board", "packs", "downloads", "airings"])
    setup_test_environment()
    settings.ALLOWED_HOSTS.append("testserver")
    act = {"board": board, "packs": packs, "downloads": downloads, "airings": airings}[parser.parse_args().what]
    act()
    connections.close_all()


if __name__ == "__main__":
    main()
