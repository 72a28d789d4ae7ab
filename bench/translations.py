"""300 pages in 5 languages: their places in the tree by the worker's own function, the board, the files of a language.

    .venv/bin/python bench/translations.py [--pages 300]

Makes a database of its own in a temporary folder (or in the one of DATABASE_URL, as a test database). Every page has the body
of a demonstration material; English is filled in, test strings only. Times are those of one process.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="bench-translations-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402


def timed(act):
    began = time.perf_counter()
    found = act()
    return found, time.perf_counter() - began


def main(pages: int) -> None:
    from wagtail.models import Locale, Page

    from campaigns.cms.page_translations import _sources
    from campaigns.demo.materials import MATERIALS
    from campaigns.demo.site import blocks
    from campaigns.pages import translation_files
    from campaigns.pages.entries import write_entry
    from campaigns.pages.tree import read_sources, repair_tree
    from tests.campaigns.pages.making import draft_material, make_site

    team = make_site()
    for number in range(pages):
        page = draft_material(team, f"Trang thử {number}")
        page.body, page.live = blocks(MATERIALS[number % len(MATERIALS)]["vi"][3]), True
        page.save()
        write_entry(page)
    made, seconds = timed(repair_tree)
    print(f"tree: {made} places in {seconds:.1f} s ({1000 * seconds / made:.0f} ms each)")
    _, again = timed(repair_tree)
    print(f"tree again, nothing missing: {again:.2f} s")
    read, seconds = timed(read_sources)
    print(f"sentences of {read} pages read in {seconds:.1f} s")
    locale, sources = Locale.objects.get(language_code="ktv"), list(_sources())
    data, seconds = timed(lambda: translation_files.to_po(sources, locale))
    rows, when = translation_files.from_file("ktv.po", data, locale)
    print(f"PO of a language: {len(rows)} sentences, {len(data) / 1000:.0f} kB, {seconds:.1f} s")
    filled = [(source, source) for source, _text in rows]
    outcome, seconds = timed(
        lambda: translation_files.take_in(rows=filled, made=when, locale=locale, sources=sources, actor=team.translator)
    )
    print(f"the same brought back filled in: {outcome.written} written in {seconds:.1f} s")
    setup_test_environment()
    client = Client()
    client.force_login(team.translator)
    address = reverse("page_translations")
    client.get(address)
    times = []
    for _ in range(15):
        response, seconds = timed(lambda: client.get(address))
        assert response.status_code == 200
        times.append(1000 * seconds)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    print(f"board: {statistics.median(times):.0f} ms, worst of 15 {max(times):.0f} ms, {len(queries)} queries")
    print(f"pages in all: {Page.objects.count()} on {connection.vendor}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=300)
    asked = parser.parse_args()
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    kept = runner.setup_databases()
    try:
        main(asked.pages)
    finally:
        runner.teardown_databases(kept)
