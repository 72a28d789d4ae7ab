"""What people share of a page: its picture, its pack, papers with the commune's name, codes; and what is counted."""

import hashlib
import io
import zipfile

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader
from wagtail.models import Page, Site

from campaigns.models import Campaign, CampaignPage, DailyReading
from campaigns.pages import paper, readings, sharing
from campaigns.pages.approval import take_down
from campaigns.pages.cache import forget_pages
from campaigns.pages.tree import repair_tree
from campaigns.views import share
from media import jobs
from media.models import Job
from people.roles import Role
from tests.campaigns.pages.making import draft_explainer, draft_material, make_material, make_site, publish, section
from tests.factories import make_commune, make_user

pytestmark = pytest.mark.django_db
BODY = [
    ("heading", "Ba dấu hiệu cần dừng lại"),
    ("signs", {"title": "Dấu hiệu", "signs": ["Giục đi ngay.", "Đòi giữ căn cước hộ."]}),
    ("paragraph", "<p>Ai mời đi làm xa cũng phải nói được <b>tên công ty</b>.</p>"),
    ("situation", {"title": "Tin nhắn", "story": "<p>Một lời rủ.</p>", "lesson": "Hỏi người nhà."}),
]


@pytest.fixture
def team():
    return make_site()


@pytest.fixture(autouse=True)
def nothing_read_yet():
    readings._tally.clear()


def work_off() -> int:
    done = [jobs.run(pk) for pk in Job.objects.filter(kind="share-kit", state="queued").values_list("pk", flat=True)]
    return len(done)


def kit_made(team, django_capture_on_commit_callbacks, **fields):
    with django_capture_on_commit_callbacks(execute=True):
        page = make_material(team, body=BODY, **fields)
    assert work_off() == 1
    return page


# Cards and packs ------------------------------------------------------------------------------------------------------


def test_a_page_that_went_out_has_a_card_and_says_so(client, team, django_capture_on_commit_callbacks):
    page = kit_made(team, django_capture_on_commit_callbacks)
    context = sharing.share_context(page)
    answer = client.get(page.url).content.decode()
    assert f'<meta property="og:image" content="{context["card_url"]}">' in answer
    picture = client.get(reverse("share:file", args=[page.pk, context["digest"], "png"]))
    assert picture.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert Image.open(io.BytesIO(b"".join(picture.streaming_content))).size == paper.CARD_SIZE


def test_where_vietnamese_words_stand_in_they_are_shared_as_the_vietnamese_page(
    client, team, django_capture_on_commit_callbacks
):
    page = kit_made(team, django_capture_on_commit_callbacks)
    repair_tree()
    answer = client.get(page.url.replace("/vi/", "/ktv/")).content.decode()
    share = sharing.share_context(page)
    assert f'<meta property="og:image" content="{share["card_url"]}">' in answer
    assert f'data-url="{page.full_url}?tu=chia-se"' in answer
    # It can be kept for reading without a connection, with the help page of the reader's own language.
    assert 'data-worker="/ktv/reader.js" data-help="/ktv/tim-giup-do/"' in answer


def test_a_kit_that_is_missing_is_made_again_when_the_page_is_read(client, team, django_capture_on_commit_callbacks):
    page = kit_made(team, django_capture_on_commit_callbacks, kind="lesson", grade="6-9")
    digest = sharing.digest_of(page)
    for ending in ("png", "zip"):
        sharing.file_of(page, ending).unlink()
        forget_pages()
        assert client.get(page.url).status_code == 200
        assert work_off() == 1
        assert sharing.share_context(page)["is_whole"]
    # The same words at another address of the site are another kit.
    Site.objects.update(hostname="khac.example")
    Site.clear_site_root_paths_cache()
    page = Page.objects.get(pk=page.pk).specific
    assert sharing.digest_of(page) != digest
    forget_pages()
    client.get(page.url)
    assert work_off() == 1


def test_a_changed_page_has_another_card_and_the_old_one_is_gone(client, team, django_capture_on_commit_callbacks):
    page = kit_made(team, django_capture_on_commit_callbacks)
    old = sharing.digest_of(page)
    with django_capture_on_commit_callbacks(execute=True):
        page.key_message = "Câu khác hẳn."
        page.save_revision(user=team.author)
        page = publish(team, Page.objects.get(pk=page.pk).specific)
    # Until the worker has come by, no picture is offered, rather than one with other words.
    assert sharing.share_context(page)["card"] == 0
    work_off()
    assert client.get(reverse("share:file", args=[page.pk, old, "png"])).status_code == 404
    assert [path.name for path in paper.folder().iterdir()] == [f"{page.pk}-{sharing.digest_of(page)}.png"]


def test_what_is_taken_down_is_shared_no_more(client, team, django_capture_on_commit_callbacks):
    page = kit_made(team, django_capture_on_commit_callbacks)
    addresses = [
        reverse("share:file", args=[page.pk, sharing.digest_of(page), "png"]),
        reverse("share:qr", args=[page.pk, "ap-phich", "png"]),
        reverse("share:paper", args=[page.pk]),
    ]
    assert [client.get(one).status_code for one in addresses] == [200, 200, 200]
    take_down(page=page, actor=team.approver, reason="Thử")
    assert [client.get(one).status_code for one in addresses] == [404, 404, 404]
    draft = draft_material(team, "Chưa đăng")
    assert client.get(reverse("share:paper", args=[draft.pk])).status_code == 404


def test_a_lesson_has_a_pack_that_is_whole(client, team, django_capture_on_commit_callbacks):
    page = kit_made(team, django_capture_on_commit_callbacks, kind="lesson", grade="6-9", title="Bài học: Hỏi kỹ")
    context = sharing.share_context(page)
    answer = client.get(reverse("share:file", args=[page.pk, context["digest"], "zip"]))
    data = b"".join(answer.streaming_content)
    assert len(data) == context["pack"] == int(answer.headers["Content-Length"])
    book = zipfile.ZipFile(io.BytesIO(data))
    names = [
        "01_bai-hoc-hoi-ky_A3.pdf",
        "01_bai-hoc-hoi-ky_A4.pdf",
        "01_bai-hoc-hoi-ky_anh.png",
        "01_bai-hoc-hoi-ky_qr.png",
    ]
    assert book.namelist() == [*names, "README.txt", "SHA256SUMS"]
    for line in book.read("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(book.read(name)).hexdigest() == digest
    assert "Bài học: Hỏi kỹ" in book.read("README.txt").decode()
    assert sharing.pack(page) == data


def test_a_campaign_s_pack_follows_its_materials(team, django_capture_on_commit_callbacks):
    day = timezone.localdate()
    campaign = Campaign.objects.create(name="Chiến dịch thử", starts_on=day, ends_on=day)
    page = CampaignPage(title="Chiến dịch thử", summary="Thử.", campaign=campaign, live=False, owner=team.author)
    section("campaigns").add_child(instance=page)
    page.save_revision(user=team.author)
    with django_capture_on_commit_callbacks(execute=True):
        page = publish(team, page)
    work_off()
    before = sharing.digest_of(page)
    with django_capture_on_commit_callbacks(execute=True):
        one = make_material(team, "Áp phích một", campaign=campaign)
    assert work_off() == 2
    page = Page.objects.get(pk=page.pk).specific
    assert sharing.digest_of(page) != before
    names = zipfile.ZipFile(sharing.file_of(page, "zip")).namelist()
    assert "01_ap-phich-mot_A3.pdf" in names
    assert sharing.materials_of(page) == [one]


# Paper ------------------------------------------------------------------------------------------------------------------


def millimetres(page) -> tuple[int, int]:
    return round(float(page.mediabox.width) / 72 * 25.4), round(float(page.mediabox.height) / 72 * 25.4)


@pytest.mark.parametrize(
    ("kind", "size", "bleed", "sheet", "pages"),
    [
        ("poster", "a3", "", (297, 420), 1), ("poster", "a5", "on", (166, 228), 1), ("leaflet", "a4", "on", (228, 315), 1),
        ("leaflet", "a5", "", (148, 210), 1), ("folded", "a4", "", (297, 210), 2),
    ],
)  # fmt: skip
def test_a_paper_carries_commune_line_and_words(client, team, kind, size, bleed, sheet, pages):
    page, commune = make_material(team, body=BODY), make_commune("Xã Được In Tên")
    asked = {"kind": kind, "size": size, "commune": commune.pk, "bleed": bleed}
    answer = client.get(reverse("share:paper", args=[page.pk]), asked)
    assert answer.headers["Content-Type"] == "application/pdf"
    book = PdfReader(io.BytesIO(answer.content))
    assert len(book.pages) == pages
    assert millimetres(book.pages[0]) == sheet
    words = " ".join(" ".join(one.extract_text() for one in book.pages).split())
    assert "Xã Được In Tên" in words
    assert "111" in words
    assert "Nhớ hỏi kỹ (thử)." in words
    # What a material is for is said to communicators, not to who reads the paper.
    assert page.summary not in words
    assert "Đòi giữ căn cước hộ." in words
    # A folded leaflet may lie about at home: the line's name is not on it.
    assert ("Tổng đài thử" in words) == (kind != "folded")
    if kind != "poster":
        assert "Tình huống minh họa: Tin nhắn" in words


def test_paper_that_does_not_fit_is_said(client, team):
    page = make_material(team)
    answer = client.get(reverse("share:paper", args=[page.pk]), {"kind": "folded", "size": "a3"})
    assert answer.status_code == 400
    assert "A4" in str(answer.context["form"].errors["size"])
    assert client.get(reverse("share:paper", args=[page.pk]), {"kind": "x", "size": "a4"}).status_code == 400


def test_strangers_make_so_many_papers_and_one_at_a_time(client, team, monkeypatch):
    page = make_material(team)
    asked, address = {"kind": "poster", "size": "a4"}, reverse("share:paper", args=[page.pk])
    made = []
    monkeypatch.setattr(share, "paper_pdf", lambda *_args, **_more: made.append(1) or b"%PDF-")
    monkeypatch.setattr(share, "FROM_ONE_ADDRESS", 2)
    monkeypatch.setattr(share, "PATIENCE", 0.01)
    with share._making:
        busy = client.get(address, asked)
    assert (busy.status_code, made) == (503, [])
    assert "đang" in str(busy.context["form"].non_field_errors())
    assert [client.get(address, asked).status_code for _ in range(3)] == [200, 429, 429]
    assert len(made) == 1
    assert client.get(address).status_code == 200
    assert client.get(address, asked, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_a_paper_that_fails_blocks_no_other(client, team, monkeypatch):
    page = make_material(team)

    def fails(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(share, "paper_pdf", fails)
    with pytest.raises(RuntimeError):
        client.get(reverse("share:paper", args=[page.pk]), {"kind": "poster", "size": "a4"})
    assert share._making.acquire(blocking=False)
    share._making.release()


def test_a_long_message_and_a_law_page_fit_too(team):
    page = make_material(team, key_message="Một câu rất dài " * 9 + "hết.", title="Tên dài " * 20)
    assert len(PdfReader(io.BytesIO(paper.paper_pdf(page, "poster", "a5"))).pages) == 1
    law = publish(team, draft_explainer(team))
    assert len(PdfReader(io.BytesIO(paper.paper_pdf(law, "leaflet", "a4"))).pages) == 1
    assert len(paper.card_png(page)) < 200_000


@pytest.mark.parametrize("lines", range(4, 26, 3))
def test_no_word_of_a_text_is_cut_off(team, lines):
    body = []
    for number in range(lines):
        body.append(("heading", f"Điều {number}: một tiêu đề dài vừa phải, hai dòng là ít"))
        body.append(("paragraph", f"<p>{'Chữ nghĩa của bài. ' * (number % 5 + 1)} Hết{number}.</p>"))
    page = make_material(team, body=body)
    # Below these heights (mm) stands the foot, or the edge of the sheet.
    for kind, size, foot in (("leaflet", "a4", 60), ("leaflet", "a5", 42), ("folded", "a4", 9)):
        heights = []

        def look(text, cm, tm, _font, _size, heights=heights):
            if "Hết" in text:
                heights.append((tm[4] * cm[1] + tm[5] * cm[3] + cm[5]) / 72 * 25.4)

        for sheet in PdfReader(io.BytesIO(paper.paper_pdf(page, kind, size))).pages:
            sheet.extract_text(visitor_text=look)
        assert len(heights) == lines, (kind, size)
        assert min(heights) >= foot, (kind, size)


def test_a_code_names_the_page_and_where_it_hangs(client, team):
    page = make_material(team)
    assert paper.address(page, "ap-phich") == f"{page.full_url}?tu=ap-phich"
    svg = client.get(reverse("share:qr", args=[page.pk, "ap-phich", "svg"]))
    assert svg.content.startswith(b"<svg")
    picture = client.get(reverse("share:qr", args=[page.pk, "to-roi", "png"]))
    assert Image.open(io.BytesIO(picture.content)).size[0] >= 300
    assert client.get(reverse("share:qr", args=[page.pk, "la", "svg"])).status_code == 404


# Readings ---------------------------------------------------------------------------------------------------------------


def test_readings_are_totals_of_a_day_by_page_and_source(client, team):
    page, other = make_material(team), make_material(team, "Trang khác")
    for address in (page.url, page.url, f"{page.url}?tu=ap-phich", f"{page.url}?tu=khong-co", other.url):
        assert client.get(address).status_code == 200
    readings.write_down()
    client.get(page.url)
    readings.write_down()
    found = set(DailyReading.objects.values_list("page", "source", "times", "day"))
    today = timezone.localdate()
    assert found == {(page.pk, "", 4, today), (page.pk, "ap-phich", 1, today), (other.pk, "", 1, today)}


def test_a_kept_page_is_counted_without_a_query(client, team):
    page = make_material(team)
    client.get(page.url)
    with CaptureQueriesContext(connection) as queries:
        client.get(page.url)
    assert len(queries) == 0
    readings.write_down()
    assert DailyReading.objects.get().times == 2


def test_a_stranger_s_questions_are_not_kept(client, team):
    page = make_material(team)
    for question, kept in (("", True), ("?tu=ap-phich", True), ("?page=2", True), ("?tu=la", False), ("?x=1", False),
                           ("?page=100", False), ("?tu=ap-phich&x=1", False)):  # fmt: skip
        client.get(page.url + question)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page.url + question).status_code == 200
        assert (len(queries) == 0) == kept, question
    searched = reverse("search:search")
    for address in (searched, f"{searched}?q=h%E1%BB%8Fi"):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert (len(queries) == 0) == (address == searched)


def test_officers_machines_and_pages_that_are_gone_do_not_count(client, team):
    page = make_material(team)
    client.get(page.url, headers={"user-agent": "Googlebot/2.1"})
    client.get(page.url, headers={"sec-purpose": "prefetch"})
    client.head(page.url)
    client.get(page.url + "khong-co/")
    client.force_login(make_user(role=Role.COMMUNICATOR))
    client.get(page.url)
    readings.write_down()
    assert DailyReading.objects.count() == 0
    client.logout()
    cache.clear()
    client.get(page.url)
    Page.objects.get(pk=page.pk).delete()
    readings.write_down()
    assert DailyReading.objects.count() == 0


def test_small_numbers_are_not_shown(client, team):
    page = make_material(team)
    DailyReading.objects.create(page=page, day=timezone.localdate(), source="to-roi", times=4)
    DailyReading.objects.create(page=page, day=timezone.localdate(), source="", times=5)
    DailyReading.objects.create(page=page, day=timezone.localdate(), source="ap-phich", times=12)
    client.force_login(make_user(role=Role.COMMUNICATOR))
    answer = client.get(reverse("page_readings"))
    assert [(row["source"], row["times"], row["few"]) for row in answer.context["page"]] == [
        ("áp phích", 12, False), ("không qua mã", 5, False), ("tờ rơi", 4, True),
    ]  # fmt: skip
    words = answer.content.decode()
    assert "dưới 5" in words
    assert "<td>4</td>" not in words
    client.force_login(make_user(role=Role.TRAINEE))
    assert client.get(reverse("page_readings")).status_code in (302, 403)
