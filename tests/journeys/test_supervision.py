"""A finding's whole way in the browser: the supervisor raises it, the manager answers, the supervisor closes it; and the
pages of those who watch over the work as a browser paints them."""

import pytest
from django.utils import timezone

from people.roles import Role
from reports.models import Finding, Partner, Support, VisitQuestion
from reports.partners import enter_support
from reports.plans import FOLDER, load_checklist, load_laws
from tests.factories import make_commune, make_organisation, make_user
from tests.journeys.test_broadcast_pages import looked_at
from tests.reports.test_watching import raised

pytestmark = pytest.mark.journey
LONG = "Xã Rất Là Xa Xôi Tận Cùng Phía Tây Của Tỉnh Thử"


@pytest.fixture
def people(site_frame):
    commune = make_commune(LONG)
    load_checklist()
    front = make_organisation("Uỷ ban Mặt trận Tổ quốc thử")
    supervisor = make_user(role=Role.SUPERVISOR, organisation=front)
    supervisor.commune = commune
    return supervisor, make_user(role=Role.PROGRAMME_MANAGER, area=commune)


def test_a_finding_from_hand_to_hand(visit, enter, people):
    supervisor, manager = people
    page = visit("/vi/")
    enter(page, supervisor)
    page.goto("/vi/bao-cao/giam-sat/")
    page.get_by_role("link", name="Nêu kiến nghị").click()
    page.get_by_label("Địa bàn").select_option(label=LONG)
    page.get_by_label("phát thanh hằng tháng").check()
    page.get_by_label("Phát hiện điều gì").fill("Loa thôn cuối phát nhỏ.")
    page.get_by_role("button", name="Gửi kiến nghị").click()
    page.get_by_text("Đã gửi kiến nghị").wait_for()
    address = page.url

    other = visit("/vi/")
    enter(other, manager)
    other.goto(address)
    other.get_by_label("Đã làm gì?").fill("Đã thay loa.")
    other.get_by_role("button", name="Trả lời").click()
    other.get_by_text("đã trả lời, chờ xem xét").wait_for()

    page.goto(address)
    page.get_by_text("Đã thay loa.").wait_for()
    page.locator("summary", has_text="Đóng kiến nghị").click()
    page.get_by_label("Đã giải quyết thế nào?").fill("Đã nghe thử, tốt.")
    page.get_by_role("button", name="Đóng kiến nghị").click()
    page.get_by_text("Đã nghe thử, tốt.").wait_for()
    assert Finding.objects.with_state().get().state == Finding.CLOSED


def test_a_visit_is_written_down_on_a_phone(visit, enter, people):
    supervisor, _manager = people
    page = visit("/vi/")
    enter(page, supervisor)
    page.goto("/vi/bao-cao/kiem-tra/moi/")
    page.get_by_label("Xã nào?").select_option(label=LONG)
    first = VisitQuestion.objects.first()
    page.get_by_role("group", name=first.text).get_by_label("một phần").check()
    page.get_by_role("button", name="Ghi nhận").click()
    page.get_by_text("Đã ghi chuyến kiểm tra.").wait_for()
    page.locator("summary", has_text="Bảng kiểm").click()
    page.get_by_text(first.text).wait_for()


@pytest.mark.looks
def test_the_pages_of_those_who_watch(visit, enter, people, tmp_path):
    supervisor, manager = people
    load_laws(FOLDER / "laws.toml")
    finding = raised(supervisor, supervisor.commune)
    partner = Partner.objects.create(name="Hội Liên hiệp Phụ nữ xã " + LONG, kind="union", note="Ghi chú " * 20)
    support = Support(
        partner=partner, area=supervisor.commune, form="people", what="x " * 60, starts_on=timezone.localdate()
    )
    enter_support(actor=manager, support=support)
    pages = {
        "findings": {"vi": "bao-cao/giam-sat/", "en": "reports/findings/"},
        "finding": {"vi": f"bao-cao/giam-sat/{finding.pk}/", "en": f"reports/findings/{finding.pk}/"},
        "visit": {"vi": "bao-cao/kiem-tra/moi/", "en": "reports/visits/new/"},
        "laws": {"vi": "bao-cao/van-ban/", "en": "reports/laws/"},
        "cited": {"vi": "bao-cao/van-ban/trich-dan/", "en": "reports/laws/cited/"},
        "partners": {"vi": "bao-cao/doi-tac/", "en": "reports/partners/"},
        "audit": {"vi": "bao-cao/nhat-ky/", "en": "reports/who-did-what/"},
    }
    looked_at(visit, enter, supervisor, pages, tmp_path)
