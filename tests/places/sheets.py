"""Makes the files that people upload."""

import io

import openpyxl


def xlsx(rows: list[list], *, merge: tuple[str, ...] = (), title: str = "Sheet") -> io.BytesIO:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cells in merge:
        sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def text(content: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(content.encode(encoding))
