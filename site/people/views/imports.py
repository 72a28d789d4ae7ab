"""The two imports, officers and settlements: upload, a preview that shows every bad row, and all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import DomainError
from core.sheets import xlsx_answer
from core.tables import TableError
from people.forms import UploadForm
from people.officer_import import OfficerRow, invite_officers, officer_form, read_officers
from people.permissions import areas_for, require
from people.preview import seal, unseal
from places.settlement_import import SettlementRow, read_settlements, save_settlements, settlement_form

# Good rows a preview shows; every bad one is shown.
SHOWN = 50


@dataclass(frozen=True)
class _Import:
    """What the two imports do not share."""

    kind: str
    act: str
    template: str
    row: type
    read: Callable
    save: Callable
    done: Callable[[dict], str]
    then: str


def _settlement_communes(user) -> list:
    return list(areas_for(user, "places.import_settlements").communes().order_by("name"))


OFFICERS = _Import(
    kind="officers",
    act="people.invite",
    template="people/officer_import.html",
    row=OfficerRow,
    read=lambda file, user: read_officers(file, actor=user),
    save=lambda rows, user: invite_officers(rows=rows, actor=user),
    done=lambda n: _("Invited: %(new)d. Sent again: %(renewed)d. Invited or in the role already: %(same)d.") % n,
    then="people:invitations",
)
SETTLEMENTS = _Import(
    kind="settlements",
    act="places.import_settlements",
    template="places/settlement_import.html",
    row=SettlementRow,
    read=lambda file, user: read_settlements(file, communes=_settlement_communes(user)),
    save=lambda rows, user: save_settlements(rows=rows, communes=_settlement_communes(user)),
    done=lambda n: _("Saved. New: %(new)d. Changed: %(changed)d. The same as before: %(same)d.") % n,
    then="people:settlement_import",
)


@login_required
@require_http_methods(["GET", "POST"])
def officer_import(request):
    return _import(request, OFFICERS)


@login_required
@require_http_methods(["GET", "POST"])
def settlement_import(request):
    return _import(request, SETTLEMENTS)


def _import(request, what: _Import):
    require(request.user, what.act)
    context, status = {"form": UploadForm()}, 200
    if request.method == "POST" and "rows" in request.POST:
        try:
            rows = [what.row(**row) for row in unseal(request.POST["rows"], user=request.user, kind=what.kind)]
            messages.success(request, what.done(what.save(rows, request.user)))
            return redirect(what.then)
        except DomainError as refusal:
            context["refusal"], status = str(refusal), 422
    elif request.method == "POST":
        form = context["form"] = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                context |= _preview(what, form.cleaned_data["file"], request.user)
            except TableError as refusal:
                form.add_error("file", str(refusal))
        if form.errors or context.get("bad"):
            status = 422
    return render(request, what.template, context, status=status)


def _preview(what: _Import, file, user) -> dict:
    rows = what.read(file, user)
    bad = [row for row in rows if row.errors]
    good = [row for row in rows if not row.errors]
    return {
        "total": len(rows),
        "bad": bad,
        "good": good[:SHOWN],
        "good_total": len(good),
        "hidden": max(0, len(good) - SHOWN),
        "counts": {
            outcome: sum(row.outcome == outcome for row in good) for outcome in ("new", "changed", "renewed", "same")
        },
        "sealed": "" if bad else seal([row.values() for row in rows], user=user, kind=what.kind),
        "file_name": file.name,
    }


@login_required
@require_GET
def officer_form_file(request):
    require(request.user, "people.invite")
    return xlsx_answer(officer_form(actor=request.user), "can-bo-officers")


@login_required
@require_GET
def settlement_form_file(request):
    require(request.user, "places.import_settlements")
    return xlsx_answer(settlement_form(_settlement_communes(request.user)), "thon-ban-settlements")
