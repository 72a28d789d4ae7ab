"""Lists as XLSX files that open everywhere: a bold frozen header, widths that fit, no cell that is taken for a formula; on
paper A4 across, the header on every page."""

from datetime import date, datetime
from io import BytesIO
from textwrap import wrap

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD, _HEAD_FONT = PatternFill("solid", fgColor="2B3F87"), Font(name="Calibri", size=11, bold=True, color="FFFFFF")
_TEXT, _OTHER = Alignment(wrap_text=True, vertical="center"), Alignment(vertical="center")
# In points; more than 409 Excel does not take.
_LINE, HIGHEST = 16, 409
# A title that is longer than what stands under it takes several lines.
WIDEST, HEAD_WIDTH = 48, 12
# In signs: what is wider than this would be too small to read if it were squeezed onto one A4 page.
WIDEST_PAGE = 240


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
        longest = [max([HEAD_WIDTH, *(_signs(row[place]) for row in rows[:500])]) for place in range(len(head))]
        dress(sheet, [min(signs + 3, WIDEST) for signs in longest], about)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def dress(sheet, widths: list[int], about: str) -> None:
    """A sheet whose first row is its header: columns of these widths in signs, days as they are written here, and how it is
    printed. A very wide one goes over several pages, with its first column on each."""
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for cell in sheet[1]:
        cell.font, cell.fill = _HEAD_FONT, _HEAD
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = _TEXT if isinstance(cell.value, str) else _OTHER
            if isinstance(cell.value, date):
                cell.number_format = "dd/mm/yyyy hh:mm" if isinstance(cell.value, datetime) else "dd/mm/yyyy"
        # Not every program fits a row to its lines by itself.
        if (lines := max(_lines(cell.value, width) for cell, width in zip(row, widths, strict=False))) > 1:
            sheet.row_dimensions[row[0].row].height = min(_LINE * lines, HIGHEST)
    sheet.freeze_panes = "B2"
    sheet.oddHeader.center.text, sheet.oddFooter.center.text = about.replace("&", "&&"), "&P/&N"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.print_title_rows = "1:1"
    if sum(widths) <= WIDEST_PAGE:
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    else:
        sheet.print_title_cols = "A:A"


def _lines(value, width: int) -> int:
    """In how many lines a text stands in a column, by whole words."""
    if not isinstance(value, str) or (len(value) < width and "\n" not in value):
        return 1
    return sum(max(1, len(wrap(line, max(1, width - 1)))) for line in value.split("\n"))


def _signs(value) -> int:
    """How many signs a cell shows; a day shows ten, a moment sixteen."""
    return 16 if isinstance(value, datetime) else 10 if isinstance(value, date) else len(str(value))


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
