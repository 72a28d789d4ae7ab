"""Lists as XLSX: read on a screen and printed on A4, nothing cut off."""

from datetime import date, datetime
from io import BytesIO

from openpyxl import load_workbook

from core.sheets import workbook

LONG = "Truyền thông trực tiếp và Ngày toàn dân phòng, chống mua bán người 30/7"


def sheet_of(head: list, rows: list[list]):
    return load_workbook(BytesIO(workbook("Báo cáo năm 2026", {"Báo cáo": (head, rows)}))).active


def test_days_and_moments_are_written_as_here_and_long_texts_have_their_lines():
    sheet = sheet_of(
        ["Đơn vị", "Ngày cuối cùng còn đúng hạn", "Gửi lần đầu", "Mục"],
        [["Xã A", date(2026, 12, 9), datetime(2026, 12, 8, 14, 5), LONG], ["Xã B", date(2026, 12, 9), "", "Ngắn"]],
    )
    assert [cell.number_format for cell in sheet[2][1:3]] == ["dd/mm/yyyy", "dd/mm/yyyy hh:mm"]
    widths = [sheet.column_dimensions[letter].width for letter in "ABCD"]
    assert widths == [15, 15, 19, 48]
    # The title of two lines, the text of two lines; what fits is left to the program.
    assert [sheet.row_dimensions[row].height for row in (1, 2, 3)] == [32, 32, None]
    assert sheet["D2"].alignment.wrap_text
    assert sheet["A1"].font.name == sheet["A2"].font.name


def test_printed_on_a4_with_the_header_on_every_page():
    sheet = sheet_of(["Đơn vị", "Số"], [["Xã A", 1]])
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.print_title_rows, sheet.oddHeader.center.text) == ("$1:$1", "Báo cáo năm 2026")
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    # "&" is a sign of command there, and no row is higher than Excel takes.
    odd = load_workbook(BytesIO(workbook("Một & hai", {"A": (["Chữ"], [["dài" * 3000]])}))).active
    assert (odd.oddHeader.center.text, odd.row_dimensions[2].height) == ("Một && hai", 409)
    # What would be too small on one page goes over several, the names on each.
    wide = sheet_of(["Đơn vị", *map(str, range(40))], [["Xã A", *range(40)]])
    assert not wide.sheet_properties.pageSetUpPr.fitToPage
    assert wide.print_title_cols == "$A:$A"
