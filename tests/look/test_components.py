import re

import pytest
from bs4 import BeautifulSoup
from django.core.paginator import Paginator
from django.template.loader import render_to_string

from tests.look.gallery import COMPONENTS, example_context, example_form, gallery_html, render


def part(component: str, /, **parameters) -> BeautifulSoup:
    return BeautifulSoup(render(f"components/{component}.html", parameters), "html.parser")


@pytest.fixture(scope="module")
def gallery():
    return BeautifulSoup(gallery_html(), "html.parser")


def test_gallery_shows_every_component(gallery):
    marks = {
        "hotline_strip": ".hotline", "quick_exit": ".exit", "language_switch": ".drop-list", "breadcrumbs": ".crumbs",
        "button": ".button", "card": ".card", "chip": ".chip", "stat": ".stat", "progress": ".progress",
        "player": ".player", "waveform": ".wave", "download_button": ".download", "tile": ".tile",
        "tile_board": ".board", "data_table": ".cards-below", "form": ".field", "form_field": ".choice",
        "field_notes": ".hint", "stepper": ".steps", "empty_state": ".empty", "toast": ".toast", "dialog": ".dialog",
        "pager": ".pager", "video": "video",
    }  # fmt: skip
    assert set(marks) == {path.stem for path in COMPONENTS} - {"gallery"}
    assert [name for name, mark in marks.items() if not gallery.select(mark)] == []


def test_gallery_ids_are_unique(gallery):
    ids = [tag["id"] for tag in gallery.select("[id]")]
    assert sorted(ids) == sorted(set(ids))


def test_every_template_comment_is_gone(gallery):
    assert "{#" not in str(gallery)
    assert "{%" not in str(gallery)


def test_page_stands_without_any_context():
    page = BeautifulSoup(render_to_string("base.html"), "html.parser")
    assert page.select_one("main#content") is not None
    assert page.select(".hotline, .menu, .drop") == []
    assert page.select_one("a.exit")["href"]


def test_hotline_strip_links_every_number():
    lines = example_context()["hotlines"]
    strip = part("hotline_strip", hotlines=lines, full=True)
    assert [a["href"] for a in strip.select("a")] == ["tel:111", "tel:1900969680"]
    assert strip.select_one("p").text == lines[0]["detail"]
    assert part("hotline_strip", hotlines=[]).text.strip() == ""


def test_language_switch_writes_each_language_in_its_own_name():
    switch = part("language_switch", links=example_context()["language_links"])
    assert [(a["lang"], a.text) for a in switch.select("a")][2:4] == [("ktv", "Cơ Tu"), ("sed", "Xơ Đăng")]
    assert [a.text for a in switch.select('[aria-current="true"]')] == ["Tiếng Việt"]


def test_chip_has_word_shape_and_colour():
    chip = part("chip", state="overdue", label="quá hạn").span
    assert (chip["class"], chip.text) == (["chip", "shape", "is-over"], "quá hạn")


def test_download_button_says_format_size_and_time():
    button = part("download_button", url="/a.mp3", label="Tải về", format="MP3 128", size=2_400_000, sha256="9f86")
    assert re.sub(r"\s+", " ", button.a.text).startswith("Tải về MP3 128 · 2,4 MB · ")
    assert "48" in button.a.text
    assert button.a.has_attr("download")
    assert button.code.text == "9f86"
    assert part("download_button", url="/a", label="a", format="b", size=1).details is None


def test_player_loads_nothing_before_a_tap():
    player = part("player", title="Bản tin", sources=[{"src": "/a.ogg", "type": "audio/ogg"}, {"src": "/a.m4a"}])
    assert player.audio["preload"] == "none"
    assert [s["src"] for s in player.select("source")] == ["/a.ogg", "/a.m4a"]
    assert player.select_one("[data-player-error]").has_attr("hidden")


def test_button_is_a_link_or_a_button():
    assert part("button", label="Xem", url="/x", kind="quiet").a["class"] == ["button", "quiet"]
    button = part("button", label="Lưu", name="act", value=0, disabled=True).button
    assert (button["type"], button["name"], button["value"], button.has_attr("disabled")) == (
        "submit", "act", "0", True,
    )  # fmt: skip


def test_stat_draws_its_share_even_when_it_is_nothing():
    assert part("stat", label="a", value=0, share=0).progress["value"] == "0"
    assert part("stat", label="a", value=61, share=0.649).progress["value"] == "65"
    assert part("stat", label="a", value=61).progress is None


def test_form_field_joins_hint_and_error_to_its_input():
    form = part("form", form=example_form())
    recording = form.select_one("#id_recording")
    ids = recording["aria-describedby"].split()
    assert [form.find(id=i) is not None for i in ids] == [True, True]
    assert recording["aria-invalid"] == "true"
    assert form.select_one('[role="alert"]').text.strip().startswith("Chưa lưu được")
    assert form.select_one('label[for="id_phone"] .optional') is not None
    assert form.select_one('label[for="id_name"] .optional') is None
    assert form.select_one('label[for="id_sure"] input[type=checkbox]') is not None
    assert [r["value"] for r in form.select("fieldset input[type=radio]")] == ["sim", "power", "speaker", "other"]


def test_data_table_labels_each_cell_for_small_screens():
    table = part(
        "data_table", caption="Bảng", columns=[{"label": "Xã"}, {"label": "Lần", "numeric": True}], rows=[["Trà My", 0]]
    )
    cell = table.tbody.td
    assert (cell["data-label"], cell["class"], cell.text) == ("Lần", ["n"], "0")
    assert table.tbody.th["scope"] == "row"


def test_tile_board_gives_every_tile_words():
    context = example_context()
    board = part("tile_board", **{k: context[k] for k in ("columns", "rows", "legend")}, caption="Bảng", corner="Xã")
    tiles = board.select("tbody .tile")
    assert len(tiles) == 4 * 12
    assert [t.text for t in tiles[3:5]] == ["Tháng 4: đã phát", "Tháng 5: đã phát"]
    assert all(t["href"] for t in tiles)
    assert [li.text.strip() for li in board.select(".legend li")] == [e["label"] for e in context["legend"]]


def test_tile_board_without_rows_still_has_its_head():
    board = part("tile_board", caption="Bảng", corner="Xã", columns=[{"label": "1"}], rows=[])
    assert (board.caption.text, board.select("tbody tr")) == ("Bảng", [])


def test_stepper_says_where_we_are():
    steps = part("stepper", label="Đường đi", steps=example_context()["steps"])
    assert [li["aria-current"] for li in steps.select("[aria-current]")] == ["step"]


def test_empty_state_offers_the_next_act():
    assert part("empty_state", text="Chưa có gì", url="/x", label="Thêm").a["href"] == "/x"
    assert part("empty_state", text="Chưa có gì").a is None


def test_toast_is_drawn_by_its_kind():
    kinds = {kind: part("toast", text="x", kind=kind).div["class"][-1] for kind in ("success", "warning", "error", "")}
    assert kinds == {"success": "is-done", "warning": "is-due", "error": "is-over", "": "is-plain"}


def test_dialog_keeps_the_quick_exit_within_reach():
    dialog = part("dialog", id="d", title="Huỷ?", text="x").dialog
    assert dialog.select_one("a.exit[data-quick-exit]") is not None
    assert dialog["aria-labelledby"] == dialog.h2["id"]


def test_pager_keeps_the_filters_of_the_address():
    html = render("components/pager.html", {"page": Paginator(range(30), 10).page(2)}, {"q": "trà", "page": "2"})
    links = [a["href"] for a in BeautifulSoup(html, "html.parser").select("a")]
    assert links == ["?q=tr%C3%A0&page=1", "?q=tr%C3%A0&page=3"]
    assert part("pager", page=Paginator(range(3), 10).page(1)).nav is None


def test_breadcrumbs_end_at_this_page():
    crumbs = part("breadcrumbs", items=[{"label": "Trang đầu", "url": "/"}, {"label": "Phát thanh"}])
    assert crumbs.select_one('[aria-current="page"]').text == "Phát thanh"
    assert part("breadcrumbs", items=[]).nav is None


def test_card_title_may_be_a_link():
    card = part("card", title="Trà My", url="/x", level=3, text="<b>")
    assert (card.h3.a["href"], card.p.text) == ("/x", "<b>")


def test_video_names_its_size_and_loads_only_its_poster():
    video = part("video", title="Phim", src="/f.mp4", type="video/mp4", poster="/p.jpg", width=640, height=360, seconds=25,
                 size=37_400, captions="/c.vtt", captions_lang="vi")  # fmt: skip
    film, track = video.find("video"), video.find("track")
    assert (film["preload"], film["poster"], film["width"], film["height"]) == ("none", "/p.jpg", "640", "360")
    assert (film.find("source")["src"], film.has_attr("autoplay")) == ("/f.mp4", False)
    # A track that is not the default is fetched when somebody begins to watch.
    assert (track["src"], track["srclang"], track.has_attr("default")) == ("/c.vtt", "vi", False)
    assert "0:25 · 37 kB" in video.find("small").text
