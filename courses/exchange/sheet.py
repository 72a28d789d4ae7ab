"""Questions as an Excel table: one a row, every kind, both languages; written as it is read."""

from io import BytesIO

from django.utils.translation import gettext as _t
from openpyxl import Workbook
from openpyxl.styles import Font

from core.sheets import safe
from core.tables import Column, make_form, read_table
from core.text import fold
from courses.exchange.rows import MOST, QuestionRow
from courses.models import Question, QuestionVersion
from courses.questions import MOST_OPTIONS, content_from, lines_of

Kind = Question.Kind
LINES = range(1, MOST_OPTIONS + 1)
COLUMNS = (
    Column("code", "Mã", ("Mã câu hỏi", "Tên ngắn", "Code", "Short name")),
    Column("kind", "Loại", ("Loại câu hỏi", "Kind", "Type"), required=True),
    Column("competency", "Năng lực", ("Competency", "Chủ đề")),
    Column("prompt", "Câu hỏi", ("Nội dung câu hỏi", "Question"), required=True),
    Column("prompt_en", "Câu hỏi tiếng Anh", ("Question in English",)),
    *(Column(f"vi{n}", f"Phương án {n}", (f"Dòng {n}", f"Option {n}")) for n in LINES),
    *(Column(f"en{n}", f"Phương án {n} tiếng Anh", (f"Option {n} in English",)) for n in LINES),
    Column("points", "Điểm", ("Points",)),
    Column("feedback", "Giải thích", ("Explanation",)),
    Column("feedback_en", "Giải thích tiếng Anh", ("Explanation in English",)),
)
# The words people write for a kind, folded.
WORDS = {
    "single": Kind.SINGLE, "mot dap an": Kind.SINGLE, "mot lua chon": Kind.SINGLE,
    "multiple": Kind.MULTIPLE, "nhieu dap an": Kind.MULTIPLE, "nhieu lua chon": Kind.MULTIPLE,
    "truth": Kind.TRUTH, "true/false": Kind.TRUTH, "dung sai": Kind.TRUTH, "dung/sai": Kind.TRUTH,
    "matching": Kind.MATCHING, "ghep doi": Kind.MATCHING, "noi cot": Kind.MATCHING,
    "ordering": Kind.ORDERING, "sap xep": Kind.ORDERING, "xep thu tu": Kind.ORDERING,
    "short": Kind.SHORT, "tra loi ngan": Kind.SHORT, "dien": Kind.SHORT,
    "scenario": Kind.SCENARIO, "tinh huong": Kind.SCENARIO,
}  # fmt: skip
NAMES = {
    Kind.SINGLE: "Một đáp án", Kind.MULTIPLE: "Nhiều đáp án", Kind.TRUTH: "Đúng sai", Kind.MATCHING: "Ghép đôi",
    Kind.ORDERING: "Sắp xếp", Kind.SHORT: "Trả lời ngắn", Kind.SCENARIO: "Tình huống",
}  # fmt: skip


def read(file) -> list[QuestionRow]:
    rows = []
    for source in read_table(file, COLUMNS, max_rows=MOST).rows:
        cells = {name: _unsafe(text) for name, text in source.cells.items()}
        row = QuestionRow(
            number=source.number, kind=WORDS.get(fold(cells["kind"]), ""), code=cells.get("code", ""),
            competency_text=cells.get("competency", ""), prompt=cells["prompt"], prompt_en=cells.get("prompt_en", ""),
            feedback=cells.get("feedback", ""), feedback_en=cells.get("feedback_en", ""), errors=list(source.errors),
        )  # fmt: skip
        points = cells.get("points", "") or "1"
        if not (points.isascii() and points.isdecimal() and 1 <= int(points[:4]) <= 20):
            row.errors.append(_t("“%s” is not a number of points (1 to 20).") % points)
        else:
            row.points = int(points)
        if not row.kind:
            row.errors.append(_t("The kind “%(kind)s” is not known. Write one of: %(known)s.") % {
                "kind": cells["kind"], "known": ", ".join(NAMES.values()),
            })  # fmt: skip
        else:
            vi, en = ([cells.get(f"{language}{n}", "") for n in LINES] for language in ("vi", "en"))
            row.take(lambda kind=row.kind, vi=vi, en=en: content_from(kind, vi, en))
        rows.append(row)
    return rows


def _unsafe(text: str) -> str:
    """Without the quotation mark that keeps a text from being taken for a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text


def write(versions: list[QuestionVersion]) -> bytes:
    book = Workbook()
    page = book.active
    page.title = _t("Questions")[:31]
    page.append([column.title for column in COLUMNS])
    for one in versions:
        said = {
            "code": one.question.code, "kind": NAMES[one.question.kind], "competency": one.question.competency.code,
            "points": one.points,
        } | {name: getattr(one, name) for name in ("prompt", "prompt_en", "feedback", "feedback_en")}  # fmt: skip
        for language in ("vi", "en"):
            lines = lines_of(one.question.kind, one.content, language)
            said |= {f"{language}{n}": line for n, line in enumerate(lines, start=1)}
        page.append([safe(said.get(c.name, "")) if c.name != "points" else said["points"] for c in COLUMNS])
    page.freeze_panes = "B2"
    for cell in page[1]:
        cell.font = Font(bold=True)
        page.column_dimensions[cell.column_letter].width = 44 if cell.column in (4, 5) else 18
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def empty_form(competency: str) -> bytes:
    def row(code, kind, prompt, *lines):
        return [code, kind, competency, prompt, "", *lines, *[""] * (2 * MOST_OPTIONS - len(lines)), 1, "", ""]

    return make_form(
        COLUMNS, title=_t("Questions"),
        examples=[
            row("vi-du-1", "Một đáp án", "Số nào tư vấn về mua bán người? (ví dụ)", "*111", "113", "115"),
            row("vi-du-2", "Đúng sai", "Mua bán người chỉ xảy ra qua biên giới. (ví dụ)", "sai"),
            row("vi-du-3", "Ghép đôi", "Nối số với việc. (ví dụ)", "113 = công an", "115 = cấp cứu"),
        ],
        notes=[
            _t("Delete the example rows. One question a row; at most 500."),
            _t("One or several right options: put * before each right one."),
            _t("Matching: “left = right”; “= right” for one that only misleads. Ordering: the lines in their right order."),
            _t("Short answer: every accepted answer in a cell of its own. Marks and capitals do not matter."),
            _t("Scenario: one step a cell, “question | *right | wrong”; or “question | =accepted”."),
            _t("No real case, no name: situations are invented."),
        ],
    )  # fmt: skip
