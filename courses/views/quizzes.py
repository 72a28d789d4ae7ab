"""Putting tests and assignments together, for those who write them (403 for others)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Subquery
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from courses import assignments as papers
from courses import bank as acts
from courses.analysis import ENOUGH_ATTEMPTS, items_of
from courses.asked import asked
from courses.models import Assignment, Course, Question, QuestionVersion, Quiz
from courses.quiz_forms import AssignmentForm, QuizForm
from people.permissions import require


def _courses(user):
    require(user, acts.ACT)
    return Course.objects.filter(organiser__in=acts.bodies_of(user)).select_related("organiser__area")


@login_required
@require_safe
def tests(request):
    """Every course of one's own with its tests and assignments."""
    courses = list(_courses(request.user).order_by("title").prefetch_related("quizzes", "assignments"))
    for course in courses:
        course.live_quizzes = [one for one in course.quizzes.all() if not one.retired_at]
        course.live_assignments = [one for one in course.assignments.all() if not one.retired_at]
    return render(request, "courses/bank/tests.html", {"courses": courses})


def _questions(course: Course, quiz: Quiz):
    """The live questions of the course's organiser: of its competencies first; those of the test also when retired."""
    rows = Question.objects.filter(organiser=course.organiser_id).live()
    skills = course.competencies.values("pk")
    own = rows.filter(competency__in=skills) if course.competencies.exists() else rows
    chosen = quiz.questions.values("pk") if quiz.pk else ()
    found = Question.objects.filter(pk__in=own.values("pk")) | Question.objects.filter(pk__in=chosen)
    text = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number").values("prompt")[:1]
    return found.distinct().annotate(asked=Subquery(text)).order_by("competency__title", "code")


@login_required
@require_http_methods(["GET", "POST"])
def quiz(request, pk: int | None = None):
    courses = _courses(request.user)
    if pk:
        found = get_object_or_404(Quiz.objects.kept_by(request.user).select_related("course__organiser__area"), pk=pk)
        course = found.course
    else:
        course = get_object_or_404(courses, code=request.GET.get("course", "")[:50])
        found = Quiz(course=course)
    act = request.POST.get("act", "")
    if act in ("publish", "retire") and pk:
        (acts.publish_quiz if act == "publish" else acts.retire_quiz)(quiz=found, actor=request.user)
        messages.success(request, _("Published: classes can take it now.") if act == "publish" else _("Retired."))
        return redirect("courses:edit_quiz", pk)
    form = QuizForm(request.POST or None, instance=found, course=course, questions=_questions(course, found))
    if form.is_valid():
        try:
            made = acts.save_quiz(
                quiz=form.save(commit=False), questions=form.cleaned_data["questions"], actor=request.user
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("courses:edit_quiz", made.pk)
    context = {"form": form, "quiz": found, "course": course, "items": _items(found) if pk else (),
               "enough": ENOUGH_ATTEMPTS}  # fmt: skip
    return render(request, "courses/bank/quiz.html", context, status=409 if form.errors else 200)


def _items(quiz: Quiz) -> list[dict]:
    """Its questions with how they did, the doubtful first."""
    items = items_of(quiz)
    rows = list(quiz.questions.with_latest())
    versions = QuestionVersion.objects.in_bulk([one.latest for one in rows])
    lines = [{"question": one, "version": versions[one.latest], "item": items.get(one.pk)} for one in rows]
    return sorted(lines, key=lambda line: (not (line["item"] and line["item"].is_doubtful), line["question"].code))


@login_required
@require_safe
def preview(request, pk: int):
    """Every question as it is asked and with its right answer; nothing is recorded."""
    require(request.user, acts.ACT)
    found = get_object_or_404(Quiz.objects.kept_by(request.user).select_related("course"), pk=pk)
    rows = list(found.questions.live().with_latest().order_by("competency", "pk"))
    versions = QuestionVersion.objects.select_related("question").in_bulk([one.latest for one in rows])
    questions = [
        asked(versions[one.latest], seed=1, solved=True) | {"number": n, "plain": asked(versions[one.latest], seed=1)}
        for n, one in enumerate(rows, start=1)
    ]
    return render(request, "courses/bank/preview.html", {"quiz": found, "questions": questions})


@login_required
@require_http_methods(["GET", "POST"])
def assignment(request, pk: int | None = None):
    courses = _courses(request.user)
    if pk:
        found = get_object_or_404(
            Assignment.objects.filter(course__in=courses).select_related("course__organiser__area"), pk=pk
        )
        start = {"criteria": "\n".join(_line(one) for one in found.criteria.all())}
    else:
        found = Assignment(course=get_object_or_404(courses, code=request.GET.get("course", "")[:50]))
        start = {}
    if request.POST.get("act") == "retire" and pk:
        papers.retire_assignment(assignment=found, actor=request.user)
        messages.success(request, _("Retired."))
        return redirect("courses:tests")
    form = AssignmentForm(request.POST or None, instance=found, initial=start)
    if form.is_valid():
        try:
            papers.save_assignment(
                assignment=form.save(commit=False), criteria=form.cleaned_data["criteria"], actor=request.user
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("courses:tests")
    context = {"form": form, "assignment": found, "course": found.course}
    return render(request, "courses/bank/assignment.html", context, status=409 if form.errors else 200)


def _line(one) -> str:
    return " | ".join(filter(None, [one.title, one.title_en, str(one.points)]))
