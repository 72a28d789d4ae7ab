"""A browser that sees the project's pages without a server: static files and given HTML are handed to it directly."""

import mimetypes
import shutil
from pathlib import Path

import pytest
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium():
    sync_api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no Chromium on the path")
    # Playwright's loop runs in this thread; Django would otherwise refuse the database while it does.
    with pytest.MonkeyPatch.context() as patch, sync_api.sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def show(chromium):
    """show(html, width=…, theme=…, javascript=…) → a page at http://site/page that shows `page.html`, also when it is another one
    by the next visit; page.foreign lists every other request."""
    contexts = []

    def shown(html: str, *, width: int = 360, theme: str = "light", javascript: bool = True):
        context = chromium.new_context(
            viewport={"width": width, "height": 740}, color_scheme=theme, java_script_enabled=javascript
        )
        contexts.append(context)
        page = context.new_page()
        page.foreign, page.html = [], html

        def answer(route):
            url = route.request.url
            path = ROOT / url.split("?")[0].removeprefix("http://site/")
            if url.startswith("http://site/static/") and path.is_file():
                route.fulfill(path=path, content_type=mimetypes.guess_type(path.name)[0])
            elif url.startswith("http://site/page"):
                route.fulfill(body=page.html, content_type="text/html; charset=utf-8")
            elif url.startswith("http://site/"):
                route.fulfill(body="<title>neutral</title>", content_type="text/html")
            else:
                page.foreign.append(url)
                route.abort()

        page.route("**/*", answer)
        page.goto("http://site/page")
        return page

    yield shown
    for context in contexts:
        context.close()


@pytest.fixture(autouse=True)
def in_vietnamese():
    with translation.override("vi"):
        yield
