"""The bank of questions, for those who write them (403 for others; a bank of another area does not exist, 404)."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.sheets import xlsx_answer
from core.tables import MAX_BYTES
from courses import bank as acts
from courses.analysis import ENOUGH_ATTEMPTS, items_of
from courses.asked import asked
from courses.exchange import aiken, gift, sheet
from courses.exchange.rows import QuestionRow, judge, save_rows, text_of
from courses.models import Competency, Question, QuestionVersion
from courses.quiz_forms import ImportForm, QuestionForm
from people.models import Organisation
from people.permissions import require
from people.preview import seal, unseal

SHOWN = 60


def _asked_for(request):
    """The questions the filters leave, and the filters."""
    require(request.user, acts.ACT)
    wanted, kind, skill = (request.GET.get(name, "").strip()[:80] for name in ("q", "kind", "competency"))
    rows = Question.objects.kept_by(request.user).search(wanted)
    rows = rows.live() if "retired" not in request.GET else rows.exclude(retired_at=None)
    if kind in Question.Kind.values:
        rows = rows.filter(kind=kind)
    if skill:
        rows = rows.filter(competency__code=skill)
    said = {name: value for name, value in (("q", wanted), ("kind", kind), ("competency", skill)) if value}
    return rows, said


def _with_versions(rows) -> list[Question]:
    """Each with `version`, the one that is asked now."""
    found = list(rows.with_latest().select_related("competency"))
    versions = QuestionVersion.objects.in_bulk([one.latest for one in found])
    for one in found:
        one.version = versions[one.latest]
        one.version.question = one
    return found


@login_required
@require_safe
def bank(request):
    rows, said = _asked_for(request)
    page = Paginator(rows.order_by("competency__title", "code"), 40).get_page(request.GET.get("page"))
    page.object_list = _with_versions(page.object_list)
    context = {
        "page": page, "said": said, "kinds": Question.Kind.choices, "competencies": Competency.objects.all(),
        "query": urlencode(said),
    }  # fmt: skip
    return render(request, "courses/bank/bank.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request, kind: str):
    require(request.user, acts.ACT)
    if kind not in Question.Kind.values:
        raise Http404
    bodies = acts.bodies_of(request.user)
    start = {"competency": Competency.objects.filter(code=request.GET.get("competency", "")[:50]).first()}
    form = QuestionForm(request.POST or None, kind=kind, bodies=bodies, initial=start)
    preview = None
    if form.is_valid():
        data = form.cleaned_data
        if "preview" in request.POST:
            preview = _preview(Question(kind=kind, competency=data["competency"]), form.said())
        else:
            try:
                made = acts.write_question(
                    organiser=data["organiser"], competency=data["competency"], kind=kind, code=data["code"],
                    said=form.said(), actor=request.user,
                )  # fmt: skip
            except DomainError as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, _("Saved."))
                return redirect("courses:question", made.pk)
    context = {"form": form, "kind": kind, "kind_label": Question.Kind(kind).label, "preview": preview}
    return render(request, "courses/bank/question.html", context, status=409 if form.errors else 200)


def _preview(question: Question, said: dict) -> list[dict]:
    """As it is asked, and solved."""
    version = QuestionVersion(pk=0, question=question, **said)
    return [asked(version, seed=1) | {"number": 1}, asked(version, seed=1, solved=True) | {"number": 1}]


@login_required
@require_http_methods(["GET", "POST"])
def question(request, pk: int):
    """One question: how it looks, its corrections, how it did; a correction, or its end."""
    require(request.user, acts.ACT)
    rows = Question.objects.kept_by(request.user).select_related("competency", "organiser__area")
    found = get_object_or_404(rows, pk=pk)
    versions = list(found.versions.select_related("made_by"))
    last = versions[-1]
    last.question = found
    act = request.POST.get("act", "")
    if act == "retire":
        acts.retire_question(question=found, actor=request.user)
        messages.success(request, _("No test asks it any more. What was answered stays."))
        return redirect("courses:question", pk)
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(data, kind=found.kind, bodies=Organisation.objects.none(), question=found,
                        initial=QuestionForm.start(last))  # fmt: skip
    preview = _preview(found, {name: getattr(last, name) for name in acts.FIELDS})
    if form.is_bound and form.is_valid():
        if act == "preview":
            preview = _preview(found, form.said())
        else:
            try:
                acts.correct_question(
                    question=found, said=form.said(), reason=form.cleaned_data["reason"], actor=request.user
                )
            except DomainError as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, _("Corrected. Whoever answered it is being marked anew."))
                return redirect("courses:question", pk)
    quizzes = list(found.quizzes.select_related("course"))
    for quiz in quizzes:
        quiz.item = items_of(quiz).get(found.pk)
    context = {
        "question": found, "form": form, "kind_label": found.get_kind_display(), "preview": preview,
        "versions": versions[::-1], "quizzes": quizzes, "enough": ENOUGH_ATTEMPTS,
    }  # fmt: skip
    return render(request, "courses/bank/question.html", context, status=409 if form.errors else 200)


@login_required
@require_safe
def export(request, form: str):
    """The filtered questions as XLSX (everything), GIFT or Aiken (what those can hold, in Vietnamese)."""
    rows, _said = _asked_for(request)
    versions = [one.version for one in _with_versions(rows.order_by("competency__code", "code"))]
    if form == "xlsx":
        return xlsx_answer(sheet.write(versions), "cau-hoi")
    if form not in ("gift", "aiken"):
        raise Http404
    text = (gift if form == "gift" else aiken).write(versions)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cau-hoi.{form}.txt"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_safe
def empty_form(request):
    require(request.user, acts.ACT)
    code = Competency.objects.values_list("code", flat=True).first() or "hieu-luat"
    return xlsx_answer(sheet.empty_form(code), "mau-cau-hoi")


@login_required
@require_http_methods(["GET", "POST"])
def bring_in(request):
    """A file is shown first: what is right, what is not. The confirmation saves every question or none."""
    require(request.user, acts.ACT)
    bodies = acts.bodies_of(request.user)
    context: dict = {}
    form = ImportForm(bodies=bodies)
    if request.method == "POST" and "rows" in request.POST:
        try:
            organiser, *rows = unseal(request.POST["rows"], user=request.user, kind="questions")
            counts = save_rows(
                rows=[QuestionRow(**row) for row in rows], organiser=get_object_or_404(bodies, pk=organiser["pk"]),
                actor=request.user,
            )  # fmt: skip
        except DomainError as refusal:
            context["refusal"] = refusal.message
        else:
            words = ngettext("%(n)s new question, %(same)s there already.", "%(n)s new questions, %(same)s there already.",
                             counts["new"])  # fmt: skip
            messages.success(request, words % {"n": counts["new"], "same": counts["same"]})
            return redirect("courses:bank")
    elif request.method == "POST":
        form = ImportForm(request.POST, request.FILES, bodies=bodies)
        if form.is_valid():
            try:
                context |= _judged(form.cleaned_data, request.user)
            except DomainError as refusal:
                form.add_error("file", refusal.message)
    context |= {"form": form}
    wrong = form.errors or context.get("refusal") or context.get("bad")
    return render(request, "courses/bank/import.html", context, status=409 if wrong else 200)


def _judged(data: dict, user) -> dict:
    rows = judge(read(data["file"]), organiser=data["organiser"], default=data["competency"])
    bad = [row for row in rows if row.errors]
    good = [row for row in rows if not row.errors]
    sealed = (
        ""
        if bad
        else seal([{"pk": data["organiser"].pk}, *(row.values() for row in rows)], user=user, kind="questions")
    )
    for row in good[:SHOWN]:
        row.kind_label = Question.Kind(row.kind).label
    return {
        "bad": bad, "good": good[:SHOWN], "hidden": max(0, len(good) - SHOWN), "total": len(rows), "sealed": sealed,
        "new": sum(row.outcome == "new" for row in good), "file_name": data["file"].name[:80],
    }  # fmt: skip


def read(file) -> list[QuestionRow]:
    """What kind of file it is shows its content, never its name."""
    head = file.read(MAX_BYTES + 1)
    file.seek(0)
    if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return sheet.read(file)
    text = text_of(head)
    if "{" in text:
        return gift.read(text)
    if any(line.strip().upper().startswith("ANSWER") for line in text.split("\n")):
        return aiken.read(text)
    return sheet.read(file)
