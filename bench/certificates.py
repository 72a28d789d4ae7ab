"""A thousand certificates issued by the job and rendered into one PDF.

    .venv/bin/python bench/certificates.py

Makes a database of its own in a temporary folder (with DATABASE_URL: a test database on that server) and prints seconds,
the size of the file and the most memory the process took.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="bench-certificates-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

PEOPLE = 1000


def main() -> None:
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0)
    try:
        from courses.batches import batch_job, order_batch
        from courses.models import Certificate
        from media import storage
        from people.models import User
        from people.roles import Role
        from tests.courses.making import make_course
        from tests.factories import make_user

        course, actor = make_course(validity_months=24), make_user(role=Role.COURSE_MANAGER)
        people = User.objects.bulk_create(
            User(email=f"{n}@bench.example", name=f"Nguyễn Thị Hoà {n}", password="!", search_key=f"{n}")
            for n in range(PEOPLE)
        )
        batch = order_batch(
            course=course, holders=people, on=timezone.localdate(), signer="Giám đốc, Trần Văn Mẫu", actor=actor
        )
        start = time.perf_counter()
        batch_job({"batch": batch.pk})()
        seconds = time.perf_counter() - start
        batch.refresh_from_db()
        size = storage.absolute(batch.path).stat().st_size / 1e6
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        issued = Certificate.objects.count()
        print(
            f"{connection.vendor}: {issued} certificates in {seconds:.1f} s, one PDF of {size:.1f} MB, {memory:.0f} MB of memory"
        )
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
