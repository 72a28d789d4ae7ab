"""The coverage board at full size: 94 communes × 12 months × 2 languages of airings, as people see it.

    .venv/bin/python bench/board.py

Makes a database of its own in a temporary folder (or in the one of DATABASE_URL, as a test database), fills it with the
communes of 1 July 2025, 15 settlements and 5 loudspeaker clusters each and 2 airings a month, and prints queries, the
median time of 15 runs and sizes. The floor is the same query for the airings, read without building anything.
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="bench-board-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

RUNS, CLUSTERS, SETTLEMENTS = 15, 5, 15


def fill():
    """94 communes that aired two versions in each of the last twelve months, on all their clusters."""
    from campaigns.models import Airing, SpeakerCluster, Station
    from people.roles import Role
    from places.loading import load_places
    from places.models import AdministrativeUnit, Settlement
    from reports.coverage import months_until
    from tests.campaigns.released import make_released
    from tests.factories import make_user

    load_places()
    today = timezone.localdate()
    city = AdministrativeUnit.objects.current().get(level="province")
    communes = list(AdministrativeUnit.objects.within(city).communes())
    operator = make_user(role=Role.RADIO_OPERATOR, area=city)
    manager = make_user(role=Role.PROGRAMME_MANAGER, area=city)
    months = months_until(today)
    early = timezone.now() - timedelta(days=400)
    versions = [make_released(tag=tag, area=city, released_at=early, month=months[0]) for tag in ("vi", "ktv")]
    settlements, stations, clusters = [], [], []
    for commune in communes:
        stations.append(Station(commune=commune, name="Đài"))
        settlements += [
            Settlement(commune=commune, name=f"Thôn {n}", valid_from="2025-07-01") for n in range(SETTLEMENTS)
        ]
    settlements = Settlement.objects.bulk_create(settlements)
    stations = Station.objects.bulk_create(stations)
    clusters = SpeakerCluster.objects.bulk_create(
        SpeakerCluster(station=station, name=f"Cụm {n}") for station in stations for n in range(CLUSTERS)
    )
    heard, named = SpeakerCluster.settlements.through, Airing.clusters.through
    heard.objects.bulk_create(
        heard(speakercluster_id=clusters[place * CLUSTERS + n % CLUSTERS].pk, settlement_id=settlements[place * SETTLEMENTS + n].pk)
        for place in range(len(communes)) for n in range(SETTLEMENTS)
    )  # fmt: skip
    airings = []
    for month in months:
        day = min(month.replace(day=1), today)
        moment = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 0, 1))
        airings += [
            (place, Airing(version=version, commune=commune, aired_at=moment, aired_on=day, plays=2, minutes=Decimal("3.00"), operator=operator, received_at=moment))
            for place, commune in enumerate(communes) for version in versions
        ]  # fmt: skip
    made = Airing.objects.bulk_create([airing for _place, airing in airings])
    named.objects.bulk_create(
        named(airing_id=airing.pk, speakercluster_id=clusters[place * CLUSTERS + n].pk)
        for airing, (place, _) in zip(made, airings, strict=True) for n in range(CLUSTERS)
    )  # fmt: skip
    return manager, len(made), len(made) * CLUSTERS


def measured(act):
    """(what `act` returns, its queries, the median time of RUNS further runs in ms)."""
    with CaptureQueriesContext(connection) as queries:
        found = act()
        count = len(queries)
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return found, count, statistics.median(times)


def main() -> None:
    import gzip

    from campaigns.models import Airing
    from people.models import User
    from people.permissions import areas_for, may
    from reports.coverage import board, communes_on
    from reports.spreadsheet import coverage_xlsx

    manager, airings, named = fill()
    today = timezone.localdate()

    def computed():
        person = User(pk=manager.pk)
        assert may(person, "reports.see_coverage")
        return board(communes=communes_on(areas_for(person, "reports.see_coverage"), today), on=today)

    def floor():
        return list(
            Airing.objects.order_by().values_list(
                "pk", "commune_id", "aired_on", "plays", "minutes", "version__language__tag", "clusters"
            )
        )

    client = Client()
    client.force_login(manager)
    page_of = lambda name: client.get(reverse(name))  # noqa: E731
    rows = [
        ("reading the airings (floor)", *measured(floor)),
        ("rights and board", *measured(computed)),
        ("the page", *measured(lambda: page_of("reports:coverage"))),
        ("the spreadsheet", *measured(lambda: page_of("reports:coverage_file"))),
    ]
    found, page = rows[1][1], rows[2][1]
    assert len(found.rows) == 94
    assert found.latest.aired == 94
    assert page.status_code == 200
    lines = [
        f"# Coverage board ({connection.vendor}, {today:%Y-%m-%d})", "",
        f"94 communes × 12 months × 2 languages: {airings} airings naming {named} clusters, {94 * SETTLEMENTS} settlements. Median of {RUNS} runs.", "",
        "| | queries | ms |", "|---|---:|---:|",
        *(f"| {name} | {queries} | {ms:.0f} |" for name, _found, queries, ms in rows), "",
        f"Page: {len(page.content) / 1000:.0f} kB, {len(gzip.compress(page.content)) / 1000:.1f} kB compressed. "
        f"Spreadsheet: {len(coverage_xlsx(found)) / 1000:.0f} kB.", "",
        '"Rights and board" counts the query for the reader\'s memberships. The page adds the session, the reader, the choices of',
        "the two filters and, when it is not cached, the hotline strip.",
    ]  # fmt: skip
    text = "\n".join(lines) + "\n"
    print(text)
    (ROOT / "bench/results/board.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        main()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
