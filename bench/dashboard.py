"""The plan on one screen, with five years of data: queries, and how long the page takes.

    .venv/bin/python bench/dashboard.py [--communes 94] [--times 2] [--sessions 30000] [--officers 20000]

Makes a database of its own in a temporary folder (with DATABASE_URL: fills that empty database): the communes of
bench/seed_broadcast.py with 60 months of broadcasts in two languages, each aired `--times`, direct sessions spread over five
years, a plan with its three targets, officers with a duty that asks for one course, four of five certified. Then the manager
of all of it asks for the dashboard 40 times, with the collector as the server keeps it. `--keep` leaves a filled database
alone and only measures.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site"), str(ROOT / "bench")]
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="bench-dashboard-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
RUNS = 40


def sessions(count: int) -> None:
    from django.utils import timezone

    from campaigns.models import DirectSession
    from people.models import User
    from places.models import AdministrativeUnit

    draw, actor = random.Random(30), User.objects.order_by("pk").first()
    communes = list(AdministrativeUnit.objects.current().communes().values_list("pk", flat=True))
    now, rows = timezone.now(), []
    for number in range(count):
        at = now - timedelta(days=draw.randrange(1, 1800))
        heads = draw.randrange(20, 120)
        rows.append(
            DirectSession(
                commune_id=communes[number % len(communes)], held_at=at, held_on=timezone.localdate(at), attendees=heads,
                women=heads // 2, children=heads // 5, minority=heads // 3, recorded_by=actor, received_at=at,
            )
        )  # fmt: skip
    DirectSession.objects.bulk_create(rows, batch_size=2000)


def later_airings(times: int) -> None:
    """Every programme `times` in all, nine hours apart, over the same loudspeakers."""
    from campaigns.models import Airing

    rows, named = list(Airing.objects.order_by("pk")), Airing.clusters.through
    heard = dict(named.objects.values_list("airing", "speakercluster"))
    firsts = [row.pk for row in rows]
    for _again in range(times - 1):
        for row in rows:
            row.pk, row._state.adding, row.client_uuid = None, True, uuid.uuid4()
            row.aired_at += timedelta(hours=9)
        made = Airing.objects.bulk_create(rows, batch_size=2000)
        named.objects.bulk_create(
            (named(airing_id=one.pk, speakercluster_id=heard[first]) for first, one in zip(firsts, made, strict=True) if first in heard),
            batch_size=5000,
        )  # fmt: skip


def plan() -> None:
    """A plan with the three targets, rolled out to every second settlement."""
    from django.utils import timezone

    from campaigns.models import RolledPlan, Rollout
    from people.models import User
    from places.models import AdministrativeUnit, Settlement
    from reports.models import Clause, Plan, Target

    today, actor = timezone.localdate(), User.objects.order_by("pk").first()
    area = AdministrativeUnit.objects.current().filter(level="province").first()
    span = {"starts_on": today - timedelta(days=1800), "ends_on": today + timedelta(days=400)}
    made = Plan.objects.create(code="bench", title="Thử", area=area, **span)
    clause = Clause.objects.create(plan=made, ref="I", kind="task", text="Thử", position=0, serves=["plan"])
    for position, key in enumerate(("roll-out", "broadcast-months", "officers-trained")):
        Target.objects.create(
            plan=made, clause=clause, code=key, name=key, formula="a ÷ b", indicator=key, goal=100, position=position
        )
    rolled = RolledPlan.objects.create(area=area, number="1", name="Thử", **span)
    Rollout.objects.bulk_create(
        (
            Rollout(
                plan=rolled, settlement_id=pk, done_on=today - timedelta(days=n % 1000), form="meeting", evidence="x",
                recorded_by=actor, received_at=timezone.now() - timedelta(days=n % 1000),
            )
            for n, pk in enumerate(Settlement.objects.values_list("pk", flat=True)) if n % 2
        ),
        batch_size=2000,
    )  # fmt: skip


def officers(count: int) -> None:
    from django.utils import timezone

    from courses.models import Certificate, Register, Requirement
    from people.models import Membership, User
    from people.roles import Role
    from places.models import AdministrativeUnit
    from tests.courses.making import make_course
    from tests.factories import make_duty, make_organisation

    today, communes = timezone.localdate(), list(AdministrativeUnit.objects.current().communes())
    body = make_organisation("UBND", communes[0])
    duty, course = make_duty(), make_course(organiser=body)
    Requirement.objects.create(duty=duty, course=course, valid_from=today - timedelta(days=1800))
    people = [User(email=f"{n}@bench.example", name=f"Cán bộ {n}", password="!", search_key="x") for n in range(count)]
    User.objects.bulk_create(people, batch_size=2000)
    posts = Membership.objects.bulk_create(
        (
            Membership(
                user=one, role=Role.TRAINEE, organisation=body, area=communes[n % len(communes)],
                starts_on=today - timedelta(days=n % 1500 + 30),
            )
            for n, one in enumerate(people)
        ),
        batch_size=2000,
    )  # fmt: skip
    held = Membership.duties.through
    held.objects.bulk_create((held(membership_id=one.pk, duty_id=duty.pk) for one in posts), batch_size=5000)
    book = Register.objects.create(issuer=body, year=today.year, last_number=count)
    Certificate.objects.bulk_create(
        (
            Certificate(
                register=book, number=n + 1, holder=one, course=course, holder_name=one.name, course_title="x", hours=8,
                signer="x", issued_on=today - timedelta(days=n % 700), valid_from=today - timedelta(days=n % 700),
                issued_by=people[0],
            )
            for n, one in enumerate(people) if n % 5
        ),
        batch_size=2000,
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--communes", type=int, default=94)
    parser.add_argument("--times", type=int, default=2, help="how often each programme is on the air")
    parser.add_argument("--sessions", type=int, default=30_000)
    parser.add_argument("--officers", type=int, default=20_000)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    import django

    django.setup()
    import seed_broadcast
    from django.conf import settings
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    settings.ALLOWED_HOSTS.append("testserver")
    if not options.keep:
        seed_broadcast.fill(options.communes, 60)
        later_airings(options.times)
        sessions(options.sessions)
        plan()
        officers(options.officers)
    import config.wsgi  # noqa: F401  the collector as the server keeps it
    from campaigns.models import Airing, DirectSession
    from courses.models import Certificate
    from people.models import User
    from people.roles import Role
    from places.models import AdministrativeUnit

    manager = User.objects.filter(memberships__role=Role.PROGRAMME_MANAGER).order_by("pk").first()
    client, address = Client(), reverse("reports:dashboard")
    client.force_login(manager)
    client.get(address)
    print(
        f"{connection.vendor}: {AdministrativeUnit.objects.current().communes().count():,} communes, "
        f"{Airing.objects.count():,} airings, {DirectSession.objects.count():,} sessions, "
        f"{Certificate.objects.count():,} certificates; load {os.getloadavg()[0]:.1f}"
    )
    # What is kept for a minute (reports.kept), and all of it counted anew.
    for name, before in (("within a minute", lambda: None), ("all counted anew", cache.clear)):
        walls, own = [], []
        for _again in range(RUNS):
            before()
            began, worked = time.perf_counter(), time.process_time()
            client.get(address)
            walls.append((time.perf_counter() - began) * 1000)
            own.append((time.process_time() - worked) * 1000)
        before()
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
            count = len(queries)
        assert page.status_code == 200
        assert page.content.count(b"&nbsp;/&nbsp;") >= 3
        p95 = sorted(walls)[int(RUNS * 0.95) - 1]
        print(
            f"| {name} | {count} | {len(page.content):,} | {statistics.median(walls):.0f} | {p95:.0f} | {statistics.median(own):.0f} |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
