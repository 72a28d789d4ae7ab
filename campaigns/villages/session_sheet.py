"""The settlements and their last session as a spreadsheet."""

from django.utils.translation import gettext as _

from campaigns.villages.session_coverage import Coverage
from core.sheets import workbook


def coverage_xlsx(found: Coverage) -> bytes:
    head = [
        _("Commune"), _("Settlement"), _("on the land border"), _("remote"), _("Last session"), _("Sessions in 12 months"),
        _("None for (months)"),
    ]  # fmt: skip
    yes = _("yes")
    rows = [
        [
            line.commune.label, line.settlement.name, yes if line.commune.is_border else "",
            yes if line.commune.is_remote or line.settlement.is_remote else "", line.last or _("never"), line.times,
            line.months or "",
        ]
        for line in found.lines
    ]  # fmt: skip
    about = f"{_('Direct sessions by settlement')} · {_('As of')} {found.on:%d/%m/%Y}"
    return workbook(about, {_("Settlements"): (head, rows)})
