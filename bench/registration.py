"""A thousand people register within a minute for 300 seats, over real HTTP: never 301, the line in order, nothing lost.

    .venv/bin/python bench/registration.py
    DATABASE_URL=postgres://postgres@127.0.0.1:5432/bench_registration .venv/bin/python bench/registration.py

Makes a test database of its own (a SQLite file in WAL mode with full synchronisation, or PostgreSQL) and starts waitress with
8 threads on a free port of the loopback, in this process. 24 clients open the form and send it, each person from an address of
their own (as behind one trusted proxy), so that every guard of the form is on: the signed note, its three seconds, the pace.
Every tenth person presses twice. While the last hundred register, every tenth of the first hundred gives the seat up.
"""

import http.client
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="bench-registration-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
os.environ["TRUSTED_PROXY_COUNT"] = "1"

import django  # noqa: E402
from django.conf import settings  # noqa: E402

options = settings.DATABASES["default"]
if options["ENGINE"].endswith("sqlite3"):
    # As in the field: what was confirmed survives a power cut.
    options["OPTIONS"]["init_command"] = options["OPTIONS"]["init_command"].replace("PRAGMA synchronous=OFF;", "")
# The proxy speaks http to this process, and says so for each person.
settings.SECURE_PROXY_SSL_HEADER = None
django.setup()

from django.db import connection, connections  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

PEOPLE, SEATS, WAITING, CLIENTS, GIVE_UP = 1000, 300, 800, 24, 10
NOTE = re.compile(rb'name="note" value="([^"]+)"')


def address_of(person: int) -> str:
    return f"10.{person // 62500}.{person // 250 % 250}.{person % 250 + 1}"


class Crowd:
    """What each person was told, and how long it took."""

    def __init__(self, port: int, event: int):
        self.port, self.form = port, reverse("events:register", args=[event])
        self.notes: dict[int, str] = {}
        self.tickets: dict[int, str] = {}
        self.statuses: Counter = Counter()
        self.times: list[float] = []
        self.lock = threading.Lock()

    def ask(self, link, person: int, path: str, body: dict | None = None):
        headers = {"X-Forwarded-For": address_of(person)}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        link.request("GET" if body is None else "POST", path, urlencode(body or {}) or None, headers)
        answer = link.getresponse()
        return answer, answer.read()

    def open_form(self, link, person: int) -> None:
        answer, page = self.ask(link, person, self.form)
        self.notes[person] = NOTE.search(page)[1].decode()
        assert answer.getheader("Set-Cookie") is None

    def send(self, link, person: int) -> None:
        body = {
            "note": self.notes[person], "kind": "person", "name": f"Người {person}", "unit": "", "people": 1,
            "contact": f"nguoi{person}@thu.example",
        }  # fmt: skip
        for _press in range(2 if person % 10 == 0 else 1):
            began = time.perf_counter()
            answer, _page = self.ask(link, person, self.form, body)
            with self.lock:
                self.times.append((time.perf_counter() - began) * 1000)
                self.statuses[answer.status] += 1
                self.tickets[person] = answer.getheader("Location") or ""

    def all_at_once(self, act, people: list[int]) -> float:
        """Seconds that CLIENTS threads took for `act` of every person, in the people's order."""
        waiting = iter(people)

        def client() -> None:
            link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            while True:
                with self.lock:
                    person = next(waiting, None)
                if person is None:
                    return link.close()
                act(link, person)

        threads = [threading.Thread(target=client) for _n in range(CLIENTS)]
        began = time.perf_counter()
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        return time.perf_counter() - began


def main() -> None:
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application
    from waitress.server import create_server

    from campaigns.models import Registration, Seating
    from campaigns.season import bots, registrations, seasons
    from media.models import Job
    from people.roles import Role
    from tests.campaigns.making import make_language
    from tests.campaigns.season.making import make_season, published
    from tests.factories import make_commune, make_user

    make_language()
    author, commune = make_user(role=Role.COMMUNICATOR), make_commune()
    event = published(seasons.make_kit(season=make_season(author), commune=commune, actor=author)[0], author)
    registrations.set_seating(event=event, actor=author, seats=SEATS, waiting_places=WAITING)
    server = create_server(
        StaticFilesHandler(get_wsgi_application()), host="127.0.0.1", port=0, threads=8, trusted_proxy="127.0.0.1",
        trusted_proxy_headers={"x-forwarded-for"}, trusted_proxy_count=1, clear_untrusted_proxy_headers=False,
    )  # fmt: skip
    threading.Thread(target=server.run, daemon=True).start()
    crowd = Crowd(server.effective_port, event.pk)
    everybody = list(range(PEOPLE))
    opened = crowd.all_at_once(crowd.open_form, everybody)
    time.sleep(bots.FASTEST)
    load, busy = os.getloadavg()[0], time.process_time()
    took = crowd.all_at_once(crowd.send, everybody[:-100])
    first = [crowd.tickets[person] for person in range(0, 100, GIVE_UP)]
    giving = threading.Thread(target=lambda: _give_up(crowd, first))
    giving.start()
    took += crowd.all_at_once(crowd.send, everybody[-100:])
    giving.join()
    busy = time.process_time() - busy
    server.close()
    server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)

    # What the rows say.
    rows = list(event.registrations.order_by("number").values_list("number", "state"))
    seating = Seating.objects.get(event=event)
    states = Counter(state for _number, state in rows)
    booked = [number for number, state in rows if state == "booked"]
    waiting = [number for number, state in rows if state == "waiting"]
    assert [number for number, _state in rows] == list(range(1, PEOPLE + 1)), "a registration is lost or doubled"
    assert states == {"booked": SEATS, "waiting": PEOPLE - SEATS - len(first), "cancelled": len(first)}, states
    assert (seating.taken, seating.waiting) == (states["booked"], states["waiting"])
    assert max(booked) < min(waiting), "somebody was overtaken"
    assert Registration.objects.exclude(state="cancelled").count() == len(set(crowd.tickets.values())) - len(first)
    assert set(crowd.statuses) == {302}, crowd.statuses
    letters = Job.objects.filter(kind="event-notice").count()
    assert letters == PEOPLE + len(first), letters

    times = sorted(crowd.times)
    half, most = statistics.median(times), times[int(len(times) * 0.95)]
    rate = (PEOPLE + PEOPLE // 10) / took
    line = (
        f"| {connection.vendor} | {opened:.1f} s | {took:.1f} s | {busy:.1f} s | {load:.0f} | {rate:.0f} | {half:.0f} ms | {most:.0f} ms | "
        f"{states['booked']} | {states['waiting']} | {states['cancelled']} | {letters} | {timezone.localdate():%Y-%m-%d} |"
    )
    print(line)
    _write(line)
    assert took <= 60, f"{took:.1f} s, of which this process was busy {busy:.1f} s"


def _give_up(crowd: Crowd, tickets: list[str]) -> None:
    link = http.client.HTTPConnection("127.0.0.1", crowd.port, timeout=60)
    for ticket in tickets:
        answer, _page = crowd.ask(link, 0, ticket, {"act": "cancel"})
        assert answer.status == 302, answer.status
    connections.close_all()


def _write(line: str) -> None:
    """One row a database; the other's stays."""
    path = ROOT / "bench/results/registration.md"
    kept = (
        [
            row
            for row in path.read_text(encoding="utf-8").splitlines()
            if row.startswith(("| sqlite |", "| postgresql |"))
        ]
        if path.exists()
        else []
    )
    rows = sorted([row for row in kept if row.split("|")[1] != line.split("|")[1]] + [line], reverse=True)
    text = f"""# {PEOPLE:,} registrations for {SEATS} seats

{PEOPLE:,} people over HTTP from {CLIENTS} clients, every tenth pressing twice; {GIVE_UP} of the first give their seat up meanwhile.
No request failed, no number in the line is missing or doubled, nobody was overtaken, and every change has its letter.

| database | all forms opened | all registered | of them busy | load of the machine | requests a second | median | 95 % | seats given | waiting | given up | letters | on |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|
"""
    path.write_text(
        text
        + "\n".join(rows)
        + "\n\nOn 2 cores shared with others; clients and server in one process. “Busy” is the processor time of both: what is more is waiting, for the disk\nor for others: the load is how many programs wanted one of the two cores when it began.\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        main()
    finally:
        connections.close_all()
        connection.creation.destroy_test_db(name, verbosity=0)
