"""Writing a report: beginning it, its figures and texts, the head of the paper. Only while it is a draft."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from people.permissions import may
from places.models import AdministrativeUnit
from reports.content import assemble, written
from reports.counting import count, is_share, source_of
from reports.models import Entry, FormLine, FormSection, Report, ReportAct, ReportRequest, ReportText
from reports.obligations import owing

WRITE = "reports.write"
Kind = ReportAct.Kind


class SectionChanged(DomainError):
    """Somebody else, or another tab, saved this section since it was read."""

    def __init__(self):
        super().__init__(
            _(
                "This section has been changed since you opened it, by somebody or on another page of yours. What you typed "
                "is still here, nothing was saved. Save again to put it in place of what stands now."
            )
        )


def note(report: Report, kind: str, by, text: str = "") -> ReportAct:
    """Appends a line to the report's log."""
    return ReportAct.objects.create(report=report, kind=kind, by=by, note=text.strip()[:1000])


@transaction.atomic
def begin(*, actor, request: ReportRequest, unit: AdministrativeUnit) -> Report:
    """The unit's report to a request, begun with its figures counted; the one that is there already is returned."""
    if not may(actor, WRITE, unit):
        raise PermissionDenied
    # Two people who begin it at once follow each other.
    AdministrativeUnit.objects.select_for_update().get(pk=unit.pk)
    found = Report.objects.current().filter(request=request, unit=unit).first()
    if found:
        return found
    if not owing(request).filter(pk=unit.pk).exists():
        raise DomainError(_("This unit is not asked for this report. What became of it is."))
    report = Report.objects.create(request=request, unit=unit, written_by=actor)
    note(report, Kind.BEGUN, actor)
    return count(report=report)


def open_draft(report: Report, actor) -> Report:
    """The draft, locked, for somebody who may write in it."""
    if not may(actor, WRITE, report.unit):
        raise PermissionDenied
    found = Report.objects.select_for_update().select_related("request__form", "unit").get(pk=report.pk)
    if not found.is_open:
        raise DomainError(_("This report is signed and can no longer be changed. Nothing was saved."))
    return found


@transaction.atomic
def save_head(*, actor, report: Report, number: str, issued_on, by_deputy: bool, signer_name: str) -> Report:
    """The number and date of the paper, and whose name stands under it."""
    found = open_draft(report, actor)
    found.number, found.issued_on, found.by_deputy = number.strip(), issued_on, by_deputy
    found.signer_name = " ".join(signer_name.split())
    found.save(update_fields=["number", "issued_on", "by_deputy", "signer_name"])
    return found


@transaction.atomic
def save_section(
    *,
    actor,
    report: Report,
    section: FormSection,
    text: str = "",
    figures: dict[int, tuple] | None = None,
    read: str = "",
) -> Report:
    """A section's text and what people say to its lines: line id → (part, whole, note); (None, None, "") takes it back.

    A figure beside a counted one is a correction and needs a reason; both are kept. `read`: the stamp of what stood on the
    page (content.written); SectionChanged where that stands there no more."""
    found = open_draft(report, actor)
    if section.form_id != found.request.form_id:
        raise PermissionDenied
    # Under the lock: of two who save at the same moment the second one meets what the first has saved.
    now = next((written(one) for one in assemble(found)["sections"] if one["id"] == section.pk), read)
    if read and read != now:
        raise SectionChanged
    if section.asks_text:
        ReportText.objects.update_or_create(report=found, section=section, defaults={"text": text.strip()})
    lines = {line.pk: line for line in section.lines.filter(is_active=True).select_related("adds_up")}
    for pk, (part, whole, reason) in (figures or {}).items():
        _save_entry(found, lines[pk], part, whole, " ".join(reason.split())[:300], actor)
    return found


def _save_entry(report: Report, line: FormLine, part, whole, reason: str, actor) -> None:
    before = Entry.objects.filter(report=report, line=line).first()
    if part is None and whole is None and not reason:
        if before:
            before.delete()
        return
    corrects = part is not None and source_of(line, report.request) != "manual"
    if corrects and not reason:
        raise DomainError(
            _("“%(line)s”: say why the counted figure is not right. Nothing was saved.") % {"line": line.label}
        )
    if part is None and whole is not None:
        raise DomainError(
            _("“%(line)s”: a whole without a part says nothing. Nothing was saved.") % {"line": line.label}
        )
    if part is not None and (part < 0 or (whole is not None and part > whole)):
        raise DomainError(
            _("“%(line)s”: a part cannot be larger than the whole. Nothing was saved.") % {"line": line.label}
        )
    if part is not None and (whole is not None) != is_share(line):
        raise DomainError(
            _("“%(line)s”: a share needs both its part and its whole. Nothing was saved.") % {"line": line.label}
        )
    said = {"part": _kept(part), "whole": _kept(whole), "note": reason, "corrects": corrects}
    if before and all(getattr(before, name) == value for name, value in said.items()):
        return
    Entry.objects.update_or_create(report=report, line=line, defaults=said | {"by": actor})
    if corrects:
        note(
            report, Kind.CORRECTED, actor, f"{line.label}: {part}{f'/{whole}' if whole is not None else ''} – {reason}"
        )


def _kept(figure) -> Decimal | None:
    return None if figure is None else Decimal(str(figure)).quantize(Decimal("0.01"))
