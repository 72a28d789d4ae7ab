"""The results of a class as a spreadsheet: a person a row, a test or an assignment a column."""

from io import BytesIO

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from core.sheets import safe
from courses.completion import passed
from courses.models import CourseRun


def results_xlsx(run: CourseRun, table: dict) -> bytes:
    book = Workbook()
    page = book.active
    page.title = _("Results")[:31]
    page.append([safe(run.course.label), f"{_('As of')} {timezone.localtime():%H:%M %d/%m/%Y}"])
    page.append([])
    heads = [_("Name"), _("Unit"), _("Attendance")]
    for quiz in table["quizzes"]:
        heads += [safe(quiz.label), _("Attempts")]
    heads += [safe(one.label) for one in table["assignments"]]
    page.append([*heads, _("Received late"), _("Completed")])
    for row in table["rows"]:
        one = row["standing"]
        share = one.attendance.share if one.attendance else None
        cells = [safe(one.enrolment.user.name), safe(one.enrolment.area.label), share]
        for _quiz, best, count in row["cells"]:
            cells += [best, count]
        cells += [_words(paper) for _assignment, paper in row["papers"]]
        page.append([*cells, row["late"], _("yes") if one.is_complete else _("no")])
        for place in [3, *range(4, 4 + 2 * len(table["quizzes"]), 2)]:
            page.cell(page.max_row, place).number_format = "0 %"
    for cell in (*page[1], *page[3]):
        cell.font = Font(bold=True)
    for cell in page[3]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.column_dimensions[cell.column_letter].width = 28 if cell.column < 3 else 16
    page.freeze_panes = "B4"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _words(paper) -> str:
    if paper is None:
        return ""
    if paper.judged is None:
        return _("to be marked")
    if paper.judged.is_returned:
        return _("given back")
    state = _("accepted") if passed(paper) else _("not enough")
    return f"{paper.judged.given}/{paper.judged.out_of} ({state})"
