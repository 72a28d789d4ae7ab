"""The law register: what holds on a day, which texts cite what, and who has to read again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import DomainError
from people.permissions import may, require
from reports.citations import check_citation, cited, keep_law
from reports.models import LegalDocument
from reports.views.plan import day_asked
from reports.watch_forms import CheckForm, LawForm


@login_required
@require_GET
def laws(request):
    form, on = day_asked(request)
    rows = LegalDocument.objects.select_related("replaced_by").prefetch_related("plans")
    found = [{"law": law, "holds": law.holds(on), "coming": on < law.valid_from} for law in rows]
    found.sort(key=lambda row: not row["holds"])
    return render(request, "reports/laws.html", _context(request, {"form": form, "on": on, "rows": found}))


@login_required
@require_GET
def citations(request):
    """Every document that texts cite; those whose texts wait to be read again stand first."""
    require(request.user, "reports.see_plan")
    return _citations(request, {})


def _context(request, more: dict) -> dict:
    return more | {"may_keep": may(request.user, "reports.keep_laws")}


def _citations(request, refused: dict, status: int = 200):
    keeper, rows = may(request.user, "reports.keep_laws"), []
    for one in cited():
        waiting = {text.key for text in one.waiting}
        texts = [
            {
                "text": text,
                "waits": text.key in waiting,
                "check": one.checks.get(text.key),
                "form": refused.get((one.law.pk, text.key))
                or (
                    CheckForm(initial={"key": text.key}, auto_id=f"law-{one.law.pk}-{text.key}-%s")
                    if text.key in waiting and (keeper or text.owner == request.user)
                    else None
                ),
            }
            for text in one.texts
        ]
        rows.append({"law": one.law, "texts": texts, "waiting": len(waiting)})
    context = _context(request, {"rows": rows, "waiting": sum(row["waiting"] for row in rows)})
    return render(request, "reports/citations.html", context, status=status)


@login_required
@require_http_methods(["POST"])
def check(request, pk: int):
    law = get_object_or_404(LegalDocument, pk=pk)
    key = request.POST.get("key", "")[:60]
    form = CheckForm(request.POST, auto_id=f"law-{pk}-{key}-%s")
    if form.is_valid():
        try:
            check_citation(actor=request.user, law=law, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Recorded. The text no longer waits."))
            return redirect("reports:citations")
    return _citations(request, {(law.pk, key): form}, 409)


@login_required
@require_http_methods(["GET", "POST"])
def edit_law(request, pk: int | None = None):
    require(request.user, "reports.keep_laws")
    law = get_object_or_404(LegalDocument, pk=pk) if pk else LegalDocument()
    form = LawForm(request.POST or None, instance=law)
    if request.method == "POST" and form.is_valid():
        keep_law(actor=request.user, law=form.instance)
        messages.success(request, _("The document is entered. Texts that cite it are looked through at once."))
        return redirect("reports:laws")
    title = _("Change a document") if pk else _("Enter a document")
    context = {"title": title, "form": form, "button": _("Save"), "back": "reports:laws"}
    return render(request, "reports/form.html", context, status=409 if form.is_bound else 200)
