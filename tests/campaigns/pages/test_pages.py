"""Pages of the site as readers meet them: addresses, languages, lists, and what they cost."""

import gzip

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from campaigns.models import HelpPage, MaterialPage, PageEntry, PreventionModelPage, Term
from campaigns.pages.cache import forget_pages
from campaigns.pages.terms import load_terms
from campaigns.pages.tree import repair_tree
from tests.campaigns.pages.making import draft_material, make_material, make_site, publish, section

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def team():
    return make_site()


def text(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_address_is_read_without_marks(team):
    assert make_material(team, "Hỏi kỹ trước khi đi").url == "/vi/tai-lieu/hoi-ky-truoc-khi-di/"


def test_address_of_a_second_page_of_the_same_title_differs(team):
    make_material(team, "Đi làm xa")
    assert make_material(team, "Đi làm xa").slug == "di-lam-xa-2"


def test_moved_page_is_found_at_its_old_address(team, client, django_capture_on_commit_callbacks):
    page = make_material(team, "Đi làm xa")
    page.slug = "di-lam-xa-an-toan"
    page.save_revision(user=team.author)
    with django_capture_on_commit_callbacks(execute=True):
        publish(team, page)
    response = client.get("/vi/tai-lieu/di-lam-xa/")
    assert (response.status_code, response.headers["Location"]) == (301, "/vi/tai-lieu/di-lam-xa-an-toan/")


def test_each_kind_of_page_stands_only_in_its_section(team):
    assert MaterialPage.can_create_at(section("materials"))
    assert not MaterialPage.can_create_at(section("law"))
    assert PreventionModelPage.can_create_at(section("models"))
    page = make_material(team)
    assert page.can_move_to(section("materials"))
    assert not page.can_move_to(section("news"))


def test_lesson_pack_needs_its_grades(team):
    with pytest.raises(ValidationError, match="khối lớp"):
        draft_material(team, kind="lesson")
    assert make_material(team, "Bài học thử", kind="lesson", grade="6-9").live


@pytest.mark.parametrize("code", ["ktv", "sed", "jeh", "cua"])
def test_untranslated_page_reads_vietnamese_and_says_so(team, client, code):
    make_material(team, "Hỏi kỹ trước khi đi")
    repair_tree()
    html = text(client, f"/{code}/tai-lieu/hoi-ky-truoc-khi-di/")
    assert '<article lang="vi">' in html
    assert "Chưa có bản dịch" in html
    assert '<link rel="canonical" href="http://127.0.0.1:8000/vi/tai-lieu/hoi-ky-truoc-khi-di/">' in html
    assert 'hreflang="vi" href="http' not in html


def test_page_names_its_true_translations_and_no_alias(team, client):
    page = make_material(team, "Hỏi kỹ trước khi đi")
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))
    english.title = "Ask before you go"
    english.save_revision(user=team.author)
    publish(team, english)
    repair_tree()
    html = text(client, page.url)
    assert 'hreflang="en" href="http://127.0.0.1:8000/en/tai-lieu/hoi-ky-truoc-khi-di/"' in html
    assert 'rel="alternate" hreflang="ktv"' not in html
    assert '<article lang="en">' in text(client, "/en/tai-lieu/hoi-ky-truoc-khi-di/")


def test_repairing_a_whole_tree_makes_nothing(team):
    repair_tree()
    make_material(team)
    assert repair_tree() == 5
    assert repair_tree() == 0


def test_section_lists_live_pages_and_filters_by_kind_and_term(team, client):
    make_material(team, "Áp phích thử", terms=["phu-nu"])
    make_material(team, "Tờ rơi thử", kind="leaflet", terms=["tre-em"])
    draft_material(team, "Nháp thử")
    everything = text(client, "/vi/tai-lieu/")
    assert "Áp phích thử" in everything
    assert "Tờ rơi thử" in everything
    assert "Nháp thử" not in everything
    assert "Tờ rơi thử" not in text(client, "/vi/tai-lieu/?kind=poster")
    assert "Áp phích thử" not in text(client, "/vi/tai-lieu/?term=tre-em")
    assert "Tờ rơi thử" in text(client, "/vi/tai-lieu/?kind=khong-co")


def test_list_in_a_minority_language_marks_vietnamese_words(team, client):
    make_material(team, "Áp phích thử")
    repair_tree()
    html = text(client, "/ktv/tai-lieu/")
    assert '<h2 lang="vi"><a href="/ktv/tai-lieu/ap-phich-thu/">' in html


def test_unpublished_page_leaves_the_lists_at_once(team, client):
    page = make_material(team, "Áp phích thử")
    assert "Áp phích thử" in text(client, "/vi/tai-lieu/")
    page.unpublish()
    assert "Áp phích thử" not in text(client, "/vi/tai-lieu/")
    assert not PageEntry.objects.filter(page=page).exists()


def test_help_page_shows_only_lines_that_were_called_lately(team, client):
    from tests.campaigns.making import make_hotline

    make_hotline("222", days=-1)
    html = text(client, HelpPage.objects.get(locale__language_code="vi").url)
    assert 'href="tel:111"' in html
    assert "222" not in html
    assert "<form" not in html.split("<main")[1].split("</main>")[0]


def test_terms_loaded_again_keep_what_people_changed(team):
    Term.objects.filter(code="phu-nu").update(name="Chị em phụ nữ")
    before = Term.objects.count()
    assert load_terms() == 0
    assert (Term.objects.count(), Term.objects.get(code="phu-nu").name) == (before, "Chị em phụ nữ")


@pytest.mark.parametrize(
    "path",
    [
        "/vi/",
        "/vi/tai-lieu/",
        "/vi/tai-lieu/ap-phich-1/",
        "/vi/tim-giup-do/",
        "/ktv/tai-lieu/",
        "/ktv/tai-lieu/ap-phich-1/",
    ],
)
def test_page_costs_few_queries_and_a_kept_one_none(team, client, path):
    for number in (1, 2, 3):
        make_material(team, f"Áp phích {number}", terms=["phu-nu", "tre-em"])
    repair_tree()
    client.get(path)
    forget_pages()
    with CaptureQueriesContext(connection) as first:
        made = client.get(path)
    assert len(first) <= 12, [query["sql"][:150] for query in first]
    with CaptureQueriesContext(connection) as second:
        kept = client.get(path)
    assert (len(second), kept.content) == (0, made.content)


def test_list_costs_the_same_with_one_page_and_with_five(team, client):
    counts = []
    make_material(team, "Áp phích đầu", terms=["phu-nu"])
    client.get("/vi/tai-lieu/")
    for number in range(5):
        make_material(team, f"Áp phích {number}", terms=["phu-nu"])
        forget_pages()
        with CaptureQueriesContext(connection) as queries:
            client.get("/vi/tai-lieu/")
        counts.append(len(queries))
    assert counts[0] == counts[-1]


def test_published_change_is_seen_at_once(team, client):
    page = make_material(team, "Áp phích thử")
    assert "Tóm tắt thử." in text(client, page.url)
    page.summary = "Tóm tắt mới."
    page.save_revision(user=team.author)
    assert "Tóm tắt thử." in text(client, page.url)
    publish(team, page)
    assert "Tóm tắt mới." in text(client, page.url)


def test_kept_page_is_packed_once_and_only_for_who_can_unpack_it(team, client):
    packed = [client.get("/vi/", headers={"Accept-Encoding": "gzip"}) for _again in range(3)]
    # Django's packing puts a file name of random length into each: the same bytes twice were packed once.
    assert len({one.content for one in packed}) == 1
    assert {one["Content-Encoding"] for one in packed} == {"gzip"}
    plain = client.get("/vi/")
    assert "Content-Encoding" not in plain
    assert gzip.decompress(packed[0].content) == plain.content
    assert "Accept-Encoding" in packed[0]["Vary"]


def test_kept_page_is_never_shown_to_somebody_signed_in(team, client):
    assert "Đăng nhập" in text(client, "/vi/")
    client.force_login(team.author)
    assert "Đăng xuất" in text(client, "/vi/")
    client.logout()
    assert "Đăng xuất" not in text(client, "/vi/")


def test_anonymous_pages_set_no_cookie(team, client):
    make_material(team, "Áp phích thử")
    for path in ("/vi/", "/vi/tai-lieu/", "/vi/tai-lieu/ap-phich-thu/", "/vi/tim-kiem/?q=thu", "/vi/tim-giup-do/"):
        assert client.get(path).cookies == {}, path
