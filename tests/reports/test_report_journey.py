"""The year's report in a real browser: an officer fills it in on a phone, the head signs, the manager returns it; corrected,
accepted, added up, read by a supervisor. Axe finds nothing, nothing scrolls sideways."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from media import jobs
from media.models import Job
from people.roles import Role
from reports import commune_plans, form_keeping
from reports.content import content, value
from reports.form_loading import load_forms
from reports.models import Plan, Report, ReportForm, ReportingPeriod, ReportRequest
from tests.factories import make_commune, make_province, make_user
from tests.look.test_in_the_browser import violations
from tests.reports.making import make_place

pytestmark = pytest.mark.journey
LONG = "Xã Rất Là Xa Xôi Tận Cùng Phía Tây Của Tỉnh Thử"


@pytest.fixture
def asked(site_frame):
    province = make_province()
    load_forms(area=province)
    today, manager = timezone.localdate(), make_user(role=Role.PROGRAMME_MANAGER, name="Người Duyệt")
    period = ReportingPeriod(
        area=province, name="năm thử", name_en="test year", starts_on=today - timedelta(days=300),
        ends_on=today - timedelta(days=1),
    )  # fmt: skip
    form_keeping.save_period(actor=manager, period=period)
    requests = {}
    for level, days in (("commune", 13), ("province", 18)):
        requests[level] = ReportRequest(
            period=period, form=ReportForm.objects.get(level=level), due_on=today + timedelta(days=days),
            adds_up=requests.get("commune"),
        )  # fmt: skip
        form_keeping.ask(actor=manager, request=requests[level])
    requests["manager"] = manager
    return requests


def looked(page, name: str, folder) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    assert violations(page) == []
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def fill_in(page, folder) -> None:
    """Section by section to the last one, every open figure with a number."""
    page.click("a:has-text('Điền từng mục')")
    for number in range(5):
        for field in page.query_selector_all("fieldset.line > .figures-in input[id^=id_part-]"):
            field.fill("3")
        for field in page.query_selector_all("fieldset.line > .figures-in input[id^=id_whole-]"):
            field.fill("1.000")
        page.fill("textarea[name=text]", f"Lời của mục {number + 1}.")
        looked(page, f"section-{number}", folder)
        page.click("button:has-text('Lưu và sang mục sau')" if number < 4 else "button:has-text('Lưu')")


def test_a_report_from_phone_to_province(visit, enter, asked, tmp_path):
    commune, people = make_place(LONG)
    make_commune("Xã Im Lặng")
    officer = visit("/vi/", width=360)
    enter(officer, people.writer)
    officer.goto("/vi/bao-cao/bao-cao-dinh-ky/")
    looked(officer, "desk", tmp_path)
    officer.click("button:has-text('Bắt đầu báo cáo')")
    fill_in(officer, tmp_path)
    looked(officer, "report-draft", tmp_path)
    assert "Lời của mục 5." in officer.inner_text("main")
    address = officer.url
    assert officer.query_selector("text=Tôi đã đọc và ký") is None

    head = visit("/vi/", width=360, theme="dark")
    enter(head, people.head)
    head.goto(address)
    looked(head, "report-head", tmp_path)
    head.click("button:has-text('Tôi đã đọc và ký')")
    head.click("button:has-text('Gửi báo cáo')")
    assert "đã gửi" in head.inner_text("main")

    manager = visit("/vi/", width=1280)
    enter(manager, asked["manager"])
    manager.goto("/vi/bao-cao/bao-cao-dinh-ky/")
    manager.click("a:has-text('Báo cáo năm của xã, phường, đặc khu')")
    looked(manager, "board", tmp_path)
    assert manager.inner_text("tbody tr:first-child").startswith("Xã Im Lặng")
    manager.click(f"a:has-text('{LONG}')")
    manager.click("summary:has-text('Trả lại kèm ý kiến')")
    manager.fill("textarea[name=words]", "Mục I chưa nêu tên văn bản.")
    manager.click("button:has-text('Trả lại báo cáo')")

    officer.goto(address)
    assert "Mục I chưa nêu tên văn bản." in officer.inner_text("main")
    looked(officer, "report-returned", tmp_path)
    officer.click("button:has-text('Viết bản sửa')")
    officer.click("a:has-text('Sửa mục này') >> nth=0")
    officer.click("fieldset.line summary")
    officer.fill("fieldset.line details input[id^=id_part-]", "0")
    officer.fill("fieldset.line details input[id^=id_whole-]", "4")
    officer.click("button.quiet:has-text('Lưu')")
    assert "Hãy cho biết vì sao" in officer.inner_text("main")
    looked(officer, "section-refused", tmp_path)
    officer.fill("fieldset.line details input[id^=id_note-]", "Bốn thôn, chưa nhập danh sách")
    officer.click("button.quiet:has-text('Lưu')")
    looked(officer, "report-corrected", tmp_path)
    corrected = officer.url
    head.goto(corrected)
    head.click("button:has-text('Tôi đã đọc và ký')")
    head.click("button:has-text('Gửi báo cáo')")
    manager.goto(corrected)
    manager.click("button:has-text('Tiếp nhận báo cáo')")
    assert "đã tiếp nhận" in manager.inner_text("main")

    manager.goto("/vi/bao-cao/bao-cao-dinh-ky/")
    manager.click("button:has-text('Bắt đầu báo cáo')")
    manager.click("button:has-text('Cộng các báo cáo')")
    assert jobs.run(Job.objects.get(kind="report-consolidation").pk)
    manager.reload()
    looked(manager, "province", tmp_path)
    manager.click("text=Những báo cáo nào đã vào, còn thiếu ai")
    looked(manager, "units", tmp_path)
    assert manager.inner_text("tbody tr:first-child").startswith("Xã Im Lặng")
    whole = Report.objects.get(unit=commune.parent)
    first = content(whole)["sections"][0]["lines"]
    assert [value(line) for line in first[:2]] == [(0, 4), (3, None)]

    watcher = visit("/en/", width=1280, theme="dark", locale="en-GB")
    enter(watcher, make_user(role=Role.SUPERVISOR))
    watcher.goto(re.sub("/vi/bao-cao/ban-bao-cao/", "/en/reports/report/", corrected))
    looked(watcher, "watcher", tmp_path)
    assert watcher.query_selector("button:has-text('Accept')") is None
    with watcher.expect_download() as download:
        watcher.click("text=Word, format of Decree 30/2020")
    assert download.value.suggested_filename.endswith(".docx")
    watcher.click("text=What would be counted today?")
    looked(watcher, "now", tmp_path)
    assert "nothing has moved" in watcher.inner_text("main")


@pytest.mark.looks
def test_a_plan_and_the_forms_as_a_browser_paints_them(visit, enter, asked, tmp_path):
    commune, people = make_place(LONG)
    today = timezone.localdate()
    Plan.objects.create(
        code="thu", number="1/KH", title="Kế hoạch thử", starts_on=f"{today.year - 1}-01-01", ends_on=f"{today.year + 3}-12-31",
        issued_on=f"{today.year - 1}-01-05", area=commune.parent,
    )  # fmt: skip
    plan = commune_plans.begin(actor=people.writer, unit=commune, year=today.year)
    form = ReportForm.objects.get(level="commune")
    section = form.sections.first()
    paths = {
        "plans": "bao-cao/ke-hoach-xa/", "plan": f"bao-cao/ke-hoach-xa/{plan.pk}/",
        "task": f"bao-cao/ke-hoach-xa/{plan.pk}/nhiem-vu/{plan.tasks.first().pk}/",
        "begin": f"bao-cao/ke-hoach-xa/bat-dau/{commune.pk}/",
    }  # fmt: skip
    keeping = {
        "forms": "bao-cao/bieu-mau/", "form": f"bao-cao/bieu-mau/{form.pk}/",
        "form-head": f"bao-cao/bieu-mau/{form.pk}/dau-van-ban/",
        "line": f"bao-cao/bieu-mau/{form.pk}/muc/{section.pk}/dong/{section.lines.first().pk}/",
        "ask": f"bao-cao/ky-bao-cao/{asked['commune'].period_id}/yeu-cau/{asked['commune'].pk}/",
    }  # fmt: skip
    for width, theme, person, found in (
        (360, "light", people.writer, paths), (1280, "dark", people.writer, paths), (360, "dark", asked["manager"], keeping),
        (1280, "light", asked["manager"], keeping),
    ):  # fmt: skip
        page = visit("/vi/", width=width, theme=theme)
        enter(page, person)
        for name, path in found.items():
            assert page.goto(f"/vi/{path}").status == 200
            looked(page, f"{name}-{width}-{theme}", tmp_path)


def test_without_a_connection_what_was_written_stays_on_the_page(visit, enter, asked):
    people = make_place(LONG)[1]
    page = visit("/vi/", width=360)
    enter(page, people.writer)
    page.goto("/vi/bao-cao/bao-cao-dinh-ky/")
    page.click("button:has-text('Bắt đầu báo cáo')")
    page.click("a:has-text('Điền từng mục')")
    page.fill("textarea[name=text]", "Viết khi mất mạng.")
    page.context.set_offline(True)
    page.click("button:has-text('Lưu và sang mục sau')")
    assert page.locator("[data-no-connection]").is_visible()
    page.context.set_offline(False)
    page.locator("[data-no-connection]").wait_for(state="hidden")
    page.click("button:has-text('Lưu và sang mục sau')")
    page.wait_for_url("**/muc/**")
    page.goto(page.url.rsplit("muc/", 1)[0])
    assert "Viết khi mất mạng." in page.inner_text("main")
