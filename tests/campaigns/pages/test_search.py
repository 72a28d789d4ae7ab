"""The search finds with and without marks, in the same order on every database."""

import pytest

from campaigns.pages.entries import exact_words, folded_words
from campaigns.pages.search import find, suggest
from campaigns.pages.tree import repair_tree
from tests.campaigns.pages.making import make_material, make_site

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def team():
    return make_site()


def titles(question: str, language: str = "vi", **filters) -> list[str]:
    """What is found, but for the platform's own pages."""
    return [entry.title for entry in find(question, language, **filters) if entry.kind != "help"]


@pytest.mark.parametrize(
    "question", ["mua bán người", "mua ban nguoi", "MUA BÁN", "nguoi mua", "mua  bán, người!", "mua ba"]
)
def test_words_are_found_with_and_without_marks(team, question):
    make_material(team, "Phòng, chống mua bán người")
    make_material(team, "Chuyện khác")
    assert titles(question) == ["Phòng, chống mua bán người"]


@pytest.mark.parametrize("question", ["", "  ", "…", "xyz", "ua ban", "mua xe", "%", "_ua"])
def test_what_begins_no_word_finds_nothing(team, question):
    make_material(team, "Phòng, chống mua bán người")
    assert titles(question) == []


def test_exact_marks_stand_before_folded_ones_and_titles_before_texts(team):
    make_material(team, "Khác", summary="Nói về bạn bè.")
    make_material(team, "Bán nương", summary="Thử.")
    make_material(team, "Khác nữa", summary="Nói về việc bán hàng.")
    make_material(team, "Bạn mới", summary="Thử.")
    assert titles("bán") == ["Bán nương", "Khác nữa", "Bạn mới", "Khác"]
    assert titles("bạn") == ["Bạn mới", "Khác", "Bán nương", "Khác nữa"]


def test_whole_phrase_stands_before_scattered_words(team):
    make_material(team, "Giữ giấy", summary="Người đi thì giấy tờ phải tự giữ.")
    make_material(team, "Tự giữ giấy tờ")
    assert titles("tu giu giay to")[0] == "Tự giữ giấy tờ"


def test_words_of_a_block_are_found(team):
    make_material(team, "Thử", body=[("paragraph", "<p>Hộ chiếu là của <b>mình</b>.</p>")])
    assert titles("ho chieu minh") == ["Thử"]


def test_apostrophes_inside_words_make_no_difference():
    assert folded_words("T’ngay p'rá ƀĕ") == " tngay pra be"
    assert exact_words("T’ngay, p'rá.") == " t’ngay p'rá"


def test_aliases_are_not_found_twice(team):
    make_material(team, "Hỏi kỹ trước khi đi")
    repair_tree()
    assert titles("hoi ky") == ["Hỏi kỹ trước khi đi"]
    assert titles("hoi ky", "ktv") == []


def test_filters_narrow_what_is_found(team):
    make_material(team, "Hỏi một", terms=["phu-nu"])
    make_material(team, "Hỏi hai", kind="leaflet", terms=["phu-nu", "tre-em"])
    assert titles("hoi", kind="leaflet") == ["Hỏi hai"]
    assert titles("hoi", term="tre-em") == ["Hỏi hai"]
    assert sorted(titles("hoi", term="phu-nu")) == ["Hỏi hai", "Hỏi một"]


def test_suggestions_are_titles(team, client):
    make_material(team, "Hỏi kỹ trước khi đi", summary="giấy tờ")
    repair_tree()
    assert [one.title for one in suggest("ho k", "vi")] == ["Hỏi kỹ trước khi đi"]
    assert suggest("giay", "vi") == []
    offered = {"title": "Hỏi kỹ trước khi đi", "url": "/vi/tai-lieu/hoi-ky-truoc-khi-di/", "lang": "vi"}
    assert client.get("/vi/tim-kiem/suggest/?q=hoi").json() == {"pages": [offered]}
    # A language with nothing of its own is offered what there is in Vietnamese.
    assert client.get("/ktv/tim-kiem/suggest/?q=hoi").json() == {"pages": [offered]}
    assert client.get("/ktv/tim-kiem/suggest/?q=xyz").json() == {"pages": []}


def test_nothing_found_offers_the_help_line(team, client):
    html = client.get("/vi/tim-kiem/?q=xyzzy").content.decode()
    words = html.split("<main")[1].split("</main>")[0]
    assert "xyzzy" in words
    assert 'href="tel:111"' in words


def test_a_minority_language_is_offered_what_there_is_in_vietnamese(team, client):
    make_material(team, "Hỏi kỹ trước khi đi")
    repair_tree()
    html = client.get("/ktv/tim-kiem/?q=hoi", follow=True).content.decode()
    assert '<h2 lang="vi"><a href="/vi/tai-lieu/hoi-ky-truoc-khi-di/">' in html


def test_what_is_typed_is_shown_as_text(team, client):
    html = client.get("/vi/tim-kiem/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in html
