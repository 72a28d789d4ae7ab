"""What the training knows as spreadsheets: compliance with every gap, trainers and their lineage."""

from io import BytesIO

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from core.sheets import dress, safe
from courses.compliance import Line, named

# Named: what has no name is set in whatever the reader's machine has first.
BOLD = Font(name="Calibri", size=11, bold=True)


def compliance_xlsx(on, total, tables, *, missing, ending=(), kept=None, living=None) -> bytes:
    """`tables`: (title, lines). Of `kept` figures (a snapshot) the lines and the total (`living`) say what is counted for the
    same day today as well, and who runs out soon is not listed."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("Trained")
    head = [f"{_('As of')} {on:%d/%m/%Y}", _("Should be"), _("Trained"), _("Still in time"), _("Missing"), _("Share")]
    sheet.append([*head, _("Counted today: trained"), _("Counted today: should be")] if kept else head)
    _add(sheet, Line(_("All together"), total, living))
    for title, lines in tables:
        sheet.append([])
        sheet.append([str(title)])
        sheet.cell(sheet.max_row, 1).font = BOLD
        for line in lines:
            _add(sheet, line)
    heads = [_("Name"), _("Organisation"), _("Commune"), _("Duty"), _("Course")]
    names = book.create_sheet(_("Missing"))
    names.append([*heads, _("Due on"), _("State")])
    _add_people(names, missing, lambda gap: [_("overdue") if gap.overdue else _("in time")])
    people = [28, 36, 24, 36, 40, 14, 12]
    widths = [(sheet, [72, 12, 12, 14, 12, 10, 18, 18]), (names, people)]
    about = book.create_sheet(_("About these figures") if kept else _("Runs out soon"))
    if kept:
        about.append([_("Area"), safe(kept.area.label)])
        about.append([_("What for"), safe(kept.purpose)])
        about.append([_("Kept at"), f"{timezone.localtime(kept.taken_at):%d/%m/%Y %H:%M}"])
        about.append([_("Kept by"), safe(kept.taken_by.name) if kept.taken_by else _("the report that was sent")])
        widths.append((about, [28, 60]))
    else:
        about.append([*heads, _("Valid until, not included")])
        _add_people(about, ending, lambda gap: [])
        widths.append((about, people))
    return _written(book, _("Trained officers"), widths)


def _add(sheet, line: Line) -> None:
    count, now = line.count, line.now
    cells = [safe(line.label), count.should, count.trained, count.in_time, count.gaps, count.share]
    sheet.append([*cells, now.trained, now.should] if now else cells)
    sheet.cell(sheet.max_row, 6).number_format = "0 %"


def _add_people(sheet, gaps, more) -> None:
    for gap, post in named(gaps):
        words = [post.user.name, post.organisation.label, post.area.label, gap.requirement.duty.label]
        sheet.append([*map(safe, words), safe(gap.requirement.course.label), gap.due_on, *more(gap)])


def lineage_xlsx(found) -> bytes:
    """Trainers, branches by their depth, and the communes nobody has reached."""
    book = Workbook()
    people, branches, communes = book.active, book.create_sheet(_("Branches")), book.create_sheet(_("Not reached"))
    people.title = _("Trainers")
    people.append(
        [
            _("Name"), _("Organisation"), _("Generation"), _("Master trainer"), _("Trained"), _("Reach"), _("Hours taught"),
            _("Last class"), _("Fields"), _("Languages"),
        ]
    )  # fmt: skip
    for one in found.trainers:
        skills = "; ".join(x.label for x in one.profile.fields.all()) if one.profile else ""
        tongues = "; ".join(str(x) for x in one.profile.languages.all()) if one.profile else ""
        state = (_("no class lately") if one.is_dormant else _("yes")) if one.is_master else ""
        people.append(
            [
                safe(one.user.name), safe(one.post.organisation.label), one.generation, state, one.trained, one.reach,
                round(one.hours, 1), one.last, safe(skills), safe(tongues),
            ]
        )  # fmt: skip
    branches.append(
        [
            _("Generation"),
            _("Name"),
            _("Trained"),
            _("Reach"),
            _("Took both tests"),
            _("Gain, points of 100"),
            _("Lower bound"),
            _("Upper bound"),
        ]
    )
    for depth, one in found.branches():
        learnt = [round(100 * x, 1) for x in (one.gain.difference, one.gain.low, one.gain.high)] if one.gain else []
        row = [one.generation, safe("    " * depth + one.user.name), one.trained, one.reach]
        branches.append([*row, one.gain.n, *learnt] if one.gain else row)
    communes.append([_("Communes no master trainer has reached"), f"{_('As of')} {found.on:%d/%m/%Y}"])
    for unit in found.unreached:
        communes.append([safe(unit.label)])
    widths = (
        (people, [28, 36, 10, 18, 10, 10, 12, 14, 40, 24]),
        (branches, [12, 44, 12, 12, 16, 18, 10, 10]),
        (communes, [40, 18]),
    )
    return _written(book, _("Trainers"), widths)


def _written(book: Workbook, about: str, widths) -> bytes:
    """The book as bytes; `widths`: (sheet, the width of each column in signs)."""
    book.properties.title = about
    for sheet, sizes in widths:
        dress(sheet, sizes, about)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def tracking_xlsx(package, rows) -> bytes:
    """What a SCORM package reported: one line a person and part; each row carries `title`, `label` and `minutes`."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("Results")
    sheet.append([_("Name"), _("Part"), _("State"), _("Score"), _("Minutes"), _("Last changed")])
    for one in rows:
        score = float(one.score) if one.score is not None else None
        day = timezone.localtime(one.changed_at).replace(tzinfo=None)
        sheet.append([safe(one.user.name), safe(one.title), str(one.label), score, one.minutes, day])
    return _written(book, package.title, ((sheet, [28, 40, 14, 10, 10, 18]),))


def results_xlsx(rows) -> bytes:
    """One line a person and class: attendance and the certificate as it stands today."""
    from courses.views.certificates import shown_state

    book = Workbook()
    sheet = book.active
    sheet.title = _("Results")
    sheet.append(
        [
            _("Course"), _("First day"), _("Name"), _("E-mail address"), _("Commune"), _("Attendance"), _("Certificate"),
            _("Issued on"), _("Valid until, not included"), _("State"),
        ]
    )  # fmt: skip
    for row in rows:
        paper, user = row.certificate, row.enrolment.user
        sheet.append(
            [
                safe(row.run.course.label), timezone.localdate(row.run.first), safe(user.name), safe(user.email),
                safe(row.enrolment.area.label), row.share, paper.label if paper else None,
                paper.issued_on if paper else None, paper.valid_until if paper else None,
                shown_state(row.state) if paper else None,
            ]
        )  # fmt: skip
        sheet.cell(sheet.max_row, 6).number_format = "0 %"
    return _written(book, _("Results"), ((sheet, [40, 12, 28, 30, 26, 12, 14, 12, 14, 16]),))
