"""The yearly reports at full size: 94 communes with a year of facts, their reports signed and sent, added up in one job.

    .venv/bin/python bench/reports.py

Makes a database of its own in a temporary folder (or in the one of DATABASE_URL, as a test database) with the communes of
1 July 2025. Every commune has 12 airings, 24 sessions, 6 settlements and 4 pledges in the period. Times are those of one process.
"""

import os
import resource
import statistics
import sys
import tempfile
import time
import uuid
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="bench-reports-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

RUNS = 5


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


def queries(act) -> int:
    with CaptureQueriesContext(connection) as found:
        act()
    return len(found)


def fill(communes, operator) -> None:
    from campaigns.models import Airing, DirectSession, Pledge, RolledPlan, Rollout
    from places.models import Settlement
    from tests.campaigns.released import make_released

    now = timezone.now()
    version = make_released(
        area=communes[0].parent, released_at=now - timedelta(days=400), month=(now - timedelta(days=400)).date()
    )
    plan = RolledPlan.objects.create(
        area=communes[0].parent, number="1", name="Kế hoạch", starts_on="2025-07-01", ends_on="2030-12-31"
    )
    homes = Settlement.objects.bulk_create(
        Settlement(commune=one, name=f"Thôn {n}", valid_from="2025-07-01", search_key=f"thon {n}")
        for one in communes
        for n in range(6)
    )
    airings, sessions = [], []
    for one in communes:
        for month in range(12):
            at = now - timedelta(days=15 + 28 * month)
            airings.append(
                Airing(version=version, commune=one, aired_at=at, aired_on=timezone.localdate(at), plays=3,
                       minutes=Decimal("18.00"), operator=operator, received_at=at, client_uuid=uuid.uuid4())
            )  # fmt: skip
            for twice in range(2):
                at -= timedelta(days=twice)
                sessions.append(
                    DirectSession(client_uuid=uuid.uuid4(), commune=one, held_at=at, held_on=timezone.localdate(at), attendees=40,
                                  women=22, children=5, minority=30, leaflets=35, recorded_by=operator, received_at=at)
                )  # fmt: skip
    Airing.objects.bulk_create(airings)
    DirectSession.objects.bulk_create(sessions)
    day = timezone.localdate() - timedelta(days=60)
    Rollout.objects.bulk_create(
        Rollout(plan=plan, settlement=home, done_on=day, form="meeting", evidence="BB", recorded_by=operator,
                received_at=now - timedelta(days=60)) for home in homes[::2]
    )  # fmt: skip
    Pledge.objects.bulk_create(
        Pledge(settlement=home, number=20, signed_on=day, recorded_by=operator, received_at=now - timedelta(days=60))
        for home in homes
    )


def main() -> None:
    from media import jobs
    from people.roles import Role
    from places.loading import load_places
    from places.models import AdministrativeUnit
    from reports import consolidation, papers, writing
    from reports.content import content
    from reports.form_loading import load_forms
    from reports.models import Report, ReportForm, ReportingPeriod, ReportRequest
    from tests.factories import make_user
    from tests.reports.making import fresh, make_people, sent

    load_places()
    city = AdministrativeUnit.objects.current().get(level="province")
    load_forms(area=city)
    communes = list(AdministrativeUnit.objects.within(city).communes().select_related("parent"))
    fill(communes, make_user(role=Role.RADIO_OPERATOR, area=city))
    today = timezone.localdate()
    period = ReportingPeriod.objects.create(
        area=city, name="năm", starts_on=(today - timedelta(days=364)).replace(day=1), ends_on=today - timedelta(days=1)
    )
    forms = {form.level: form for form in ReportForm.objects.all()}
    below = ReportRequest.objects.create(period=period, form=forms["commune"], due_on=today + timedelta(days=9))
    above = ReportRequest.objects.create(
        period=period, form=forms["province"], due_on=today + timedelta(days=14), adds_up=below
    )
    began = time.perf_counter()
    last = None
    for one in communes:
        last = sent(below, one, make_people(one))
    each = (time.perf_counter() - began) / len(communes)
    manager = make_user(role=Role.PROGRAMME_MANAGER, area=city)
    began = time.perf_counter()
    whole = writing.begin(actor=manager, request=above, unit=city)
    opened = time.perf_counter() - began
    before = largest()
    job = consolidation.order(actor=manager, report=whole)
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as asked:
        assert jobs.run(job.pk)
    took, asked = time.perf_counter() - began, len(asked)
    print(f"94 reports added up: {took:.1f} s, {asked} queries; one report {each:.2f} s", flush=True)
    added = whole.consolidations.get()
    assert sum(bool(one["report"]) for one in added.units) == 94
    sessions = next(one for one in content(fresh(whole))["sections"][2]["lines"] if one["label"].startswith("Buổi"))
    assert (sessions["part"], sessions["area_part"]) == (24 * 94, 24 * 94)
    client = Client()
    client.force_login(manager)
    pages = {}
    for name, args in (
        ("desk", ()),
        ("board", (below.pk,)),
        ("report", (last.pk,)),
        ("report", (whole.pk,)),
        ("units", (whole.pk,)),
    ):
        address = reverse(f"reports:{name}", args=args)
        client.get(address)
        pages[f"{name} {'of the province' if args == (whole.pk,) else ''}".strip()] = (
            queries(lambda address=address: client.get(address)), median(lambda address=address: client.get(address)),
        )  # fmt: skip
    said = content(fresh(whole))
    word, paper, table = (
        median(act) for act in (lambda: papers.report_docx(said), lambda: papers.report_pdf(said), lambda: papers.report_xlsx(said, added.units))
    )  # fmt: skip
    lines = "\n".join(f"| page: {name} | {count} queries, {took_:.0f} ms |" for name, (count, took_) in pages.items())
    text = "\n".join(
        [
            f"# Yearly reports ({connection.vendor}, {today:%Y-%m-%d})", "",
            "94 communes, each with a year of facts; one report each, written, signed and sent.", "", "| what | figure |\n|---|---:|",
            f"| **94 reports added up into the province's, in one job** | **{took:.1f} s** (wanted ≤ 30), {asked} queries |",
            f"| memory before and after | {before:.0f} MB, {largest():.0f} MB |",
            f"| one report begun, filled in, signed and sent | {each:.2f} s |",
            f"| the province's report begun, its own figures counted | {opened:.2f} s |", lines,
            f"| its .docx, .pdf, .xlsx with a row for each commune | {word:.0f}, {paper:.0f}, {table:.0f} ms |", "",
            "The job counts the province's own figures anew, reads 94 frozen reports and adds them up; the sum of the communes' sessions was",
            "checked against the province's own count in the same run.", "",
        ]
    )  # fmt: skip
    assert Report.objects.sent().count() == 94
    print(text)
    (ROOT / "bench/results/reports.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        main()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
