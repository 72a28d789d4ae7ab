"""Inviting 1,000 officers from a table: the file is read and judged, then all invitations are made.

    .venv/bin/python bench/officers.py

Makes a database of its own in a temporary folder (with DATABASE_URL: a test database on that server) and prints the median of
5 runs from the uploaded XLSX to the last row written. Kolibri 0.19.5 took 107 s for 1,000 learners.
"""

import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="bench-officers-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from openpyxl import Workbook  # noqa: E402

RUNS, OFFICERS = 5, 1000


class Undone(Exception):
    """Takes a run's rows back, so that the next one begins with the same database."""


def table(communes) -> bytes:
    """Every officer of a commune's committee, with a duty; one committee in three is not known yet."""
    book = Workbook()
    sheet = book.active
    sheet.append(
        ["Họ và tên", "Thư điện tử", "Điện thoại", "Cơ quan", "Xã/phường", "Chức vụ", "Vai trò", "Nhiệm vụ", "Từ ngày"]
    )
    for n in range(OFFICERS):
        commune = communes[n % len(communes)]
        sheet.append(
            [
                f"Cán Bộ Thứ {n}", f"can-bo-{n}@bench.example", f"09050{n:05}", f"UBND {commune.name}", commune.name,
                "Công chức văn hoá", "học viên", "ho-tro-thu", "01/09/2026",
            ]
        )  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def once(data: bytes, actor) -> tuple[float, float]:
    from people.models import Invitation
    from people.officer_import import invite_officers, read_officers

    began = time.perf_counter()
    rows = read_officers(io.BytesIO(data), actor=actor)
    read = time.perf_counter() - began
    wrong = [row.errors for row in rows if row.errors]
    if len(rows) != OFFICERS or wrong:
        raise SystemExit(f"{len(rows)} rows, {len(wrong)} wrong: {wrong[:2]}")
    try:
        with transaction.atomic():
            invite_officers(rows=rows, actor=actor)
            took = time.perf_counter() - began
            if Invitation.objects.count() != OFFICERS:
                raise SystemExit("not everybody was invited")
            raise Undone
    except Undone:
        return read, took


def main() -> None:
    from people.roles import Role
    from places.loading import load_places
    from places.models import AdministrativeUnit
    from tests.factories import make_duty, make_organisation, make_user

    setup_test_environment()
    connection.creation.create_test_db(verbosity=0)
    try:
        load_places()
        province = AdministrativeUnit.objects.current().get(level="province")
        communes = list(AdministrativeUnit.objects.within(province).communes())
        for number, commune in enumerate(communes):
            if number % 3:
                make_organisation(f"UBND {commune.name}", commune)
        make_duty()
        actor = make_user(role=Role.ADMINISTRATOR, area=province)
        data = table(communes)
        runs = [once(data, actor) for _ in range(RUNS)]
        read, whole = (statistics.median(column) for column in zip(*runs, strict=True))
        print(
            f"{connection.vendor}: {OFFICERS:,} officers, {len(communes)} communes, file of {len(data) / 1000:.0f} kB"
        )
        print(
            f"read and judged {read:.2f} s; with all invitations written {whole:.2f} s (worst {max(r[1] for r in runs):.2f} s)"
        )
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
