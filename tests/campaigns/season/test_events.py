"""The season of 30 July: kits made once, changes offered and never forced, papers as Decree 30 wants them, calendars."""

import io
import json
import shutil
import subprocess
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document
from icalendar import Calendar
from pypdf import PdfReader

from campaigns.models import Bulletin, Event
from campaigns.season import kits, seasons
from core.errors import DomainError
from media import jobs
from media.models import Job
from people.roles import Role
from tests.campaigns.season.making import edited, published
from tests.factories import make_commune, make_province, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def test_one_act_makes_every_kit_and_twice_makes_nothing_twice(season, author, communes):
    job = seasons.make_kits(season=season, actor=author)
    assert jobs.run(job.pk)
    assert seasons.progress(season) == {"made": 3, "all": 3, "state": "done"}
    made = Event.objects.get(commune=communes[1])
    assert (made.title, made.summary) == (f"Mít tinh tại xã Thử 1 năm {season.year}", "Tóm tắt: Chủ đề thử.")
    segments = [(one.kind, one.text) for one in made.bulletin.segments.all()]
    assert segments == [
        ("announcer", "Bà con xã Thử 1 chú ý. Ngày 30/7 có mít tinh."), ("key-message", "Khẩu hiệu một"),
        ("hotline", "Khi cần giúp đỡ, bà con hãy gọi 111."),
    ]  # fmt: skip
    assert (made.bulletin.area, made.bulletin.versions.get().language.tag) == (communes[1], "vi")
    late = make_commune("Xã Thử Sau")
    again = seasons.make_kits(season=season, actor=author)
    assert (again, jobs.run(again.pk)) == (job, True)
    assert (Event.objects.count(), Bulletin.objects.count(), Job.objects.filter(kind="kits").count()) == (4, 4, 1)
    assert Event.objects.filter(commune=late).exists()


def test_a_changed_season_offers_and_overwrites_nothing(season, event, worker):
    assert seasons.offers(event) == []
    edited(event, worker, speech="Lời của xã.", place="Nhà văn hoá")
    season.speech, season.summary = "Lời mới của mùa.", "Tóm tắt mới."
    season.starts_at += timedelta(hours=1)
    seasons.save_season(actor=season.author, season=season)
    event = Event.objects.select_related("season", "commune").get()
    assert (event.speech, event.summary) == ("Lời của xã.", "Tóm tắt: Chủ đề thử.")
    assert {one.name: one.edited for one in seasons.offers(event)} == {
        "summary": False, "speech": True, "starts_at": False,
    }  # fmt: skip
    seasons.take_offers(event=event, actor=worker, names=["summary", "starts_at"])
    event.refresh_from_db()
    assert (event.summary, event.speech, event.place) == ("Tóm tắt mới.", "Lời của xã.", "Nhà văn hoá")
    assert event.starts_at == season.starts_at
    assert seasons.offers(Event.objects.select_related("season", "commune").get()) == []


def test_an_event_is_published_with_a_place_and_changed_with_words(event, worker):
    with pytest.raises(DomainError):
        seasons.publish_event(event=event, actor=worker)
    published(event, worker)
    with pytest.raises(DomainError):
        seasons.set_status(event=event, actor=worker, status="postponed", note=" ")
    assert seasons.set_status(event=event, actor=worker, status="postponed", note="Bão số 5.").status_at is not None
    with pytest.raises(PermissionDenied):
        seasons.set_status(event=event, actor=make_user(role=Role.SUPERVISOR), status="cancelled", note="x")


def test_the_page_before_and_after_a_storm(client, event, worker):
    address = reverse("events:event", args=[event.pk])
    assert client.get(address).status_code == 404
    published(event, worker)
    page = client.get(address)
    body = page.content.decode()
    assert (page.status_code, dict(page.cookies)) == (200, {})
    assert "Đón đại biểu" in body
    assert "Khi cần" not in body
    told = json.loads(body.split('type="application/ld+json">')[1].split("</script>")[0])
    assert (told["@type"], told["eventStatus"]) == ("Event", "https://schema.org/EventScheduled")
    assert told["location"]["name"] == "Sân vận động xã"
    seasons.set_status(event=event, actor=worker, status="postponed", note="Vì bão, lùi sang ngày khác.")
    later = client.get(address).content.decode()
    assert later.index("Vì bão, lùi sang ngày khác.", later.index("<main")) < later.index("<h1")
    assert "EventPostponed" in later
    assert "Xã Thử 0" in client.get(reverse("events:events"), {"q": "xa thu 0"}).content.decode()
    assert "Xã Thử 0" not in client.get(reverse("events:events"), {"q": "khong co"}).content.decode()


def test_calendars_take_the_newer_state(client, event, worker):
    published(event, worker)

    def read(address) -> dict:
        answer = client.get(address)
        assert answer["Content-Type"].startswith("text/calendar")
        (entry,) = Calendar.from_ical(answer.content).walk("VEVENT")
        return entry

    first = read(reverse("events:event_file", args=[event.pk]))
    assert (first["STATUS"], first.decoded("DTSTART")) == ("CONFIRMED", event.starts_at)
    assert "Sân vận động xã" in first["LOCATION"]
    seasons.set_status(event=event, actor=worker, status="cancelled", note="Dịch bệnh.")
    second = read(reverse("events:subscription"))
    assert (second["UID"], second["STATUS"]) == (first["UID"], "CANCELLED")
    assert int(second["SEQUENCE"]) > int(first["SEQUENCE"])
    # A number that no commune can have is as good as none.
    assert client.get(reverse("events:subscription"), {"xa": "9" * 30}).status_code == 200


def test_papers_keep_the_measures_of_decree_30(event, worker):
    edited(event, worker, place="Nhà văn hoá")
    document = Document(io.BytesIO(kits.paper(event, "ke-hoach")))
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert 20 <= page.top_margin.mm <= 25
    assert 20 <= page.bottom_margin.mm <= 25
    assert 30 <= page.left_margin.mm <= 35
    assert 15 <= page.right_margin.mm <= 20
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert page.different_first_page_header_footer
    left, right = (cell.text for cell in document.tables[0].rows[0].cells)
    assert "XÃ THỬ 0" in left
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc" in right
    words = [paragraph.text for paragraph in document.paragraphs]
    assert words[0:2] == ["KẾ HOẠCH", event.title]
    assert "Căn cứ Luật thử số 1;" in words
    assert "TM. UỶ BAN NHÂN DÂN\nCHỦ TỊCH" in document.tables[1].rows[0].cells[1].text
    assert document.tables[1].rows[0].cells[0].text.endswith("- Lưu: VT.")
    # The signature is not torn apart, nor from the lines before it.
    assert document.tables[1].rows[0]._tr.trPr.xpath("w:cantSplit")
    assert [paragraph.paragraph_format.keep_with_next for paragraph in document.paragraphs[-2:]] == [True, True]
    speech = Document(io.BytesIO(kits.paper(event, "dien-van")))
    assert "Kính thưa bà con xã Thử 0." in [paragraph.text for paragraph in speech.paragraphs]
    programme = Document(io.BytesIO(kits.paper(event, "chuong-trinh")))
    assert "07:30: Đón đại biểu (Văn phòng)." in [paragraph.text for paragraph in programme.paragraphs]


@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice on the path")
def test_libreoffice_opens_a_long_plan_with_numbers_from_page_two(event, worker, tmp_path):
    edited(event, worker, plan_text="\n".join(["Nội dung kế hoạch của xã, một đoạn đủ dài để sang trang." * 4] * 30))
    (tmp_path / "plan.docx").write_bytes(kits.paper(event, "ke-hoach"))
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    told = [
        shutil.which("soffice"),
        home,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        tmp_path,
        tmp_path / "plan.docx",
    ]
    subprocess.run(told, check=True, capture_output=True, timeout=120)
    first, *others = [page.extract_text() for page in PdfReader(tmp_path / "plan.pdf").pages]
    # Letters that the fonts of this machine lack may come from another font, elsewhere in the line.
    assert "BAN NHÂN DÂN" in first.split("\n")[0]
    assert [page.split("\n")[0].strip() for page in others] == [str(number) for number in range(2, len(others) + 2)]
    assert "TM. " in others[-1]


@pytest.mark.parametrize(("kind", "millimetres"), [("ap-phich", (303, 426)), ("bang-ron", (600, 100))])
def test_prints_carry_the_commune_and_the_line(event, kind, millimetres):
    pdf = PdfReader(io.BytesIO(kits.print_pdf(event, kind)))
    (page,) = pdf.pages
    size = tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:])
    text = " ".join(page.extract_text().split())
    assert size == millimetres
    assert "Xã Thử 0" in text
    assert "111" in text


def test_peers_outsiders_and_watchers(client, season, event, author, worker):
    keeping = [
        reverse("events:kit", args=[event.pk]), reverse("events:edit", args=[event.pk]),
        reverse("events:file", args=[event.pk, "ke-hoach"]),
    ]  # fmt: skip
    acts = [reverse(f"events:{name}", args=[event.pk]) for name in ("take_offers", "publish", "set_status")]
    province = [reverse("events:edit_season", args=[season.pk]), reverse("events:new_season")]
    making = reverse("events:make_kits", args=[season.pk])
    for address in [*keeping, *province, reverse("events:desk")]:
        assert "/accounts/login/" in client.get(address)["Location"]
    for peer in (
        make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn")),
        make_user(role=Role.COMMUNICATOR, area=make_province("Tỉnh Khác")),
    ):
        client.force_login(peer)
        assert {client.get(address).status_code for address in keeping} == {404}
        assert {client.post(address).status_code for address in acts} == {404}
        assert client.get(reverse("events:event", args=[event.pk])).status_code == 404
        assert client.get(province[0]).status_code in (403, 404)
        assert client.post(making).status_code in (403, 404)
    client.force_login(make_user(role=Role.SUPERVISOR))
    assert {client.get(address).status_code for address in [*keeping, *province]} == {403}
    assert client.get(reverse("events:event", args=[event.pk])).status_code == 200
    client.force_login(worker)
    assert {client.get(address).status_code for address in [*keeping, reverse("events:desk")]} == {200}
    assert {client.get(address).status_code for address in province} == {403}
    assert client.post(making).status_code == 403
    client.force_login(author)
    assert {client.get(address).status_code for address in [*keeping, *province, reverse("events:desk")]} == {200}
    assert client.post(making).status_code == 302
    assert client.get(reverse("events:file", args=[event.pk, "khac"])).status_code == 404


def test_a_commune_edits_publishes_and_cancels_by_phone(client, event, worker):
    client.force_login(worker)
    at = timezone.localtime(event.starts_at)
    sent = {name: getattr(event, name) for name in seasons.TEXTS} | {
        "starts_at": f"{at:%Y-%m-%dT%H:%M}", "ends_at": f"{at + timedelta(hours=3):%Y-%m-%dT%H:%M}", "mode": "hybrid",
        "place": "Sân trường", "livestream": "https://phat.example/truc-tiep",
    }  # fmt: skip
    address = reverse("events:edit", args=[event.pk])
    wrong = client.post(address, sent | {"ends_at": "2020-01-01T00:00"})
    assert (wrong.status_code, "Sân trường" in wrong.content.decode()) == (409, True)
    assert client.post(address, sent).status_code == 302
    assert client.post(reverse("events:publish", args=[event.pk])).status_code == 302
    page = client.get(reverse("events:event", args=[event.pk])).content.decode()
    assert 'href="https://phat.example/truc-tiep"' in page
    status = reverse("events:set_status", args=[event.pk])
    assert client.post(status, {"status": "moved", "note": ""}).status_code == 409
    assert client.post(status, {"status": "moved", "note": "Chuyển vào nhà văn hoá."}).status_code == 302
    assert Event.objects.get().status == "moved"


def test_lists_cost_the_same_for_one_as_for_many(client, season, event, author, worker, communes):
    published(event, worker)
    pages = [reverse("events:events"), reverse("events:subscription"), reverse("events:desk")]
    client.force_login(author)
    [client.get(page) for page in pages]
    with CaptureQueriesContext(connection) as few:
        [client.get(page) for page in pages]
    for commune in communes[1:]:
        made = seasons.make_kit(season=season, commune=commune, actor=author)[0]
        published(made, author)
    with CaptureQueriesContext(connection) as many:
        assert {client.get(page).status_code for page in pages} == {200}
    assert len(many) == len(few)
    client.logout()
    with CaptureQueriesContext(connection) as page:
        client.get(reverse("events:event", args=[event.pk]))
    assert len(page) <= 5
