"""The coverage board as a spreadsheet: one sheet of tiles, one of totals."""

from collections import Counter
from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from campaigns.models import Proof
from core.sheets import dress, safe
from reports.coverage import Board, Tile

_FILLS = {
    "aired": PatternFill("solid", fgColor="D9EBDD"), "overdue": PatternFill("solid", fgColor="F6D9D8"),
    "missed": PatternFill("solid", fgColor="F6D9D8"), "due": PatternFill("solid", fgColor="F7E6C4"),
}  # fmt: skip


def words() -> dict[str, str]:
    return {
        "aired": _("aired"), "missed": _("could not air"), "overdue": _("overdue"), "due": _("air soon"),
        "open": _("not aired yet"), "none": "–",
    }  # fmt: skip


def proof_words() -> dict[int, str]:
    """Level of proof → its word (campaigns.models.Proof)."""
    return {int(level): str(level.label) for level in Proof}


def coverage_xlsx(found: Board) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = _("Communes")
    labels, proofs = words(), proof_words()
    sheet.append([_("Commune"), *(f"{m:%m/%Y}" for m in found.months), _("Plays"), _("Minutes"), _("Settlements"),
                  _("Proof in %(month)s") % {"month": f"{found.months[-1]:%m/%Y}"}])  # fmt: skip
    for row in found.rows:
        sheet.append(
            [
                safe(row.commune.label),
                *(_words(tile, labels) for tile in row.tiles),
                sum(tile.plays for tile in row.tiles),
                float(sum(tile.minutes for tile in row.tiles)),
                row.settlements,
                proofs[row.tiles[-1].proof] if row.tiles[-1].plays else "",
            ]
        )
        for number, tile in enumerate(row.tiles, start=2):
            if tile.status in _FILLS:
                sheet.cell(sheet.max_row, number).fill = _FILLS[tile.status]
    about = " · ".join(filter(None, [_("Broadcast coverage"), f"{_('As of')} {found.on:%d/%m/%Y}", found.language]))
    book.properties.title = about
    dress(sheet, [26, *([13] * len(found.months)), 9, 9, 12, 18], about)
    totals = book.create_sheet(_("Months"))
    totals.append(
        [_("Month"), _("Communes"), _("aired"), _("Share of communes"), _("Settlements"), _("Settlements reached"),
         _("Share of settlements"), _("Plays"), _("Minutes"), *(f"{_('Proof')}: {word}" for word in proofs.values())]
    )  # fmt: skip
    for number, total in enumerate(found.totals):
        shown = Counter(row.tiles[number].proof for row in found.rows if row.tiles[number].plays)
        totals.append(
            [f"{total.month:%m/%Y}", total.communes, total.aired, total.share, total.settlements, total.reached,
             total.settlement_share, total.plays, float(total.minutes), *(shown[level] for level in proofs)]
        )  # fmt: skip
        for column in (4, 7):
            totals.cell(totals.max_row, column).number_format = "0 %"
    dress(totals, [12, 12, 12, 16, 14, 16, 16, 10, 12, *([16] * len(proofs))], about)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _words(tile: Tile, labels: dict[str, str]) -> str:
    """ "aired (3)", "could not air: no power"."""
    if tile.plays:
        return f"{labels[tile.status]} ({tile.plays})"
    return f"{labels[tile.status]}: {tile.reason}" if tile.status == "missed" else labels[tile.status]
