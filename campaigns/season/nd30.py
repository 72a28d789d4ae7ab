"""Administrative documents in the format of Decree 30/2020/NĐ-CP, Annex I, as .docx.

A4; margins top and bottom 20 mm, left 30 mm, right 16 mm; Times New Roman; the two heads side by side, each with its rule;
page numbers centred in the top margin from the second page on; signature right, recipients left.
"""

import io
from dataclasses import dataclass, field
from datetime import date

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FONT = "Times New Roman"
COUNTRY, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
CENTRE, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


@dataclass(frozen=True)
class Table:
    """`widths` in mm, 164 together; `numeric`: the columns set right."""

    head: list[str]
    rows: list[list[str]]
    widths: list[int]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Paper:
    """What stands in a document. `body`: paragraphs and tables; a paragraph that begins with "# " is a heading.

    A line break in `parent` or `issuer` is one in the head. `number`: its symbol, such as "/KH-UBND"; empty for a speech,
    which bears neither number nor recipients. `given`: the number's value, `day` None and `signer` "": left to be filled in.
    `deputy`: the post of who signs for the head (KT.). `addressed_to`: "Kính gửi" of a paper that goes upwards.
    """

    parent: str
    issuer: str
    number: str
    place: str
    day: date | None
    kind: str
    subject: str
    body: list[str | Table]
    grounds: list[str] = field(default_factory=list)
    signs_for: str = ""
    post: str = ""
    recipients: list[str] = field(default_factory=list)
    # Behind the body: (what, how many), numbered and ruled.
    figures: list[tuple[str, str]] = field(default_factory=list)
    given: str = ""
    deputy: str = ""
    signer: str = ""
    addressed_to: list[str] = field(default_factory=list)

    @property
    def number_line(self) -> str:
        """A number below 10 has a zero in front."""
        given = self.given.zfill(2) if self.given.isdecimal() else self.given
        return f"Số: {given or '…'}{self.number}" if self.number else ""

    @property
    def day_line(self) -> str:
        return f"{self.place}, {spoken_day(self.day) if self.day else 'ngày … tháng … năm …'}"

    @property
    def signature(self) -> list[str]:
        """TM. and post, or TM., KT. and the deputy's post, in capitals."""
        posts = [f"KT. {self.post}", self.deputy] if self.deputy else [self.post]
        return [line.upper() for line in (self.signs_for, *posts) if line]


def docx(paper: Paper) -> bytes:
    """The same paper gives the same text; numbers, dates and names that a person fills in stand as "…"."""
    document = Document()
    _page(document)
    _heads(document, paper)
    _line(document, paper.kind.upper(), 14, bold=True, align=CENTRE, before=12)
    _line(document, paper.subject, 14, bold=True, align=CENTRE)
    _rule(document, 50)
    _addressed(document, paper.addressed_to)
    for ground in paper.grounds:
        _text(document, f"{ground.rstrip('.;')};", italic=True)
    for text in paper.body:
        if isinstance(text, Table):
            _table(document, text)
        elif text.startswith("# "):
            _text(document, text[2:], bold=True)
        else:
            _text(document, text)
    if paper.figures:
        _figures(document, paper.figures)
    _foot(document, paper)
    document.core_properties.title = f"{paper.kind} {paper.subject}"
    document.core_properties.author = paper.issuer.replace("\n", " ")
    document.core_properties.language = "vi-VN"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def spoken_day(day: date) -> str:
    """ "ngày 05 tháng 02 năm 2026": a day below 10 and the months 1 and 2 have a zero in front."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def _page(document) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(16)
    section.header_distance = Mm(10)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.get_or_add_rPr().append(language)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    run = number.add_run()
    run.font.size = Pt(13)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _heads(document, paper: Paper) -> None:
    table = _two_columns(document, 70, 95)
    left, right = table.rows[0].cells
    _line(left, paper.parent.upper(), 12, align=CENTRE, first=True)
    _line(left, paper.issuer.upper(), 12, bold=True, align=CENTRE)
    _rule(left, 24, 66)
    _line(right, COUNTRY, 12, bold=True, align=CENTRE, first=True)
    _line(right, MOTTO, 13, bold=True, align=CENTRE)
    _rule(right, 50, 91)
    # The number and the day stand on one line, whatever the heads above them take.
    below = table.add_row().cells
    _line(below[0], paper.number_line, 13, align=CENTRE, first=True, before=4)
    _line(below[1], paper.day_line, 13, italic=True, align=CENTRE, first=True, before=4)


def _figures(document, figures: list[tuple[str, str]]) -> None:
    table = document.add_table(rows=0, cols=3)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for row in [("TT", "Nội dung", "Số lượng"), *((str(n), *one) for n, one in enumerate(figures, start=1))]:
        cells = table.add_row().cells
        head = row[0] == "TT"
        for cell, text, width, align in zip(cells, row, (14, 110, 40), (CENTRE, None, CENTRE), strict=True):
            cell.width = Mm(width)
            _line(cell, text, 13, bold=head, align=CENTRE if head else align, first=True)
    for column, width in zip(table.columns, (14, 110, 40), strict=True):
        column.width = Mm(width)
    # A table that goes on overleaf says its head again.
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)


def _foot(document, paper: Paper) -> None:
    if not paper.post:
        return
    # The signature stays in one piece, with the lines before it.
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _line(document, "", 8).paragraph_format.keep_with_next = True
    table = _two_columns(document, 82, 83)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    left, right = table.rows[0].cells
    if paper.recipients:
        _line(left, "Nơi nhận:", 12, bold=True, italic=True, first=True)
        for number, name in enumerate(paper.recipients):
            _line(left, f"- {name}{'.' if number == len(paper.recipients) - 1 else ';'}", 11)
    first = True
    for text in paper.signature:
        _line(right, text, 14, bold=True, align=CENTRE, first=first)
        first = False
    # Room for the signature and the seal.
    for _space in range(4):
        _line(right, "", 14)
    _line(right, paper.signer or "……………………", 14, bold=True, align=CENTRE)


def _addressed(document, names: list[str]) -> None:
    """ "Kính gửi: X." on one line, or "Kính gửi:" with a line for each."""
    if len(names) == 1:
        _line(document, f"Kính gửi: {names[0]}.", 14, align=CENTRE, before=12)
    elif names:
        _line(document, "Kính gửi:", 14, before=12).paragraph_format.left_indent = Mm(40)
        for place, name in enumerate(names):
            _line(document, f"- {name}{'.' if place == len(names) - 1 else ';'}", 14).paragraph_format.left_indent = Mm(
                60
            )


def _table(document, table: Table) -> None:
    """Ruled, 12 pt, its head repeated on every page, no row broken over two."""
    _line(document, "", 6).paragraph_format.keep_with_next = True
    drawn = document.add_table(rows=0, cols=len(table.widths))
    drawn.style, drawn.alignment, drawn.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(drawn.columns, table.widths, strict=True):
        column.width = Mm(width)
    for number, row in enumerate([table.head, *table.rows]):
        made = drawn.add_row()
        for column, (cell, text) in enumerate(zip(made.cells, row, strict=True)):
            cell.width = Mm(table.widths[column])
            align = CENTRE if number == 0 else WD_ALIGN_PARAGRAPH.RIGHT if column in table.numeric else None
            _line(cell, text, 12, bold=number == 0, align=align, first=True)
        marks = ["w:cantSplit", "w:tblHeader"] if number == 0 else ["w:cantSplit"]
        for mark in marks:
            made._tr.get_or_add_trPr().append(OxmlElement(mark))
    _line(document, "", 4)


def _two_columns(document, *widths: int):
    table = document.add_table(rows=1, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def _line(place, text: str, size: int, *, bold=False, italic=False, align=None, before=0, first=False):
    """A paragraph of one run; `first`: the paragraph that a cell is born with."""
    paragraph = place.paragraphs[0] if first else place.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return paragraph


def _text(document, text: str, *, bold=False, italic=False) -> None:
    paragraph = _line(document, text, 14, bold=bold, italic=italic, align=JUSTIFY, before=6)
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.line_spacing = 1.1
    paragraph.paragraph_format.keep_with_next = bold


def _rule(place, width: int, room: int = 164) -> None:
    """A drawn line of `width` mm in the middle of `room` mm: the lower edge of an empty paragraph with indents."""
    paragraph = place.add_paragraph()
    paragraph.paragraph_format.line_spacing = Pt(3)
    side = Mm(max(0, (room - width) / 2))
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
