"""One report: reading it, filling its sections in, signing, sending, answering it, taking it away."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.season.kits import DOCX
from core.errors import DomainError
from core.sheets import xlsx_answer
from media import jobs
from media.serving import ranged_response
from media.storage import absolute
from people.permissions import may, require
from reports import after_freeze, attachments, consolidation, counting, flow, papers, writing
from reports.content import content, share, stamp, value
from reports.flow import WRITE
from reports.indicators import REGISTRY
from reports.models import Attachment, FormSection, Report
from reports.report_forms import AttachmentForm, HeadForm, RemarksForm, SectionForm, WordsForm
from reports.views.desk import SEE, download

_WITH = ("request__period__area", "request__form", "request__adds_up", "unit__parent", "supersedes", "successor")


def _report(request, pk: int) -> Report:
    require(request.user, SEE)
    return get_object_or_404(Report.objects.visible_to(request.user).select_related(*_WITH), pk=pk)


def _draft(request, pk: int) -> Report:
    """A draft that the reader may write in."""
    found = _report(request, pk)
    require(request.user, WRITE, found.unit)
    return found


def _shown(line: dict) -> dict:
    """A line as a page shows it."""
    english = get_language() == "en"
    held = value(line)
    return line | {
        "name": line["label_en"] if english and line["label_en"] else line["label"],
        "in": line["unit_en"] if english and line["unit_en"] else line["unit"],
        "held": held, "share": share(held), "counted": (line["part"], line["whole"]),
        "area": (line["area_part"], line["area_whole"]),
        "differs": line["area_part"] is not None and (line["part"], line["whole"]) != (line["area_part"], line["area_whole"]),
    }  # fmt: skip


def sections_of(said: dict) -> list[dict]:
    """The sections of a content, in the reader's language."""
    english = get_language() == "en"
    return [
        section
        | {
            "name": section["title_en"] if english and section["title_en"] else section["title"],
            "advice": section["guidance_en"] if english and section["guidance_en"] else section["guidance"],
            "lines": [_shown(line) for line in section["lines"]],
        }
        for section in said["sections"]
    ]


@login_required
@require_GET
def report(request, pk: int):
    """The whole report, what is to be done next, and everything that happened to it."""
    found = _report(request, pk)
    said = content(found)
    may_write = may(request.user, WRITE, found.unit)
    writing_now = may_write and found.is_open
    added = found.consolidations.first() if found.request.adds_up_id else None
    shown = sections_of(said)
    context = {
        "report": found,
        "said": said,
        "sections": shown,
        "stamp": stamp(said) if found.is_open else "",
        "unfilled": flow.unfilled(said) if found.is_open else [],
        "unwritten": [one["name"] for one in shown if one["asks_text"] and not one["text"]] if found.is_open else [],
        "stale": found.is_open and counting.is_stale(found),
        "may_write": may_write,
        "writing": writing_now,
        "may_sign": flow.may_sign(request.user, found) if found.state in ("draft", "signed") else False,
        "may_judge": found.state in ("submitted", "accepted") and flow.may_judge(request.user, found),
        "acts": found.acts.select_related("by"),
        "files": found.attachments.all(),
        "training": after_freeze.training_of(found, request.user) if found.submitted_at else None,
        "attach_form": AttachmentForm(),
        "remarks_form": RemarksForm(),
        "words_form": WordsForm(prefix="accept"),
        "added": added,
        "came_since": consolidation.came_since(found, added) if writing_now else 0,
        "job": consolidation.running(found) if writing_now and found.request.adds_up_id else None,
    }
    if context["job"]:
        context["job_reason"] = jobs.in_words(context["job"].reason) if context["job"].state == "failed" else ""
    return render(request, "reports/returns/report.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def section(request, pk: int, section: int):
    """One section of a draft: figures with what was counted beside them, and the words."""
    found = _draft(request, pk)
    parts = sections_of(content(found))
    places = [one["id"] for one in parts]
    if section not in places:
        raise Http404
    if not found.is_open:
        return redirect("reports:report", found.pk)
    here = places.index(section)
    form = SectionForm(request.POST or None, section=parts[here])
    if request.method == "POST" and form.is_valid():
        try:
            writing.save_section(
                actor=request.user, report=found, section=FormSection.objects.get(pk=section),
                text=form.cleaned_data.get("text", ""), figures=form.figures, read=form.cleaned_data["read"],
            )  # fmt: skip
        except writing.SectionChanged:
            # Saved by somebody else while this was under way: read anew, the form says so and shows what stands there now.
            parts = sections_of(content(found))
            form = SectionForm(request.POST, section=parts[here])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            if "next" in request.POST and here + 1 < len(places):
                return redirect("reports:section", found.pk, places[here + 1])
            return redirect("reports:report", found.pk)
    steps = [
        {
            "label": one["name"], "state": "current" if one["id"] == section else "done" if _is_filled(one) else "todo",
            "url": reverse("reports:section", args=[found.pk, one["id"]]),
        }
        for one in parts
    ]  # fmt: skip
    context = {
        "report": found, "section": parts[here], "form": form, "steps": steps, "last": here + 1 == len(places),
        "indicators": REGISTRY, "number": here + 1,
    }  # fmt: skip
    return render(request, "reports/returns/section.html", context, status=409 if form.is_bound else 200)


def _is_filled(section: dict) -> bool:
    return all(line["held"][0] is not None for line in section["lines"]) and bool(
        section["text"] or not section["asks_text"]
    )


@login_required
@require_http_methods(["GET", "POST"])
def head(request, pk: int):
    found = _draft(request, pk)
    if not found.is_open:
        return redirect("reports:report", found.pk)
    form = HeadForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        writing.save_head(actor=request.user, report=found, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("reports:report", found.pk)
    return form_page(request, _("Number, date and signature"), form, reverse("reports:report", args=[found.pk]))


def form_page(request, title: str, form, back: str, *, button: str = "", note: str = "", text: str = ""):
    context = {
        "title": title, "form": form, "back": back, "button": button or _("Save"), "note": note, "text": text,
        "multipart": form.is_multipart(),
    }  # fmt: skip
    return render(request, "reports/returns/form.html", context, status=409 if form.is_bound else 200)


# Acts -------------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def count(request, pk: int):
    found = _draft(request, pk)
    counting.count(report=found, actor=request.user)
    messages.success(request, _("The figures were counted anew. What you wrote beside them stays."))
    return redirect("reports:report", found.pk)


@login_required
@require_POST
def add_up(request, pk: int):
    found = _draft(request, pk)
    consolidation.order(actor=request.user, report=found)
    messages.success(request, _("The reports are being added up. Open this page again in a moment."))
    return redirect("reports:report", found.pk)


@login_required
@require_POST
def sign(request, pk: int):
    found = _report(request, pk)
    flow.sign(actor=request.user, report=found, read=request.POST.get("read", ""))
    messages.success(request, _("Signed. Its figures and words stand from now on; it can be sent."))
    return redirect("reports:report", found.pk)


@login_required
@require_POST
def take_back(request, pk: int):
    found = _report(request, pk)
    flow.take_back(actor=request.user, report=found)
    messages.success(request, _("The signature is taken back; the report can be changed again."))
    return redirect("reports:report", found.pk)


@login_required
@require_POST
def submit(request, pk: int):
    found = _report(request, pk)
    flow.submit(actor=request.user, report=found)
    messages.success(request, _("Sent."))
    return redirect("reports:report", found.pk)


@login_required
@require_POST
def accept(request, pk: int):
    found = _report(request, pk)
    form = WordsForm(request.POST, prefix="accept")
    flow.accept(actor=request.user, report=found, words=form.cleaned_data["words"] if form.is_valid() else "")
    messages.success(request, _("Accepted."))
    return redirect("reports:report", found.pk)


@login_required
@require_POST
def give_back(request, pk: int):
    found = _report(request, pk)
    form = RemarksForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    flow.return_report(actor=request.user, report=found, remarks=words)
    messages.success(
        request, _("Returned with your remarks. The unit writes a corrected report; this one stays as it is.")
    )
    return redirect("reports:report", found.pk)


@login_required
@require_POST
def correct(request, pk: int):
    found = _report(request, pk)
    draft = flow.correct(actor=request.user, report=found)
    messages.success(request, _("This is the corrected report. The one that was returned stays readable."))
    return redirect("reports:report", draft.pk)


# Files ------------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def attach(request, pk: int):
    found = _draft(request, pk)
    form = AttachmentForm(request.POST, request.FILES)
    if not form.is_valid():
        raise DomainError(_("Choose a file first."))
    attachments.attach(
        actor=request.user, report=found, file=form.cleaned_data["file"], client_uuid=form.cleaned_data["client_uuid"]
    )
    messages.success(request, _("The file goes with the report."))
    return redirect("reports:report", found.pk)


def _attachment(request, pk: int, file: int) -> Attachment:
    return get_object_or_404(_report(request, pk).attachments.select_related("report__unit"), pk=file)


@login_required
@require_POST
def detach(request, pk: int, file: int):
    found = _attachment(request, pk, file)
    attachments.detach(actor=request.user, attachment=found)
    messages.success(request, _("The file was taken out."))
    return redirect("reports:report", pk)


@login_required
@require_GET
def attachment(request, pk: int, file: int):
    found = _attachment(request, pk, file)
    return ranged_response(
        request, absolute(found.path), sha256=found.sha256, filename=found.name,
        content_type=attachments.TYPES[found.kind], public=False,
    )  # fmt: skip


@login_required
@require_GET
def paper(request, pk: int, kind: str):
    """The report as .docx, .pdf or .xlsx: as frozen, or a draft as it stands."""
    found = _report(request, pk)
    said, name = content(found), papers.name_of(found)
    if kind == "docx":
        return download(papers.report_docx(said), DOCX, f"{name}.docx")
    if kind == "pdf":
        return download(papers.report_pdf(said), "application/pdf", f"{name}.pdf")
    added = found.consolidations.filter(made_at=said["added"]["made_at"]).first() if said["added"] else None
    return xlsx_answer(papers.report_xlsx(said, added.units if added else []), name)


@login_required
@require_GET
def now(request, pk: int):
    """A frozen report beside what would be counted today."""
    found = _report(request, pk)
    if found.frozen is None:
        return redirect("reports:report", found.pk)
    rows = [row | {"line": _shown(row["line"])} for row in counting.difference(found)]
    context = {"report": found, "rows": rows, "moved": sum(row["moved"] for row in rows)}
    return render(request, "reports/returns/now.html", context)


@login_required
@require_GET
def units(request, pk: int):
    """Which reports were added up, what is missing first."""
    found = _report(request, pk)
    added = found.consolidations.first()
    if added is None:
        raise Http404
    rows = sorted(added.units, key=lambda one: bool(one["report"]))
    lines = [line for section in sections_of(content(found)) for line in section["lines"] if line["source"] == "added"]
    wanted = next(
        (line for line in lines if str(line["id"]) == request.GET.get("line", "")), lines[0] if lines else None
    )
    shown = [one | {"pair": one["lines"].get(str(wanted["id"])) if wanted else None} for one in rows]
    context = {
        "report": found, "added": added, "rows": shown, "lines": lines, "line": wanted,
        "states": dict(Report.State.choices), "missing": sum(not one["report"] for one in rows),
    }  # fmt: skip
    return render(request, "reports/returns/units.html", context)
