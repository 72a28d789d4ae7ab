"""Lists as XLSX files that open everywhere: a bold frozen header, widths that fit, no cell that is taken for a formula."""

from datetime import date
from io import BytesIO

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD = PatternFill("solid", fgColor="2B3F87")
WIDEST = 48


def workbook(about: str, sheets: dict[str, tuple[list, list[list]]]) -> bytes:
    """`sheets`: name → (titles, rows). `about` stands in the file's properties and over every printed page."""
    book = Workbook()
    book.remove(book.active)
    book.properties.title = about
    for name, (head, rows) in sheets.items():
        sheet = book.create_sheet(name[:31])
        sheet.append(head)
        for row in rows:
            sheet.append([safe(cell) for cell in row])
        for number in range(1, len(head) + 1):
            longest = max([len(str(head[number - 1])), *(len(str(row[number - 1])) for row in rows[:500])])
            sheet.column_dimensions[get_column_letter(number)].width = min(longest + 3, WIDEST)
        for cell in sheet[1]:
            cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
            cell.alignment = Alignment(wrap_text=True, vertical="center")
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, date):
                    cell.number_format = "dd/mm/yyyy"
        sheet.freeze_panes = "B2"
        sheet.oddHeader.center.text = about
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def safe(cell):
    """A text that begins like a formula is kept a text; signs that no spreadsheet can hold are left out."""
    if not isinstance(cell, str):
        return cell
    cell = ILLEGAL_CHARACTERS_RE.sub("", cell)
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def xlsx_answer(data: bytes, name: str) -> HttpResponse:
    """A spreadsheet to keep, as `name`.xlsx; no cache on the way holds it."""
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    answer["Cache-Control"] = "private, no-store"
    return answer
