"""A reader on a phone: keeps a page and reads it without a connection, passes it on, prints it; nobody is asked anything."""

import io

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from campaigns.management.commands.setup_site import set_up
from campaigns.pages.approval import take_down
from tests.campaigns.making import make_hotline, make_language, make_team
from tests.campaigns.pages.making import make_material
from tests.factories import make_commune
from tests.journeys.waiting import until
from tests.look.test_in_the_browser import violations

pytestmark = pytest.mark.journey
KEPT = "async () => (await (await caches.open('reader-pages')).keys()).map(({ url }) => new URL(url).pathname).sort()"
KEEP, REMOVE = "Giữ lại để đọc khi mất mạng", "Bỏ khỏi máy"


@pytest.fixture
def team(site_frame):
    make_language("vi")
    make_language("en")
    make_hotline(on_every_page=True)
    set_up(aliases=False)
    call_command("setup_site")
    return make_team()


@pytest.fixture
def material(team):
    return make_material(team, "Hỏi kỹ trước khi đi", body=[("heading", "Ba câu nên hỏi")])


def test_a_kept_page_opens_without_a_connection(visit, team, material):
    page = visit(material.url)
    # Nothing is kept, and no worker comes, before the reader asks for it.
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    page.get_by_role("button", name=KEEP).click()
    page.get_by_text("Đã giữ trên máy này").wait_for()
    help_page = "/vi/tim-giup-do/"
    assert page.evaluate(KEPT) == sorted([material.url, help_page])
    until(page, "() => navigator.serviceWorker.controller !== null")
    assert page.context.cookies() == []

    page.context.set_offline(True)
    page.goto(material.url)
    page.get_by_role("heading", name="Ba câu nên hỏi").wait_for()
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).borderTopStyle") == "solid"
    page.goto(help_page)
    page.get_by_role("heading", level=1).wait_for()
    # What is not kept says so, and names what is.
    page.goto("/vi/tai-lieu/")
    page.get_by_role("heading", name="Không có kết nối").wait_for()
    assert violations(page) == []
    assert page.get_by_role("link", name="Thoát nhanh").is_visible()
    page.get_by_role("link", name="Hỏi kỹ trước khi đi").click()
    page.get_by_role("heading", name="Ba câu nên hỏi").wait_for()
    # The way out works without a connection too: the page is emptied at once.
    page.context.set_offline(False)

    page.goto(material.url)
    page.get_by_role("button", name=REMOVE).click()
    page.get_by_text("Đã bỏ khỏi máy này").wait_for()
    until(page, "async () => (await (await caches.open('reader-pages')).keys()).length === 0")
    until(page, "async () => (await (await caches.open('reader-files')).keys()).length === 0")


def test_pages_are_offered_while_typing_without_marks(visit, material):
    page = visit("/vi/")
    page.locator("main input[type=search]").press_sequentially("hoi ky tr")
    offered = page.locator("main form.search a")
    offered.wait_for()
    assert (offered.inner_text(), offered.get_attribute("href")) == ("Hỏi kỹ trước khi đi", material.url)
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert offered.count() == 0
    page.keyboard.type("u")
    offered.wait_for()
    # The button to search stands between.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.href").endswith(material.url)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{material.url}")


def test_what_was_taken_down_leaves_the_phone(visit, team, material):
    page = visit(material.url)
    page.get_by_role("button", name=KEEP).click()
    page.get_by_text("Đã giữ trên máy này").wait_for()
    until(page, "() => navigator.serviceWorker.controller !== null")
    take_down(page=material, actor=team.approver, reason="Thử")
    assert page.goto(material.url).status == 404
    until(page, "async (url) => (await (await caches.open('reader-pages')).match(url)) === undefined", material.url)


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1280, "dark")])
def test_sharing_and_printing_need_a_tap_and_nothing_else(visit, material, width, theme, tmp_path):
    commune = make_commune("Xã Được In")
    page = visit(material.url, width=width, theme=theme)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Chép lời và đường dẫn").click()
    page.get_by_text("Đã chép.").wait_for()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.endswith(f"{material.url}?tu=chia-se")
    assert copied.startswith("Hỏi kỹ trước khi đi.")
    assert violations(page) == []
    page.screenshot(path=tmp_path / f"page-{width}.png", full_page=True)
    page.get_by_role("link", name="In áp phích, tờ rơi hoặc lấy mã QR").click()
    page.get_by_label("tờ gấp ba").check()
    page.get_by_label("Cho xã nào?").select_option(str(commune.pk))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=tmp_path / f"print-{width}.png", full_page=True)
    asked = page.evaluate("() => new URLSearchParams(new FormData(document.querySelector('main form'))).toString()")
    answer = page.request.get(f"{page.url}?{asked}")
    assert len(PdfReader(io.BytesIO(answer.body())).pages) == 2
