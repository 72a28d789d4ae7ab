"""What only a browser can tell: contrast as painted, sizes under a thumb, behaviour with and without scripts."""

import pytest

from tests.look.gallery import gallery_html

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def gallery():
    return gallery_html()


def violations(page) -> list:
    from axe_playwright_python.sync_playwright import Axe

    said = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in said]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_gallery_has_no_accessibility_violation(show, gallery, theme, width):
    page = show(gallery, width=width, theme=theme)
    assert violations(page) == []


def test_axe_does_find_violations(show):
    assert [name for name, _nodes in violations(show("<html lang=vi><title>x</title><main><h1>x</h1><img src=a.png>"))]


@pytest.mark.parametrize("width", [320, 360, 640, 800, 1280])
def test_gallery_never_scrolls_sideways(show, gallery, width):
    assert show(gallery, width=width).evaluate("document.documentElement.scrollWidth") == width


def test_gallery_asks_no_other_host(show, gallery):
    page = show(gallery)
    page.wait_for_load_state("networkidle")
    assert page.foreign == []


def test_targets_are_a_thumb_high(show, gallery):
    small = show(gallery).evaluate(
        """[...document.querySelectorAll(
            'button, .button, .exit, .hotline a, .menu a, .tools a, .download, .board a.tile, summary, select,'
            + 'input:not([type=checkbox]):not([type=radio]):not([type=hidden]), textarea, label.choice, .theme label'
        )].filter(e => e.offsetParent && e.getBoundingClientRect().height < 47.5)
          .map(e => e.outerHTML.slice(0, 80) + ' ' + e.getBoundingClientRect().height)"""
    )
    assert small == []


@pytest.mark.parametrize("width", [360, 1280])
def test_quick_exit_is_on_top_wherever_the_page_stands(show, gallery, width):
    page = show(gallery, width=width)
    for where in (0, 700, 100_000):
        page.evaluate("y => scrollTo(0, y)", where)
        assert page.evaluate(
            """() => { const box = document.querySelector('.safety .exit').getBoundingClientRect();
            return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2).className; }"""
        ) == "exit"  # fmt: skip


def test_quick_exit_leaves_no_way_back(show, gallery):
    page = show(gallery)
    page.goto("http://site/page?2")
    page.click(".safety .exit")
    page.wait_for_function("document.title === 'neutral'")
    # Nor to what was read before it.
    page.go_back()
    page.wait_for_function("document.title === 'neutral'")
    assert not page.url.startswith("http://site/page")
    # Whoever opens a page again wants to read it, and may go back in it.
    page.goto("http://site/page")
    page.goto("http://site/page?2")
    page.go_back()
    page.wait_for_selector("main", state="visible")
    assert page.url == "http://site/page"


def test_escape_three_times_leaves(show, gallery):
    page = show(gallery)
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_function("document.title === 'neutral'")
    assert page.url != "http://site/page"


def test_quick_exit_is_reachable_inside_a_dialog(show, gallery):
    page = show(gallery)
    page.click("[data-dialog]")
    assert page.evaluate("document.querySelector('dialog').matches(':modal')")
    page.click("dialog .exit")
    page.wait_for_function("document.title === 'neutral'")


def test_dialog_opens_and_closes_without_scripts(show, gallery):
    page = show(gallery, javascript=False)
    assert not page.is_visible("dialog h2")
    page.click("[data-dialog]")
    assert page.is_visible("dialog h2")
    page.click("[data-dialog-close]")
    assert not page.is_visible("dialog h2")


def test_page_works_without_scripts(show, gallery):
    page = show(gallery, javascript=False)
    assert page.is_visible(".exit")
    assert not page.is_visible("[data-theme-chooser]")
    page.click(".drop summary")
    assert page.is_visible(".drop-list a[lang=ktv]")


def test_theme_is_remembered_without_a_cookie(show, gallery):
    page = show(gallery, theme="light")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 253, 248)"
    page.check("[data-theme-chooser] [value=dark]")
    assert page.evaluate(paper) == "rgb(23, 21, 27)"
    page.reload()
    page.wait_for_selector("html[data-theme=dark]", state="attached")
    assert page.evaluate(paper) == "rgb(23, 21, 27)"
    assert page.is_checked("[data-theme-chooser] [value=dark]")
    assert page.context.cookies() == []
    page.check("[data-theme-chooser] [value=auto]")
    assert page.evaluate(paper) == "rgb(255, 253, 248)"


def test_language_list_closes_on_escape_and_elsewhere(show, gallery):
    page = show(gallery)
    page.click(".drop summary")
    page.keyboard.press("Escape")
    assert not page.is_visible(".drop-list")
    page.click(".drop summary")
    page.mouse.click(5, 730)
    assert not page.is_visible(".drop-list")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_paper_is_light_whatever_the_screen_was(show, gallery, theme):
    page = show(gallery, theme=theme)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    assert not page.is_visible(".exit")


def test_keyboard_reaches_the_content_first(show, gallery):
    page = show(gallery)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_first_paint_weighs_at_most_fourteen_kilobytes(gallery):
    import gzip
    from pathlib import Path

    from django.template.loader import render_to_string

    from tests.look.gallery import example_context

    css = (Path(__file__).resolve().parents[2] / "static/css/site.css").read_bytes()
    frame = render_to_string("base.html", example_context()).encode()
    assert len(gzip.compress(css)) + len(gzip.compress(frame)) <= 10_000
