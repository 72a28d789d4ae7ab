"""Reads a table that a person uploads (XLSX or CSV) into rows of plain text, and makes the empty form for it.

A file is judged by its content, never by its name. Limits hold before anything is unpacked. The header may stand under
title lines, over one or two rows, with merged cells; columns are known by any of their titles, with or without marks.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

import openpyxl
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from core.errors import DomainError
from core.text import fold, nfc

MAX_BYTES = 5 * 2**20
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 500
# A real list of 20,000 rows unpacks to about 15 MB; a zip bomb to a thousand times its size.
MAX_UNPACKED = 60 * 2**20
MAX_MEMBERS = 300
# Title lines that may stand above the header.
_HEADER_WITHIN = 20
_MAX_GRID = 1_048_576


class TableError(DomainError):
    """The file cannot be read as a table; nothing was saved."""

    code = "unreadable-table"


@dataclass(frozen=True)
class Column:
    """A column the table may have: its name in code, its title in our form, other titles people use for it."""

    name: str
    title: str
    titles: tuple[str, ...] = ()
    required: bool = False

    def matches(self, key: str) -> bool:
        return key in {header_key(title) for title in (self.title, *self.titles)}


@dataclass(frozen=True)
class Row:
    """A row by column name, texts stripped and in NFC, dates as ISO text; `number` as the person's program shows it."""

    number: int
    cells: dict[str, str]
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)


def header_key(text: str) -> str:
    """How a column's title is compared: folded, without what stands in brackets, without marks of punctuation."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", fold(re.sub(r"\(.*?\)", " ", text))).split())


def read_table(file, columns: Iterable[Column], *, max_rows: int = MAX_ROWS) -> Table:
    """The rows of an uploaded file (anything with `.read()`); TableError says in words why it cannot be read."""
    columns = tuple(columns)
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TableError(_("The file is larger than 5 MB. Nothing was read. Split it into several files."))
    if not data.strip(b"\0 \r\n\t"):
        raise TableError(_("The file is empty. Choose the file again, or start from the form below."))
    sheets = _xlsx_sheets(data) if data.startswith(b"PK") else [_csv_grid(data)]
    for sheet in sheets:
        grid = iter(sheet)
        head = list(islice(grid, _HEADER_WITHIN + 1))
        found = _find_header(head, columns)
        if found:
            at, places = found
            return _rows(head[at + 1 :], grid, places, columns, max_rows)
    titles = ", ".join(column.title for column in columns if column.required)
    raise TableError(_t("No header was found. The first rows must hold these column titles: %s.") % titles)


# The header and the rows ------------------------------------------------------------------------------------------


def _find_header(head, columns) -> tuple[int, dict[str, int]] | None:
    """(index of the last header row, column name → place) of the first row that names every required column."""
    required = {column.name for column in columns if column.required}
    for at, (_number, cells) in enumerate(head):
        places = _places(cells, columns)
        if not required <= places.keys():
            continue
        # A header over two rows: the second names the required columns again (merged) or has no cell under them.
        if at + 1 < len(head):
            below = _places(head[at + 1][1], columns)
            if required <= below.keys():
                return at + 1, {**below, **places}
        return at, places
    return None


def _places(cells: list, columns) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        key = header_key(_text(cell)) if cell not in (None, "") else ""
        column = next((c for c in columns if key and c.matches(key)), None)
        if column is None:
            continue
        if column.name in places and place - places[column.name] > 1:
            raise TableError(_t("The column “%s” stands in the table twice. Keep one of them.") % column.title)
        places.setdefault(column.name, place)
    return places


def _rows(head, grid, places, columns, max_rows) -> Table:
    required = [column.name for column in columns if column.required]
    rows: list[Row] = []
    for index, (number, values) in enumerate(_chain(head, grid)):
        cells, errors = {}, []
        for name, place in places.items():
            value = values[place] if place < len(values) else None
            if value is _FORMULA:
                title = next(c.title for c in columns if c.name == name)
                errors.append(_t("“%s” is a formula without a saved value: paste it as a value.") % title)
                value = None
            text = _text(value)
            if len(text) > MAX_CELL:
                errors.append(_t("A cell holds more than %d characters.") % MAX_CELL)
                text = text[:MAX_CELL]
            cells[name] = text
        if not any(cells.values()) and not errors:
            continue
        if index == 0 and all(re.fullmatch(r"\(?(\d{1,2}|[A-Za-z])\)?", cells.get(name, "")) for name in required):
            continue  # The row (1) (2) (3) that official forms put under the header.
        first = next((fold(_text(v)) for v in values if v not in (None, "") and v is not _FORMULA), "")
        if first in {"tong", "tong cong", "cong", "total"} and not all(cells.get(name) for name in required):
            continue
        if len(rows) == max_rows:
            raise TableError(_t("The table has more than %d rows. Nothing was read. Split the file.") % max_rows)
        rows.append(Row(number=number, cells=cells, errors=tuple(errors)))
    if not rows:
        raise TableError(_("The table has a header but no rows. Fill in at least one row."))
    return Table(columns=tuple(places), rows=rows)


def _chain(head, grid):
    yield from head
    yield from grid


class _Formula:
    """Stands for a formula whose result was never saved."""


_FORMULA = _Formula()


def _text(value) -> str:
    if value is None or value is _FORMULA:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return nfc(" ".join(str(value).split()))


# CSV --------------------------------------------------------------------------------------------------------------


def _csv_grid(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decode(data)
    start = text.lstrip()[:200].casefold()
    if start.startswith(("<html", "<!doctype", "<?xml", "<table", "<meta")):
        raise TableError(_("This is a web page saved as a table. Open it in Excel and save it as .xlsx."))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
                raise TableError(_t("The table has more than %d columns.") % MAX_COLUMNS)
            yield number, cells[:MAX_COLUMNS]
    except csv.Error:
        raise TableError(
            _t("Row %d cannot be read: a quotation mark is not closed, or a cell is too long.") % (reader.line_num or 1)
        ) from None


def _decode(data: bytes) -> str:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(_("This is an old .xls file or one with a password. Open it and save it as .xlsx."))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in data[:200]:
        encodings = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    else:
        # Excel in Vietnamese writes windows-1258 when asked for plain CSV; it is tried only when UTF-8 fails.
        encodings = ["utf-8-sig", "cp1258"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text):
            return nfc(text)
    raise TableError(_("This is neither an Excel table (.xlsx) nor a text table (.csv). Nothing was read."))


def _delimiter(text: str) -> str:
    """The sign that splits the first lines most evenly into the most cells."""
    lines = [line for line in text.splitlines()[:40] if line.strip()]
    if lines and (hint := re.fullmatch(r"sep=(.)", lines[0].strip())):
        return hint[1]

    def weight(sign: str) -> tuple[int, int]:
        counts = [len(next(csv.reader([line], delimiter=sign), [])) - 1 for line in lines]
        used = [count for count in counts if count]
        common = max(set(used), key=used.count) if used else 0
        return used.count(common), common

    return max(",;\t|", key=weight)


# XLSX -------------------------------------------------------------------------------------------------------------


def _xlsx_sheets(data: bytes) -> Iterator[Iterator[tuple[int, list]]]:
    for sheet in _worded(_open_sheets(data)):
        yield _worded(sheet)


def _worded(parts: Iterator) -> Iterator:
    """openpyxl raises whatever the broken part of a file leads it to: any of it means the same to the person."""
    try:
        yield from parts
    except TableError:
        raise
    except Exception as error:
        raise TableError(
            _("The Excel file is damaged or protected. Open it, save it again as .xlsx, and try once more.")
        ) from error


def _open_sheets(data: bytes) -> Iterator[Iterator[tuple[int, list]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        check_archive(archive)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        formulas = None
        for position, sheet in enumerate(book.worksheets):
            if sheet.sheet_state != "visible":
                continue
            raw = archive.read(sheet._worksheet_path)
            second = None
            if re.search(rb"<f[\s>/]", raw):
                formulas = formulas or openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
                second = formulas.worksheets[position]
            yield _sheet_grid(sheet, second, _merged(raw))


def check_archive(archive: zipfile.ZipFile) -> None:
    """Sizes before unpacking (zipfile never unpacks more than a member declares), and no XML entities."""
    members = archive.infolist()
    if "xl/workbook.xml" not in archive.namelist():
        raise TableError(_("This is a zip file, not an Excel table (.xlsx). Nothing was read."))
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise TableError(_("The Excel file unpacks to too much data. Copy only the list into a new file."))
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            with archive.open(member) as part:
                tail = b""
                while chunk := part.read(2**20):
                    if b"<!DOCTYPE" in tail + chunk or b"<!ENTITY" in tail + chunk:
                        raise TableError(_("The Excel file holds something a table never holds. Nothing was read."))
                    tail = chunk[-16:]


def _merged(raw: bytes) -> dict[tuple[int, int], tuple[int, int]]:
    """(row, column) → the top cell whose value a vertically merged cell shares; both counted from 1."""
    shared: dict[tuple[int, int], tuple[int, int]] = {}
    for match in re.finditer(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"', raw):
        column = openpyxl.utils.column_index_from_string(match[1].decode())
        top, bottom = int(match[2]), min(int(match[4]), MAX_ROWS + 100)
        if column > MAX_COLUMNS or len(shared) > MAX_ROWS:
            continue
        for row in range(top + 1, bottom + 1):
            shared[row, column] = (top, column)
    return shared


def _sheet_grid(sheet, formulas, merged) -> Iterator[tuple[int, list]]:
    # The size a sheet claims is not to be trusted: openpyxl would fill up to it.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
    written = None
    if formulas is not None:
        formulas.reset_dimensions()
        written = formulas.iter_rows(max_col=MAX_COLUMNS, values_only=True)
    tops: dict[tuple[int, int], object] = {}
    wanted = set(merged.values())
    for number, values in enumerate(islice(rows, _MAX_GRID), start=1):
        cells = list(values)
        if written is not None:
            source = next(written, ())
            for place, text in enumerate(source[: len(cells)]):
                if cells[place] is None and isinstance(text, str) and text.startswith("="):
                    cells[place] = _FORMULA
        for place in range(len(cells)):
            if (number, place + 1) in wanted:
                tops[number, place + 1] = cells[place]
            elif cells[place] is None and (number, place + 1) in merged:
                cells[place] = tops.get(merged[number, place + 1])
        yield number, cells


# The empty form ---------------------------------------------------------------------------------------------------


def make_form(columns: Iterable[Column], *, title: str, examples: list[list], notes: list[str]) -> bytes:
    """An XLSX with our column titles, example rows and a sheet of notes; read_table reads it back."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title[:31]
    columns = list(columns)
    for place, column in enumerate(columns, start=1):
        cell = sheet.cell(1, place, column.title)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="F5EFE4")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(place)].width = max(14, len(column.title) + 4)
    for example in examples:
        sheet.append(example)
    sheet.freeze_panes = "A2"
    guide = book.create_sheet(_t("Notes")[:31])
    guide.column_dimensions["A"].width = 100
    for note in notes:
        guide.append([note])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
