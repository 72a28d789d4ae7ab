"""Shared by every test. Files lie in a folder of the test's own; where CI allows no skip, a skip is a failure.

Fixtures for journeys (mark them `@pytest.mark.journey`; they need no `django_db` of their own):

- `live_site`     a real waitress on a free port over the test database (SQLite file or PostgreSQL), in this process, so
                  that `mailoutbox`, `settings` and monkeypatching reach it. `live_site.url` is "http://127.0.0.1:<port>".
                  Rows are committed; the database is as freshly migrated again after the test.
- `site_frame`    `live_site` with locales and front doors (`manage.py setup_site`) already made.
- `chromium`      the browser itself, one a module; skipped where none is installed.
- `visit`         visit("/vi/", width=360, theme="light", javascript=True, locale="vi-VN") → a Playwright page there, in a
                  context (cookies) of its own. `page.foreign` lists requests to other hosts, `page.faults` the script
                  errors and refused inline code; both must be empty when the test ends. `to` another path: page.goto("/…").
- `enter`         enter(page, user, password=factories.PASSWORD): signs in through the real login form.
"""

import gc
import io
import os
import shutil
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import hypothesis
import pytest

from tests import copies

# As in manage.py: making the test database is a first `migrate`.
gc.set_threshold(200_000, 50, 100)

# Where a landing depends on it, property tests try the same cases each time; everywhere else they try new ones.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_make_parametrize_id(config, val, argname):
    """Files as parameters are named by their length: what they hold may be binary, huge, or made a second later in the other
    worker, and both must name the same tests."""
    return f"{argname}-{len(val)}" if isinstance(val, bytes) and len(val) > 16 else None


@pytest.fixture(autouse=True)
def own_language() -> None:
    """The language an earlier test's request left active in this thread would change what `reverse` gives."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path) -> Iterator[None]:
    """Uploads, renditions, cached words and counted readings of one test are never seen by another."""
    from django.core.cache import cache

    from campaigns.pages import readings

    settings.MEDIA_ROOT = tmp_path / "uploads"
    cache.clear()
    yield
    readings._tally.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """A test beside Playwright's event loop has a connection of its own; it too knows what the migrations made."""
    from django.db import connection
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.base.creation import BaseDatabaseCreation
    from django.db.backends.postgresql.operations import DatabaseOperations

    contents = getattr(connection, "_test_serialized_contents", None)
    if contents is not None:
        BaseDatabaseWrapper._test_serialized_contents = contents
    with django_db_blocker.unblock():
        migrated = copies.DatabaseCopy(connection, "migrated")
    DatabaseOperations.sql_flush = copies.sql_flush
    BaseDatabaseCreation.deserialize_db_from_string = lambda creation, data: migrated.put_back(creation.connection)


@pytest.fixture
def live_site(transactional_db, settings) -> Iterator[SimpleNamespace]:
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application
    from waitress.server import create_server

    server = create_server(StaticFilesHandler(get_wsgi_application()), host="127.0.0.1", port=0, threads=4)
    url = f"http://127.0.0.1:{server.effective_port}"
    settings.SITE_URL = settings.WAGTAILADMIN_BASE_URL = url
    settings.CSRF_TRUSTED_ORIGINS = [url]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield SimpleNamespace(url=url, port=server.effective_port)
    server.close()
    server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
    thread.join(timeout=5)


@pytest.fixture(scope="session")
def frame_copy() -> dict:
    """The database as `setup_site` left it the first time."""
    return {}


@pytest.fixture
def site_frame(live_site, frame_copy) -> SimpleNamespace:
    from django.core.management import call_command
    from django.db import connection
    from wagtail.models import Site

    if "made" in frame_copy:
        frame_copy["made"].put_back(connection)
        site = Site.objects.get(is_default_site=True)
        site.port = live_site.port
        site.save()
    else:
        call_command("setup_site", stdout=io.StringIO())
        frame_copy["made"] = copies.DatabaseCopy(connection, "framed")
    return live_site


@pytest.fixture(scope="module")
def chromium():
    sync_api = pytest.importorskip("playwright.sync_api")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if not path:
        pytest.skip("no Chromium on the path")
    # Playwright's loop runs in this thread; Django would otherwise refuse the database while it does.
    with pytest.MonkeyPatch.context() as patch, sync_api.sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield browser
        from django.db import connections

        connections.close_all()
        browser.close()


@pytest.fixture
def visit(chromium, live_site):
    contexts, pages = [], []

    def visited(path: str, *, width=360, height=740, theme="light", javascript=True, locale="vi-VN"):
        context = chromium.new_context(
            base_url=live_site.url,
            viewport={"width": width, "height": height},
            color_scheme=theme,
            java_script_enabled=javascript,
            locale=locale,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(45_000)
        page.foreign, page.faults = [], []
        page.on("request", lambda sent: None if sent.url.startswith(live_site.url) else _note_foreign(page, sent.url))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda said: page.faults.append(said.text) if "Content Security" in said.text else None)
        page.click = _click_and_load(page)
        pages.append(page)
        page.goto(path)
        return page

    yield visited
    foreign, faults = [url for page in pages for url in page.foreign], [f for page in pages for f in page.faults]
    for context in contexts:
        context.close()
    assert (foreign, faults) == ([], [])


def _click_and_load(page):
    """Playwright's click waits until the next page begins to arrive; a test that looks at it needs all of it."""
    click = page.click

    def clicked(*args, **options):
        click(*args, **options)
        if not page.is_closed():
            page.wait_for_load_state("domcontentloaded")

    return clicked


def _note_foreign(page, url: str) -> None:
    if not url.startswith(("data:", "blob:", "about:")):
        page.foreign.append(url)


@pytest.fixture
def enter():
    from tests.factories import PASSWORD

    def entered(page, user, password: str = PASSWORD) -> None:
        page.goto("/accounts/login/")
        page.fill("input[name=login]", user.email)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/accounts/login" not in url)

    return entered


def pytest_collection_modifyitems(items) -> None:
    """Whatever commits rows gives back Wagtail's root page and all else that migrations made, for the next test."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        commits = bool(marker and marker.kwargs.get("transaction"))
        if commits or {"transactional_db", "live_server"} & set(item.fixturenames):
            item.fixturenames.append("django_db_serialized_rollback")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI_NO_SKIP") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and CI accepts no skip: {report.longrepr}"
