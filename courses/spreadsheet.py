"""Compliance as a spreadsheet: the figures, and every gap with its name and deadline."""

from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font


def safe(text) -> str:
    """A text that begins like a formula is kept a text."""
    text = str(text)
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t")) else text


def compliance_xlsx(found, tables, missing) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = _("Trained")
    sheet.append(
        [
            f"{_('As of')} {found.on:%d/%m/%Y}",
            _("Should be"),
            _("Trained"),
            _("Still in time"),
            _("Missing"),
            _("Share"),
        ]
    )
    _add(sheet, _("All together"), found.total)
    for title, lines in tables:
        sheet.append([])
        sheet.append([str(title)])
        sheet.cell(sheet.max_row, 1).font = Font(bold=True)
        for line in lines:
            _add(sheet, line["label"], line["count"])
    names = book.create_sheet(_("Missing"))
    names.append([_("Name"), _("Organisation"), _("Commune"), _("Duty"), _("Course"), _("Due on"), _("State")])
    for gap in missing:
        post = gap.membership
        words = [post.user.name, post.organisation.label, post.area.label, gap.requirement.duty.label]
        state = _("overdue") if gap.overdue else _("in time")
        names.append([*map(safe, words), safe(gap.requirement.course.label), gap.due_on, state])
        names.cell(names.max_row, 6).number_format = "dd/mm/yyyy"
    for one, widths in ((sheet, [56, 12, 12, 14, 12, 10]), (names, [28, 36, 24, 36, 40, 14, 12])):
        one.freeze_panes = "B2"
        for cell in one[1]:
            cell.font = Font(bold=True)
        for letter, width in zip("ABCDEFG", widths, strict=False):
            one.column_dimensions[letter].width = width
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _add(sheet, label, count) -> None:
    sheet.append([safe(label), count.should, count.trained, count.in_time, count.gaps, count.share])
    sheet.cell(sheet.max_row, 6).number_format = "0 %"
