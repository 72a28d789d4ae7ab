"""Captions: what is written can be read; what a browser would silently drop is named with its line."""

from itertools import pairwise

import pytest
from django.utils.translation import override

from media.webvtt import LINE, Cue, parse, spread, write


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def test_what_is_written_reads_as_it_was():
    cues = [Cue(0.0, 2.5, "Hỏi kỹ trước khi đi."), Cue(2.5, 3605.25, "5 < 6 & 7 > 6\nhai dòng")]
    text = write(cues)
    assert text.splitlines()[2] == "00:00:00.000 --> 00:00:02.500"
    assert "5 &lt; 6 &amp; 7 &gt; 6" in text
    assert parse(text) == (cues, [])


def test_file_of_another_program_is_understood():
    text = "\ufeffWEBVTT - Phụ đề\n\nNOTE của ai đó\ndòng hai\n\n1\n00:01.000 --> 00:02.000 align:start\n"
    text = f"{text}<v Chị Hai>Khoan <b>đã</b>\n".replace("\n", "\r\n")
    assert parse(text) == ([Cue(1.0, 2.0, "Khoan đã")], [])


GOOD = "WEBVTT\n\n00:01.000 --> 00:03.000\nmột\n\n"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("1\n00:01.000 --> 00:03.000\nmột\n", 1, "must be WEBVTT"),
        ("WEBVTTX\n\n00:01.000 --> 00:03.000\nmột\n", 1, "must be WEBVTT"),
        ("WEBVTT\n", 1, "no captions"),
        (GOOD + "00:03,000 --> 00:04,000\nhai\n", 6, "with a point"),
        (GOOD + "3.0 --> 4.0\nhai\n", 6, "with a point"),
        (GOOD + "00:61.000 --> 00:62.000\nhai\n", 6, "with a point"),
        (GOOD + "00:04.000 --> 00:03.500\nhai\n", 6, "ends before"),
        (GOOD + "00:00.500 --> 00:04.000\nhai\n", 6, "the one above"),
        (GOOD + "00:03.000 --> 00:04.000\n\n", 6, "no words"),
        (GOOD + "hai ba bốn\n", 6, "A time is missing"),
        (GOOD + "00:03.000 --> 00:04.000\nhai\n00:04.000 --> 00:05.000\nba\n", 8, "empty line is missing"),
        (GOOD + "00:03.000 --> 00:04.000\n<script>x</script>\n", 7, "Only <b>"),
        (GOOD + "00:03.000 --> 00:04.000\nmột < hai\n", 7, "Only <b>"),
        (GOOD + "STYLE\n::cue { color: red }\n", 6, "Styles"),
        (GOOD + "00:03.000 --> 00:04.000\n" + "dài " * 60 + "\n", 7, "Make two"),
        (GOOD + "00:20.000 --> 00:40.000\nhai\n", 6, "longer than the recording"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text, line, says):
    _cues, problems = parse(text, seconds=30.0)
    assert [(problem.line, says in problem.text) for problem in problems] == [(line, True)]


def test_words_are_spread_over_the_whole_sound_without_gaps():
    paragraphs = [
        "Hỏi kỹ trước khi đi. Người tốt không ngại mình hỏi.",
        "Thấy lo, gọi 111: miễn phí, cả ngày lẫn đêm. " * 3,
    ]
    cues = spread(paragraphs, 40.0)
    assert (cues[0].start, cues[-1].end) == (0.0, 40.0)
    assert all(a.end == b.start and a.end > a.start for a, b in pairwise(cues))
    assert " ".join(" ".join(cue.text.split()) for cue in cues) == " ".join(" ".join(paragraphs).split())
    assert max(len(line) for cue in cues for line in cue.text.split("\n")) <= LINE + 12
    assert max(cue.text.count("\n") for cue in cues) <= 1
    # More words, more time: the second sentence has six syllables and the end of a paragraph, the first five.
    assert cues[1].end - cues[1].start > cues[0].end - cues[0].start
    assert parse(write(cues), seconds=40.0) == (cues, [])


def test_one_endless_word_and_no_words_at_all():
    assert [cue.text for cue in spread(["a" * 90], 3.0)] == ["a" * 90]
    assert spread([], 3.0) == []
    assert spread(["  "], 3.0) == []
