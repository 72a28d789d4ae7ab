import io
import re
import unicodedata
import zipfile
from datetime import date

import openpyxl
import pytest

from core import tables
from core.tables import Column, TableError, make_form, read_table
from tests.places.sheets import text, xlsx

COLUMNS = (
    Column("commune", "Xã/phường", ("Tên xã", "Commune"), required=True),
    Column("name", "Tên thôn", ("Settlement",), required=True),
    Column("households", "Số hộ", ("Households",)),
)
HEADER = ["Tên xã", "Tên thôn", "Số hộ"]


def cells(file) -> list[dict]:
    return [row.cells for row in read_table(file, COLUMNS).rows]


def test_xlsx_rows_keep_the_numbers_that_excel_shows():
    table = read_table(
        xlsx([["DANH SÁCH THÔN"], [], HEADER, ["Tây Giang", "Thôn Aur", 21], [], ["Avương", "A1", 30.0]]), COLUMNS
    )
    assert [(row.number, row.cells["households"]) for row in table.rows] == [(4, "21"), (6, "30")]
    assert table.columns == ("commune", "name", "households")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_csv_encodings_and_delimiters_read_alike(encoding, sign):
    content = "\r\n".join(sign.join(row) for row in [HEADER, ["Tây Giang", "Thôn Aur", "21"]])
    assert cells(text(content, encoding)) == [{"commune": "Tây Giang", "name": "Thôn Aur", "households": "21"}]


def test_csv_of_excel_in_windows_1258_becomes_nfc():
    # windows-1258 writes the tone as a mark of its own after the vowel.
    content = "Tên xã;Tên thôn\r\nHùng Sơn;Thôn Ganil\r\nLa Dêê;Thôn Đắc Ốc\r\n"
    marks = "\u0300\u0301\u0303\u0309\u0323"
    loose = ""
    for letter in content:
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(c for c in parts if c in marks)
        loose += unicodedata.normalize("NFC", "".join(c for c in parts if c not in marks)) + tone
    assert [row["commune"] + "/" + row["name"] for row in cells(text(loose, "cp1258"))] == [
        "Hùng Sơn/Thôn Ganil",
        "La Dêê/Thôn Đắc Ốc",
    ]


def test_csv_with_quotes_commas_and_a_separator_hint():
    content = 'sep=;\n"Tên xã";"Tên thôn"\n"Trà My";"Thôn 1, nóc Ông ""A"""\n'
    assert cells(text(content)) == [{"commune": "Trà My", "name": 'Thôn 1, nóc Ông "A"'}]


def test_header_is_known_without_marks_brackets_or_case():
    rows = cells(xlsx([["TEN XA", "tên thôn (bản, tổ dân phố)", "Số hộ (hộ)"], ["Trà My", "Thôn 1", "7"]]))
    assert rows == [{"commune": "Trà My", "name": "Thôn 1", "households": "7"}]


def test_header_over_two_rows_with_merged_cells():
    rows = [
        ["UBND …"],
        ["Tên xã", "Tên thôn", "Số hộ", None],
        [None, None, "Tổng", "Nghèo"],
        ["(1)", "(2)", "(3)", "(4)"],
        ["Trà My", "Thôn 1", 90, 12],
        ["Tổng cộng", None, 90, 12],
    ]
    file = xlsx(rows, merge=("A1:D1", "A2:A3", "B2:B3", "C2:D2"))
    assert cells(file) == [{"commune": "Trà My", "name": "Thôn 1", "households": "90"}]


def test_merged_cell_down_the_rows_counts_for_each_row():
    file = xlsx([HEADER, ["Trà My", "Thôn 1", 1], [None, "Thôn 2", 2], ["Trà Tập", "Thôn 1", 3]], merge=("A2:A3",))
    assert [row["commune"] for row in cells(file)] == ["Trà My", "Trà My", "Trà Tập"]


def test_formula_without_a_saved_value_is_an_error_of_its_row():
    table = read_table(xlsx([HEADER, ["Trà My", "Thôn 1", "=1+1"], ["Trà My", "Thôn 2", 4]]), COLUMNS)
    assert table.rows[0].errors == ("“Số hộ” is a formula without a saved value: paste it as a value.",)
    assert table.rows[1].errors == ()


def test_formula_with_a_saved_value_is_read_as_its_value():
    file = xlsx([HEADER, ["Trà My", "Thôn 1", 5]])
    out = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.infolist():
            part = source.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                assert b"<v>5</v>" in part
                part = part.replace(b"<v>5</v>", b"<f>2+3</f><v>5</v>")
            target.writestr(member, part)
    out.seek(0)
    assert cells(out) == [{"commune": "Trà My", "name": "Thôn 1", "households": "5"}]


def test_dates_and_ticks_become_plain_text():
    columns = (*COLUMNS, Column("since", "Từ ngày"))
    file = xlsx([[*HEADER, "Từ ngày"], ["Trà My", "Thôn 1", True, date(2026, 2, 3)]])
    assert read_table(file, columns).rows[0].cells == {
        "commune": "Trà My", "name": "Thôn 1", "households": "1", "since": "2026-02-03",
    }  # fmt: skip


def test_second_sheet_is_read_when_the_first_has_no_list():
    book = openpyxl.Workbook()
    book.active.append(["Ghi chú"])
    sheet = book.create_sheet("Danh sách")
    sheet.append(HEADER)
    sheet.append(["Trà My", "Thôn 1", 2])
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    assert len(cells(out)) == 1


def _zip(members: dict[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    out.seek(0)
    return out


def _damaged() -> io.BytesIO:
    content = xlsx([HEADER, ["Trà My", "Thôn 1", 1]]).getvalue()
    return io.BytesIO(content[: len(content) // 2])


def _broken_sheet() -> io.BytesIO:
    source = zipfile.ZipFile(xlsx([HEADER, ["Trà My", "Thôn 1", 1]]))
    members = {name: source.read(name) for name in source.namelist()}
    members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"][:-60]
    return _zip(members)


def _entities() -> io.BytesIO:
    source = zipfile.ZipFile(xlsx([HEADER, ["Trà My", "Thôn 1", 1]]))
    members = {name: source.read(name) for name in source.namelist()}
    members["xl/sharedStrings.xml"] = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]>' + members.get(
        "xl/sharedStrings.xml", b"<sst/>"
    )
    return _zip(members)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: io.BytesIO(b""), "The file is empty."),
        (lambda: io.BytesIO(b"\0" * 100), "The file is empty."),
        (lambda: io.BytesIO(b"a" * (tables.MAX_BYTES + 1)), "larger than 5 MB"),
        (lambda: io.BytesIO(b"\xd0\xcf\x11\xe0" + b"\1" * 600), "old .xls"),
        (lambda: io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4), "neither an Excel table"),
        (lambda: io.BytesIO(bytes(range(1, 32)) * 9), "neither an Excel table"),
        (lambda: text("<html><table><tr><td>Tên xã</td></tr></table>"), "web page saved as a table"),
        (lambda: _zip({"a.txt": b"hello"}), "zip file, not an Excel table"),
        (lambda: _zip({"xl/workbook.xml": b"0" * (tables.MAX_UNPACKED + 1)}), "unpacks to too much"),
        (lambda: _zip({"xl/workbook.xml": b"", **{f"f{n}": b"" for n in range(400)}}), "unpacks to too much"),
        (_damaged, "damaged or protected"),
        (_broken_sheet, "damaged or protected"),
        (_entities, "something a table never holds"),
        (lambda: xlsx([["a", "b"], ["1", "2"]]), "must hold these column titles: Xã/phường, Tên thôn."),
        (lambda: xlsx([HEADER]), "no rows"),
        (lambda: xlsx([["Tên xã", "Tên thôn", "Số hộ", "Commune"], ["a", "b", 1, "c"]]), "stands in the table twice"),
        (lambda: text('Tên xã,Tên thôn\nTrà My,"Thôn 1\n'), "quotation mark is not closed"),
        (lambda: text("Tên xã,Tên thôn\n" + "a," * 70 + "\n"), "more than 60 columns"),
    ],
)
def test_unreadable_file_is_refused_in_words(make, words):
    with pytest.raises(TableError, match=re.escape(words)):
        read_table(make(), COLUMNS)


def test_rows_beyond_the_limit_are_refused_not_dropped():
    content = "Tên xã,Tên thôn\n" + "".join(f"Trà My,Thôn {n}\n" for n in range(21))
    assert len(read_table(text(content), COLUMNS, max_rows=21).rows) == 21
    with pytest.raises(TableError, match="more than 20 rows"):
        read_table(text(content), COLUMNS, max_rows=20)


def test_size_a_sheet_claims_is_not_believed():
    source = zipfile.ZipFile(xlsx([HEADER, ["Trà My", "Thôn 1", 1]]))
    members = {name: source.read(name) for name in source.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"]
    assert b'<dimension ref="A1:C2"' in sheet
    members["xl/worksheets/sheet1.xml"] = sheet.replace(b'ref="A1:C2"', b'ref="A1:XFD1048576"')
    assert len(cells(_zip(members))) == 1


def test_cell_longer_than_the_limit_is_an_error_of_its_row():
    row = read_table(text("Tên xã,Tên thôn\nTrà My," + "a" * 600 + "\n"), COLUMNS).rows[0]
    assert row.errors == ("A cell holds more than 500 characters.",)
    assert len(row.cells["name"]) == 500


def test_form_reads_back_through_the_same_columns():
    form = make_form(COLUMNS, title="Thôn", examples=[["Trà My", "Thôn 1", 5]], notes=["…"])
    assert cells(io.BytesIO(form)) == [{"commune": "Trà My", "name": "Thôn 1", "households": "5"}]
