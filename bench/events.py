"""The season of 30 July at full size: 94 kits by the worker's own function, their papers and prints, the event page.

    .venv/bin/python bench/events.py

Makes a database of its own in a temporary folder (or in the one of DATABASE_URL, as a test database) with the communes of
1 July 2025. Times are those of one process; memory is its largest size before and after the kits were made.
"""

import gzip
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="bench-events-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

RUNS = 15


def largest() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def median(act) -> float:
    """The median of RUNS runs after a first one, ms."""
    act()
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def main() -> None:
    from campaigns.models import Bulletin, Event
    from campaigns.season import kits, seasons
    from media import jobs
    from people.roles import Role
    from places.loading import load_places
    from places.models import AdministrativeUnit
    from tests.campaigns.making import make_language
    from tests.campaigns.season.making import make_season
    from tests.factories import make_user

    load_places()
    make_language()
    city = AdministrativeUnit.objects.current().get(level="province")
    author = make_user(role=Role.COMMUNICATOR, area=city)
    season = make_season(author, area=city)
    before = largest()
    job = seasons.make_kits(season=season, actor=author)
    began = time.perf_counter()
    assert jobs.run(job.pk)
    took = time.perf_counter() - began
    after = largest()
    assert (Event.objects.count(), Bulletin.objects.count()) == (94, 94)
    seasons.make_kits(season=season, actor=author)
    began = time.perf_counter()
    assert jobs.run(job.pk)
    again = time.perf_counter() - began
    assert (Event.objects.count(), Bulletin.objects.count()) == (94, 94)

    event = Event.objects.select_related("season__hotline", "season__area", "commune").first()
    event.place = "Sân vận động xã"
    seasons.change_event(event=event, actor=author)
    seasons.publish_event(event=event, actor=author)
    papers = median(lambda: [kits.paper(event, kind) for kind in kits.PAPERS]) / len(kits.PAPERS)
    prints = median(lambda: [kits.print_pdf(event, kind) for kind in kits.PRINTS]) / len(kits.PRINTS)
    client, address = Client(), reverse("events:event", args=[event.pk])
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)
        count = len(queries)
    shown = median(lambda: client.get(address))
    text = "\n".join(
        [
            f"# Season of 30 July ({connection.vendor}, {timezone.localdate():%Y-%m-%d})", "",
            f"| what | figure |\n|---|---:|\n| 94 kits (event, texts, loudspeaker bulletin) in one job | {took:.1f} s |",
            f"| the same job again, nothing to make | {again:.2f} s |",
            f"| largest memory before and after the kits | {before:.0f} MB, {after:.0f} MB |",
            f"| one paper (.docx), median | {papers:.0f} ms |", f"| one print (PDF), median | {prints:.0f} ms |",
            f"| event page for a stranger | {count} queries, {shown:.0f} ms, {len(gzip.compress(page.content)) / 1000:.1f} kB compressed |",
            "", "Papers and prints are made when somebody asks for them, so that they say what the event says that day.",
        ]
    ) + "\n"  # fmt: skip
    print(text)
    (ROOT / "bench/results/events.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        main()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
