"""30 July in a browser: season, kit, registration by a stranger, the door without a connection, report, approval, roll-up."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Arrival, Event, Registration, Season
from campaigns.season import bots, door, registrations, seasons
from media import jobs
from media.models import Job
from people.roles import Role
from tests.campaigns.making import make_hotline, make_language
from tests.campaigns.season.making import at, edited, fresh, make_season
from tests.campaigns.season.test_registration import one
from tests.factories import make_commune, make_province, make_user
from tests.journeys.waiting import until

pytestmark = pytest.mark.journey


def fill(page, values: dict) -> None:
    for name, value in values.items():
        page.fill(f"[name={name}]", str(value))


def work_off(kind: str) -> None:
    for pk in Job.objects.filter(state=Job.State.QUEUED, kind=kind).values_list("pk", flat=True):
        jobs.run(pk)


@pytest.fixture
def commune(site_frame):
    make_language()
    return make_commune("Xã Thử Hội")


@pytest.fixture
def worker(commune):
    return make_user("xa@thu.example", role=Role.RADIO_OPERATOR, area=commune, name="Cán bộ Thử")


@pytest.fixture
def author(commune):
    return make_user("tinh@thu.example", role=Role.COMMUNICATOR, name="Tỉnh Thử")


@pytest.fixture
def tomorrow(commune, worker, author):
    """A published event, an hour before it begins, with three registrations."""
    season = make_season(author)
    event = seasons.make_kit(season=season, commune=commune, actor=author)[0]
    edited(event, worker, place="Sân vận động xã")
    seasons.publish_event(event=event, actor=worker)
    registrations.set_seating(event=event, actor=worker, seats=10, waiting_places=5)
    one(event, name="Nguyễn Thử Một", contact="0905000001")
    one(event, name="Đặng Thử Hai", people=4, unit="Thôn hai", contact="0905000002")
    one(event, name="Thử Ba", contact="0905000003")
    return at(event, timedelta(hours=1))


def test_from_the_season_to_the_roll_up(visit, enter, site_frame, commune, worker, author, monkeypatch):
    monkeypatch.setattr(bots, "FASTEST", 1)
    manager = make_user("quanly@thu.example", role=Role.PROGRAMME_MANAGER, name="Quản lý Thử")
    make_hotline()
    # The province begins the season and makes every kit.
    page = visit("/vi/", width=1280)
    enter(page, author)
    page.goto(reverse("events:new_season"))
    now = timezone.localtime() + timedelta(days=20)
    page.select_option("[name=area]", label=str(make_province()))
    page.select_option("[name=hotline]", index=1)
    fill(page, {
        "year": now.year, "theme": "Hỏi kỹ trước khi đi", "slogans": "Gọi 111 khi cần!", "legal_basis": "Căn cứ Luật thử",
        "starts_on": f"{timezone.localdate():%Y-%m-%d}", "ends_on": f"{now:%Y-%m-%d}", "starts_at": f"{now:%Y-%m-%dT07:30}",
        "ends_at": f"{now:%Y-%m-%dT09:30}", "title": "Mít tinh tại {xa}", "summary": "Mời bà con {xa}.",
        "programme": "07:30 | Khai mạc | Uỷ ban", "speech": "Kính thưa bà con.", "plan_text": "Nội dung.",
        "announcement": "Bà con {xa} chú ý: có mít tinh.",
    })  # fmt: skip
    page.get_by_role("button", name="Lưu").click()
    page.get_by_role("button", name="Lập bộ").click()
    work_off("kits")
    event = Event.objects.get(commune=commune)
    # The commune says where, takes registrations, and publishes.
    page = visit("/vi/")
    enter(page, worker)
    page.goto(reverse("events:edit", args=[event.pk]))
    page.fill("[name=place]", "Sân vận động xã")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_role("link", name="Mở đăng ký").click()
    fill(page, {"seats": 2, "waiting_places": 5})
    page.get_by_role("button", name="Lưu").click()
    page.locator(f"form[action='{reverse('events:publish', args=[event.pk])}'] button").click()
    # A stranger without scripts and account registers; the second one stands in the line.
    stranger = visit(reverse("events:event", args=[event.pk]), javascript=False)
    tickets = []
    for name, mail_address, heads in (("Bà Một", "mot@thu.example", 2), ("Ông Hai", "hai@thu.example", 1)):
        stranger.goto(reverse("events:event", args=[event.pk]))
        stranger.get_by_role("link", name="Đăng ký tham dự").click()
        fill(stranger, {"name": name, "people": heads, "contact": mail_address})
        stranger.wait_for_timeout(2100)
        stranger.get_by_role("button", name="Đăng ký tham dự").click()
        tickets.append(stranger.url)
    assert stranger.get_by_text("Bạn đang trong danh sách chờ").count() == 1
    assert stranger.context.cookies() == []
    stranger.goto(tickets[0])
    stranger.get_by_role("button", name="Trả chỗ").click()
    work_off("event-notice")
    assert [letter.subject.split(":")[0] for letter in mail.outbox if letter.to == ["hai@thu.example"]] == [
        "Trong danh sách chờ", "Đã có chỗ cho bạn",
    ]  # fmt: skip
    # The day has come and gone: a name of the list and heads at the door without a connection, the report, its approval.
    at(event, timedelta(hours=-3))
    page.goto(reverse("events:door", args=[event.pk]))
    until(page, "async (url) => (await (await caches.open('door-pages')).match(url)) !== undefined", page.url)
    page.context.set_offline(True)
    page.reload()
    page.get_by_role("button", name="Đã đến", exact=True).click()
    page.fill("[name=people]", "139")
    page.get_by_role("button", name="Họ đã đến").click()
    until(page, "() => document.getElementById('door-total').textContent.includes('140')")
    assert not Arrival.objects.exists()
    page.context.set_offline(False)
    until(page, "() => document.getElementById('door-line').textContent.includes('Đã gửi hết')")
    page.goto(reverse("events:results", args=[event.pk]))
    page.get_by_role("link", name="Viết báo cáo").click()
    assert page.input_value("[name=attendees]") == "140"
    fill(page, {"women": 70, "children": 2, "leaflets": 300, "text": "Mít tinh đúng giờ."})
    page.get_by_role("button", name="Gửi duyệt").click()
    page = visit("/vi/")
    enter(page, manager)
    page.goto(reverse("events:desk"))
    page.get_by_role("link", name="Xã Thử Hội").first.click()
    page.get_by_role("button", name="Phê duyệt").click()
    page.goto(reverse("events:roll_up"))
    row = page.locator("tbody tr", has_text="Xã Thử Hội")
    assert "đã duyệt" in row.inner_text().lower() or "phê duyệt" in row.inner_text().lower()
    assert "140" in row.inner_text()
    # The page of a moment ago may be kept for a minute.
    stranger.goto(reverse("events:event", args=[event.pk]) + "?sau")
    shown = stranger.locator("main").inner_text()
    assert "Mít tinh đúng giờ." in shown
    assert "ít người" in shown
    assert Season.objects.get().theme == "Hỏi kỹ trước khi đi"
    assert Registration.objects.filter(state="cancelled", name="").count() == 1


def states(page) -> list[str]:
    return page.locator("[data-registration]").evaluate_all(
        "rows => rows.map((row) => row.querySelector('[data-state]').textContent)"
    )


def test_the_door_without_a_connection(visit, enter, tomorrow, worker):
    page = visit("/vi/")
    enter(page, worker)
    address = reverse("events:door", args=[tomorrow.pk])
    page.goto(address)
    until(page, "async (url) => (await (await caches.open('door-pages')).match(url)) !== undefined", page.url)
    codes = page.locator("[data-registration]").evaluate_all(
        "rows => rows.map((row) => [row.dataset.name, row.dataset.code])"
    )
    assert [name for name, _code in codes] == ["Đặng Thử Hai · Thôn hai", "Nguyễn Thử Một", "Thử Ba"]
    context = page.context
    context.set_offline(True)
    page.close()
    # The page opens from the phone; a name, a code, and heads of others.
    page = context.new_page()
    page.goto(address)
    page.fill("#door-search", "nguyen thu")
    assert page.locator("[data-registration]:visible").count() == 1
    page.get_by_role("button", name="Đã đến", exact=True).click()
    page.fill("#door-search", "")
    page.fill("#door-code", codes[2][1].lower())
    page.press("#door-code", "Enter")
    page.fill("[name=people]", "6")
    page.get_by_role("button", name="Họ đã đến").dblclick()
    until(page, "() => document.getElementById('door-total').textContent.startsWith('9 ')")
    assert states(page) == ["", "đang chờ", "đang chờ"]
    # A killed tab keeps it; the unit comes with three of four.
    page.close()
    page = context.new_page()
    page.goto(address)
    assert states(page) == ["", "đang chờ", "đang chờ"]
    page.fill("#door-code", codes[0][1])
    page.press("#door-code", "Enter")
    row = page.locator("[data-registration]").first
    row.locator("input[type=number]").fill("3")
    row.get_by_role("button", name="Đã đến", exact=True).click()
    assert not Arrival.objects.exists()
    # A connection that breaks after the server has taken it.
    cuts = []

    def cut(route):
        if route.request.method == "POST" and not cuts:
            cuts.append(route.fetch().status)
            return route.abort("connectionreset")
        return route.continue_()

    context.route("**/door/sync/", cut)
    context.set_offline(False)
    until(page, "() => document.getElementById('door-line').textContent.includes('Đã gửi hết')", seconds=40)
    assert states(page) == ["đã đến · 3", "đã đến", "đã đến"]
    assert cuts == [200]
    assert door.heads(fresh(tomorrow)) == door.Heads(registered=5, others=7)
    # Whoever signs out leaves no list behind.
    page.locator("summary", has_text="Cán bộ Thử").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(lambda url: "/door/" not in url)
    assert page.evaluate("async () => (await caches.keys()).includes('door-pages')") is False


CAMERA = """
navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream();
HTMLVideoElement.prototype.play = async () => {};
window.codes = [];
window.BarcodeDetector = class { async detect() { return window.codes.length ? [{ rawValue: window.codes[0] }] : []; } };
"""


def test_the_camera_reads_the_ticket(visit, enter, tomorrow, worker):
    """The browser's own reader of codes is played by a script: this machine has neither it nor a camera."""
    page = visit("/vi/")
    enter(page, worker)
    page.add_init_script(CAMERA)
    page.goto(reverse("events:door", args=[tomorrow.pk]))
    page.get_by_role("button", name="Quét mã QR").click()
    code = page.locator("[data-registration]").nth(2).get_attribute("data-code")
    page.evaluate("(code) => { window.codes = [code]; }", code)
    until(page, "() => document.getElementById('door-note').textContent.includes('Thử Ba')")
    until(page, "() => document.getElementById('door-line').textContent.includes('Đã gửi hết')")
    assert Arrival.objects.get().registration.name == "Thử Ba"
    page.evaluate("() => { window.codes = ['ABCDEF']; }")
    until(page, "() => document.getElementById('door-note').textContent.includes('Không ai')")
    page.get_by_role("button", name="Tắt máy ảnh").click()
    assert page.locator("#door-video").is_hidden()
