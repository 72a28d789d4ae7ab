import io
import struct
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from campaigns.broadcast import printing, versions
from campaigns.models import BulletinVersion
from media.printing import FONTS as FONT_FOLDER
from tests.campaigns.making import make_bulletin, make_language, make_recording, make_team, make_version, spoken
from tests.factories import make_commune

pytestmark = pytest.mark.django_db
FONTS = sorted(FONT_FOLDER.glob("*.ttf"))
# Letters of all six languages: Vietnamese stacks, ƀ Ƀ, breves, breve over circumflex and horn, the apostrophes.
LETTERS = "ƀɃĕŏĭŭĔŎĬŬâăêôơưđÂĂÊÔƠƯĐ’‘ʼ·–…“”0123456789" + "".join(map(chr, range(0x1EA0, 0x1EFA)))
MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
# A test string, no language: every awkward letter, several stacked.
TEST_STRING = "[chuỗi thử] Ƀaƀ ê̆ ô̆ ơ̆ ư̆ Ê̆ ĕ ŏ t’ngay ‘na ế ệ ộ ữ ẤẶỮ."


@pytest.fixture
def team():
    return make_team()


def cmap(font: Path) -> set[int]:
    """Code points a TrueType font maps to a glyph (its format 4 and 12 tables)."""
    data = font.read_bytes()
    tables = {
        data[at : at + 4]: struct.unpack(">II", data[at + 8 : at + 16])
        for at in range(12, 12 + 16 * struct.unpack(">H", data[4:6])[0], 16)
    }
    start, _length = tables[b"cmap"]
    found: set[int] = set()
    for n in range(struct.unpack(">H", data[start + 2 : start + 4])[0]):
        at = start + struct.unpack(">I", data[start + 8 + 8 * n : start + 12 + 8 * n])[0]
        kind = struct.unpack(">H", data[at : at + 2])[0]
        if kind == 4:
            count = struct.unpack(">H", data[at + 6 : at + 8])[0] // 2
            ends = struct.unpack(f">{count}H", data[at + 14 : at + 14 + 2 * count])
            starts = struct.unpack(f">{count}H", data[at + 16 + 2 * count : at + 16 + 4 * count])
            found.update(
                c for first, last in zip(starts, ends, strict=True) for c in range(first, last + 1) if c != 0xFFFF
            )
        elif kind == 12:
            for g in range(struct.unpack(">I", data[at + 12 : at + 16])[0]):
                first, last, _glyph = struct.unpack(">III", data[at + 16 + 12 * g : at + 28 + 12 * g])
                found.update(range(first, last + 1))
    return found


def read(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def flat(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.name)
def test_fonts_have_every_letter_and_place_marks(font):
    assert [c for c in LETTERS + MARKS if ord(c) not in cmap(font)] == []
    data = font.read_bytes()
    assert b"GPOS" in data[:400]
    # Marks upon marks are written in Noto Sans alone: papers in Liberation Serif are Vietnamese.
    for feature in (b"mark", b"ccmp", *([b"mkmk"] if font.name.startswith("Noto") else [])):
        assert feature in data
    assert (font.parent / "OFL.txt").read_text().startswith("SIL OPEN FONT LICENSE")


def test_every_weight_is_shipped():
    serif = [f"LiberationSerif-{style}.ttf" for style in ("Bold", "BoldItalic", "Italic", "Regular")]
    assert [font.name for font in FONTS] == [*serif, "NotoSans-Bold.ttf", "NotoSans-Regular.ttf"]


def test_the_pdf_says_the_script_in_playing_order_and_how_far_one_is(team):
    bulletin = make_bulletin(team.author)
    version = make_version(team, bulletin, "vi")
    commune = make_commune("Xã Thử Trên Giấy", parent=team.area)
    text = flat(read(printing.script_pdf(version, commune)))
    for said in ("Bản tin thử", f"{bulletin.month:%m/%Y}", "Xã Thử Trên Giấy", "1/1", "Chuỗi thử bốn năm.", "111"):
        assert said in text
    assert text.count("Chuỗi thử: nhớ hỏi kỹ.") == 2
    assert text.index("Chuỗi thử một hai ba.") < text.index("nhớ hỏi kỹ") < text.index("gọi một một một")


def test_the_pdf_is_the_same_twice_and_names_only_its_own_fonts(team):
    version = make_version(team, make_bulletin(team.author), "vi")
    first = printing.script_pdf(version)
    assert first == printing.script_pdf(version)
    fonts = {
        font["/BaseFont"].split("+")[-1]
        for page in PdfReader(io.BytesIO(first)).pages
        for font in (entry.get_object() for entry in page["/Resources"]["/Font"].values())
    }
    assert fonts == {"/NotoSans-Regular", "/NotoSans-Bold"} or fonts == {"NotoSans-Regular", "NotoSans-Bold"}


def test_every_letter_reaches_the_paper(team):
    script = [("announcer", TEST_STRING), ("key-message", TEST_STRING), ("hotline", TEST_STRING)]
    version = make_version(team, make_bulletin(team.author, script=script), "vi")
    text = flat(read(printing.script_pdf(version)))
    # A stacked mark is one glyph in all stacks, and readers give it back with the first letter it stood on.
    singles = [word for word in flat(TEST_STRING).split() if "\u0306" not in word]
    assert [word for word in singles if word not in text] == []
    assert set(unicodedata.normalize("NFD", TEST_STRING)) <= set(unicodedata.normalize("NFD", text))
    assert "\ufffd" not in text


def test_missing_words_are_noted_and_the_vietnamese_stands_there(team):
    version = make_version(team, make_bulletin(team.author), "ktv")
    versions.save_translation(
        version=version, segment=spoken(version.bulletin)[0], text="[chuỗi thử] t’ngay.", actor=team.translator
    )
    entries = printing.spoken(version)
    assert [(e["kind"], e["missing"], e["lang"], bool(e["note"])) for e in entries] == [
        ("announcer", False, "ktv", False), ("pause", False, "", False), ("voice-a", True, "vi", True),
        ("key-message", True, "vi", True), ("key-message", True, "vi", True), ("hotline", True, "vi", True),
    ]  # fmt: skip
    assert entries[2]["lines"] == ["Chuỗi thử bốn năm."]
    assert entries[3]["who"] != entries[4]["who"]
    assert entries[2]["note"] in flat(read(printing.script_pdf(version)))


def test_spoken_only_versions_say_that_the_text_is_to_follow_along(team):
    bulletin = make_bulletin(team.author)
    version = versions.create_version(bulletin=bulletin, language=make_language("kxy", mode="audio"), actor=team.author)
    notes = {entry["note"] for entry in printing.spoken(version) if entry["lines"]}
    awaiting = {entry["note"] for entry in printing.spoken(make_version(team, bulletin, "ktv")) if entry["lines"]}
    assert len(notes) == len(awaiting) == 1
    assert notes != awaiting


def test_plain_text_has_one_sentence_a_line_and_the_number_last(team):
    script = [("announcer", "Câu thử một. Câu thử hai?"), ("key-message", "Nhớ (thử)!"), ("hotline", "Gọi (thử).")]
    version = make_version(team, make_bulletin(team.author, script=script), "vi")
    rows = printing.script_text(version).split("\r\n")
    assert rows[0] == "Bản tin thử"
    assert rows[rows.index("Câu thử một.") + 1] == "Câu thử hai?"
    assert rows.count("Nhớ (thử)!") == 2
    assert rows[-2:] == ["☎ 111 – Tổng đài thử", ""]


def test_an_english_script_has_english_labels_and_title(team):
    bulletin = make_bulletin(team.author, title_en="Test bulletin")
    version = make_version(team, bulletin, "en", upto="translated")
    text = printing.script_text(version)
    assert text.startswith("Test bulletin\r\n")
    assert "[key message, once more]" in text
    assert "Test line" in text


def test_paper_shows_what_was_approved_even_when_the_script_was_edited_since(team):
    bulletin = make_bulletin(team.author, release_in=timedelta(hours=-1))
    version = make_version(team, bulletin, "vi", upto="approved")
    first = spoken(bulletin)[0]
    type(first).objects.filter(pk=first.pk).update(text="Chưa ai duyệt câu này.")
    version = BulletinVersion.objects.get(pk=version.pk)
    assert version.state == "released"
    assert "Chưa ai duyệt" not in printing.script_text(version)
    assert "Chuỗi thử một hai ba." in flat(read(printing.script_pdf(version)))


def test_a_script_of_music_only_prints_its_jingle_as_a_label(team):
    script = [("jingle", make_recording(kind="music")), ("key-message", "Nhớ (thử)."), ("hotline", "Gọi (thử).")]
    version = make_version(team, make_bulletin(team.author, script=script), "vi")
    assert [entry["kind"] for entry in printing.spoken(version)] == ["jingle", "key-message", "key-message", "hotline"]
