import time

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.utils import translation

from core.templatetags import look


@pytest.mark.parametrize(
    ("size", "vietnamese", "english"),
    [
        (None, "0 kB", "0 kB"),
        (1, "1 kB", "1 kB"),
        (812_400, "812 kB", "812 kB"),
        (999_499, "999 kB", "999 kB"),
        (999_500, "1,0 MB", "1.0 MB"),
        (2_340_000, "2,3 MB", "2.3 MB"),
        (23_450_000, "23,4 MB", "23.4 MB"),
    ],
)
def test_bytesize_reads_as_phones_count(size, vietnamese, english):
    assert look.bytesize(size) == vietnamese
    with translation.override("en"):
        assert look.bytesize(size) == english


def test_bytesize_has_a_comma_in_a_minority_language():
    with translation.override("ktv"):
        assert look.bytesize(1_200_000) == "1,2 MB"


@pytest.mark.parametrize(
    ("seconds", "read"), [(None, "0:00"), (9.6, "0:10"), (187, "3:07"), (3599.7, "1:00:00"), (3727, "1:02:07")]
)
def test_clock_reads_minutes_and_seconds(seconds, read):
    assert look.clock(seconds) == read


@pytest.mark.parametrize(
    ("size", "read"),
    [
        (0, "about 1 second on a slow line"),
        (2_400_000, "about 48 seconds on a slow line"),
        (2_999_000, "about 1 minute on a slow line"),
        (9_000_000, "about 3 minutes on a slow line"),
    ],
)
def test_slow_time_counts_at_400_kilobits(size, read):
    with translation.override("en"):
        assert look.slow_time(size) == read


@pytest.mark.parametrize(("share", "read"), [(None, "–"), (0, "0 %"), (0.873, "87 %"), (1, "100 %")])
def test_percent_is_whole(share, read):
    assert look.percent(share) == read


def test_sentences_keep_their_marks():
    assert look.sentences("Bà con ơi! Gọi số 111. Miễn phí…  Thật không?") == [
        "Bà con ơi!", "Gọi số 111.", "Miễn phí…", "Thật không?",
    ]  # fmt: skip


def test_wave_path_stays_inside_its_box():
    path = look.wave_path([0, 0.5, 1])
    assert path == "M0.0 23.5h56.00v1.0h-56.00zM80.0 12.5h56.00v23.0h-56.00zM160.0 1.0h56.00v46.0h-56.00z"
    assert look.wave_path([]) == ""


def test_state_kind_knows_the_words_of_the_house():
    words = ("aired", "valid", "stale", "expiring", "overdue", "missing", "draft", "", None)
    assert [look.state_kind(w) for w in words] == [
        "done", "done", "due", "due", "over", "over", "plain", "plain", "plain",
    ]  # fmt: skip


def test_state_kind_refuses_a_word_nobody_drew():
    with pytest.raises(ValueError, match="No shape is set for the state 'sideways'"):
        look.state_kind("sideways")


def test_tile_escapes_what_it_is_given():
    assert look.tile("aired", 'a "b" <c>', "<3", "/x?a=1&b=2") == (
        '<a class="tile shape is-done" href="/x?a=1&amp;b=2" title="a &quot;b&quot; &lt;c&gt;">'
        '<span aria-hidden="true">&lt;3</span><span class="visually-hidden">a &quot;b&quot; &lt;c&gt;</span></a>'
    )


def test_tile_cells_name_the_month_and_leave_unknown_ones_empty():
    columns = [{"label": "7", "long": "Tháng 7"}, {"label": "8"}]
    assert look.tile_cells([{"state": "overdue", "label": "quá hạn"}, None], columns) == (
        '<td data-when="7"><span class="tile shape is-over" title="Tháng 7: quá hạn">'
        '<span class="visually-hidden">Tháng 7: quá hạn</span></span></td><td data-when="8"></td>'
    )


def test_tile_cells_refuse_a_row_of_the_wrong_length():
    with pytest.raises(ValueError, match="zip"):
        look.tile_cells([None], [{"label": "7"}, {"label": "8"}])


def test_cells_refuse_a_row_of_the_wrong_length():
    with pytest.raises(ValueError, match="1 cells does not fit 2 columns"):
        look.cells(["a"], [{"label": "x"}, {"label": "y"}])


def test_component_takes_the_markup_inside_it_and_nothing_else():
    page = Template('{% load look %}{% component "card" title=name %}<b>{{ inner }}</b>{% endcomponent %}')
    html = page.render(Context({"name": "A & B", "inner": "<i>", "text": "leaks"}))
    assert html.strip().endswith('<section class="card"><h2>A &amp; B</h2><b>&lt;i&gt;</b></section>')


def test_component_refuses_a_loose_argument():
    with pytest.raises(TemplateSyntaxError, match="Usage"):
        Template('{% load look %}{% component "card" loose %}{% endcomponent %}')


def test_a_board_of_94_communes_and_12_months_is_drawn_in_little_time():
    columns = [{"label": str(n), "long": f"Tháng {n}"} for n in range(1, 13)]
    tile = {"state": "aired", "label": "đã phát 3 lần", "text": 3, "url": "/vi/bao-cao/xa/1/2026/7/"}
    rows = [{"label": f"Xã {n}", "url": "/x", "detail": "", "tiles": [tile] * 12} for n in range(94)]
    context = {"caption": "Bảng", "corner": "Xã", "columns": columns, "rows": rows, "legend": []}
    started = time.process_time()
    html = render_to_string("components/tile_board.html", context)
    taken = time.process_time() - started
    assert html.count('class="tile ') == 94 * 12
    assert taken < 0.25, f"{taken * 1000:.0f} ms"
