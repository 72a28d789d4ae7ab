"""The way of a report: signed by the head, sent, returned with remarks or accepted; corrected by a new one.

    draft → signed → submitted → accepted
               ↘ draft        ↘ returned → (a corrected report begins as a draft)

What is signed is frozen; what is sent is never edited. Every act is a line of the report's log.
"""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from people.permissions import ACTS, areas_for, current_memberships, may
from places.models import AdministrativeUnit
from reports import after_freeze
from reports.content import assemble, stamp, value
from reports.counting import count, is_stale
from reports.models import Report, ReportAct
from reports.obligations import owing
from reports.writing import WRITE, note

SIGN, ACCEPT = "reports.sign", "reports.accept"
State, Kind = Report.State, ReportAct.Kind
_WITH = ("request__period__area", "request__form", "unit__parent")


def _locked(report: Report) -> Report:
    return Report.objects.select_for_update(of=("self",)).select_related(*_WITH).get(pk=report.pk)


def works_in(user, act: str, unit: AdministrativeUnit) -> bool:
    """Does the person hold a role for `act` in this very unit (or in what became it), not in one above?"""
    family = AdministrativeUnit.objects.family(unit)
    return any(
        one.role in ACTS[act] and one.area_id in family and one.area.level == unit.level
        for one in current_memberships(user)
    )


def may_sign(user, report: Report) -> bool:
    """The head of the same unit, and somebody else than those who wrote in the report, unless its form allows that."""
    return works_in(user, SIGN, report.unit) and not (report.request.form.other_signer and _wrote(user, report))


def _wrote(user, report: Report) -> bool:
    return report.written_by_id == user.pk or report.entries.filter(by=user).exists()


def may_judge(user, report: Report) -> bool:
    """A manager of a unit above. A report that has none above it: a manager there who neither wrote nor signed it."""
    if user.pk in (report.signed_by_id, report.written_by_id) or not may(user, ACCEPT, report.unit):
        return False
    if report.unit.parent_id is None:
        return True
    return areas_for(user, ACCEPT).filter(pk=report.unit.parent_id).exists()


def unfilled(said: dict) -> list[str]:
    """Lines that nobody has counted or entered, by label."""
    return [line["label"] for one in said["sections"] for line in one["lines"] if value(line)[0] is None]


@transaction.atomic
def sign(*, actor, report: Report, read: str) -> Report:
    """Freezes the report as the head has read it; `read` is the stamp of what stood on the page."""
    found = _locked(report)
    if not may_sign(actor, found):
        raise PermissionDenied
    if not found.is_open:
        raise DomainError(_("This report is not waiting for a signature."))
    if not owing(found.request).filter(pk=found.unit_id).exists():
        raise DomainError(_("This unit no longer owes the report: what became of it writes its own."))
    if is_stale(found):
        raise DomainError(
            _("The figures were counted too long ago. Have them counted again and read them; nothing was signed.")
        )
    said = assemble(found)
    if stamp(said) != read:
        raise DomainError(_("The report has changed since you opened it. Read it again; nothing was signed."))
    if missing := unfilled(said):
        raise DomainError(_("Figures are missing: %(lines)s. Nothing was signed.") % {"lines": "; ".join(missing[:5])})
    found.signed_by, found.signed_at, found.state = actor, timezone.now(), State.SIGNED
    if not found.signer_name:
        found.signer_name = said["paper"]["signer"] = actor.name
    said["signed"] = {"by": actor.name, "at": found.signed_at.isoformat()}
    found.frozen, found.sha256 = said, stamp(said)
    found.save()
    note(found, Kind.SIGNED, actor, found.sha256)
    return found


@transaction.atomic
def take_back(*, actor, report: Report) -> Report:
    """The signature is taken back before the report is sent: it is a draft again."""
    found = _locked(report)
    if not may_sign(actor, found):
        raise PermissionDenied
    if found.state != State.SIGNED:
        raise DomainError(_("Only a signed report that has not been sent can be taken back."))
    found.state, found.frozen, found.sha256, found.signed_by, found.signed_at = State.DRAFT, None, "", None, None
    found.save()
    note(found, Kind.TAKEN_BACK, actor)
    return found


@transaction.atomic
def submit(*, actor, report: Report) -> Report:
    """Sends a signed report. Sending it twice changes nothing."""
    found = _locked(report)
    if not (may(actor, WRITE, found.unit) or may_sign(actor, found)):
        raise PermissionDenied
    if found.state == State.SUBMITTED:
        return found
    if found.state != State.SIGNED:
        raise DomainError(_("Only a signed report can be sent."))
    found.state, found.submitted_at = State.SUBMITTED, timezone.now()
    found.save(update_fields=["state", "submitted_at"])
    note(found, Kind.SUBMITTED, actor)
    after_freeze.order(found)
    return found


def _judged(report: Report, actor, state: str, kind: str, words: str, *, from_states) -> Report:
    found = _locked(report)
    if not may_judge(actor, found):
        raise PermissionDenied
    if found.state == state:
        return found
    if found.state not in from_states:
        raise DomainError(_("This report is not waiting for an answer."))
    found.state = state
    found.save(update_fields=["state"])
    note(found, kind, actor, words)
    return found


@transaction.atomic
def return_report(*, actor, report: Report, remarks: str) -> Report:
    """Sends a report back with remarks, also one that was accepted. It stays as it is; the unit writes a corrected one."""
    if not may_judge(actor, report):
        raise PermissionDenied
    if not remarks.strip():
        raise DomainError(_("Say what has to be corrected. Nothing was returned."))
    return _judged(
        report, actor, State.RETURNED, Kind.RETURNED, remarks, from_states=(State.SUBMITTED, State.ACCEPTED)
    )  # fmt: skip


@transaction.atomic
def accept(*, actor, report: Report, words: str = "") -> Report:
    return _judged(report, actor, State.ACCEPTED, Kind.ACCEPTED, words, from_states=(State.SUBMITTED,))


@transaction.atomic
def correct(*, actor, report: Report) -> Report:
    """Begins the corrected report that follows a returned one, with its texts, figures and attachments; counted anew. The
    returned one stays readable as it was sent. Asking twice gives the same draft."""
    found = _locked(report)
    if not may(actor, WRITE, found.unit):
        raise PermissionDenied
    if found.superseded_at:
        return found.successor
    if found.state != State.RETURNED:
        raise DomainError(_("Only a returned report is followed by a corrected one."))
    found.superseded_at = timezone.now()
    found.save(update_fields=["superseded_at"])
    note(found, Kind.SUPERSEDED, actor)
    draft = Report.objects.create(
        request=found.request, unit=found.unit, supersedes=found, written_by=actor, by_deputy=found.by_deputy,
        signer_name=found.signer_name,
    )  # fmt: skip
    for rows in (found.entries.all(), found.texts.all(), found.attachments.all()):
        _copy(rows, draft)
    note(draft, Kind.BEGUN, actor)
    return count(report=draft)


def _copy(rows, draft: Report) -> None:
    made = []
    for row in rows:
        row.pk, row._state.adding, row.report = None, True, draft
        if hasattr(row, "client_uuid"):
            row.client_uuid = uuid.uuid4()
        made.append(row)
    if made:
        type(made[0]).objects.bulk_create(made)
