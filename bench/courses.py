"""Compliance at full size: 100,000 officers × 5 requirements, 80 % certified, over 94 communes, as of any date.

    .venv/bin/python bench/courses.py

Makes a database of its own in a temporary folder (with DATABASE_URL: a test database on that server) and prints queries
and the median time of 5 runs of `courses.compliance.figures`: the whole province today and 200 days ago, one commune; then
once: everybody who is missing (`gaps`), and the province's figures kept with them (`snapshots.keep`).
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="bench-courses-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

RUNS, OFFICERS, COURSES = 5, 100_000, 5


def fill():
    """Every officer holds one duty that asks for five courses; of every ten, two have no certificate of a course."""
    from courses.models import Certificate, Register, Requirement
    from people.models import Membership, User
    from people.roles import Role
    from places.loading import load_places
    from places.models import AdministrativeUnit
    from tests.courses.making import make_course
    from tests.factories import make_duty, make_organisation, make_user

    load_places()
    today = timezone.localdate()
    province = AdministrativeUnit.objects.current().get(level="province")
    communes = list(AdministrativeUnit.objects.within(province).communes())
    bodies = [make_organisation("UBND", commune) for commune in communes]
    duty, issuer, actor = make_duty(), make_organisation("Sở", province), make_user()
    courses = [make_course(organiser=issuer) for _ in range(COURSES)]
    for course in courses:
        Requirement.objects.create(duty=duty, course=course, valid_from=today - timedelta(days=900))
    users = [
        User(email=f"{n}@bench.example", name=f"Cán bộ {n}", password="!", search_key=f"can bo {n}")
        for n in range(OFFICERS)
    ]
    User.objects.bulk_create(users, batch_size=5000)
    posts = [
        Membership(
            user=user, role=Role.TRAINEE, organisation=bodies[n % len(bodies)], area=communes[n % len(communes)],
            starts_on=today - timedelta(days=n % 700),
        )
        for n, user in enumerate(users)
    ]  # fmt: skip
    Membership.objects.bulk_create(posts, batch_size=5000)
    through = Membership.duties.through
    through.objects.bulk_create([through(membership=post, duty=duty) for post in posts], batch_size=5000)
    register = Register.objects.create(issuer=issuer, year=today.year)
    number = 0
    for place, course in enumerate(courses):
        rows = []
        for n, user in enumerate(users):
            if (n + place) % 10 < 8:
                number += 1
                since = today - timedelta(days=n % 400)
                rows.append(
                    Certificate(
                        register=register, number=number, holder=user, course=course, holder_name=user.name,
                        course_title=course.title, hours=8, signer="Ký", issued_on=since, valid_from=since,
                        valid_until=since + timedelta(days=730), issued_by=actor,
                    )
                )  # fmt: skip
        Certificate.objects.bulk_create(rows, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return province, communes[0], number


def measure(name, units, on) -> None:
    from courses.compliance import figures

    times = []
    for _ in range(RUNS):
        with CaptureQueriesContext(connection) as queries:
            start = time.perf_counter()
            found = figures(units=units, on=on)
            times.append(time.perf_counter() - start)
    total = found.total
    print(
        f"| {name} | {total.trained:,} / {total.should:,} | {len(queries)} | "
        f"{statistics.median(times):.2f} s | {max(times):.2f} s |"
    )


def measure_once(name, act) -> None:
    with CaptureQueriesContext(connection) as queries:
        start = time.perf_counter()
        found = act()
        spent = time.perf_counter() - start
    print(f"| {name} | {found} | {len(queries)} | {spent:.2f} s | |")


def main() -> None:
    from courses import compliance, snapshots
    from places.models import AdministrativeUnit

    setup_test_environment()
    connection.creation.create_test_db(verbosity=0)
    try:
        province, commune, certificates = fill()
        today = timezone.localdate()
        print(f"{connection.vendor}: {OFFICERS:,} officers, {COURSES} requirements, {certificates:,} certificates\n")
        print("| what | trained / should be | queries | median | worst |\n|---|---|---|---|---|")
        units = AdministrativeUnit.objects.within(province)
        measure("province, today", units, today)
        measure("province, 200 days ago", units, today - timedelta(days=200))
        measure("one commune, today", AdministrativeUnit.objects.within(commune), today)
        measure_once("who is missing, province", lambda: f"{len(compliance.gaps(units=units)):,} gaps")
        measure_once("figures kept, province", lambda: f"{len(snapshots.keep(area=province, on=today).missing):,} gaps")
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
