"""What a class achieved: for its trainers and who keeps it. Others find nothing here (404); an officer sees their own."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.sheets import xlsx_answer
from courses import assignments as papers
from courses import surveys
from courses.analysis import ENOUGH_PEOPLE, learning
from courses.attempts import Standing as AnswerStanding
from courses.attendance import keeps_roll
from courses.completion import best_shares, handed_in, standings
from courses.models import (
    Answer,
    Assignment,
    Attempt,
    CourseRun,
    QuizWindow,
    Review,
    Submission,
    SurveyKind,
    SurveyTicket,
)
from courses.quiz_forms import HandInForm, ReviewForm, SurveyForm, TakeDownForm, WindowForm
from courses.results_sheet import results_xlsx


def _run(request, pk: int) -> CourseRun:
    rows = CourseRun.objects.visible_to(request.user).select_related("course__organiser__area")
    found = get_object_or_404(rows, pk=pk)
    if not keeps_roll(request.user, found):
        raise Http404
    return found


def _table(run: CourseRun) -> dict:
    """Everybody with a seat: each test's best share and number of attempts, each assignment, and whether all is done."""
    quizzes = list(run.course.quizzes.live())
    assignments = list(run.course.assignments.filter(retired_at=None))
    shares, given = best_shares(run, quizzes), handed_in(run, assignments)
    counts: dict = {}
    for enrolment, quiz in Attempt.objects.filter(enrolment__run=run).values_list("enrolment", "quiz"):
        counts[enrolment, quiz] = counts.get((enrolment, quiz), 0) + 1
    late: dict = {}
    odd = Answer.objects.filter(attempt__enrolment__run=run).exclude(standing=AnswerStanding.IN_TIME)
    for enrolment, standing in odd.values_list("attempt__enrolment", "standing"):
        late.setdefault(enrolment, []).append(standing)
    rows = []
    for one in standings(run):
        pk = one.enrolment.pk
        cells = [(quiz, shares.get((pk, quiz.pk)), counts.get((pk, quiz.pk), 0)) for quiz in quizzes]
        rows.append({
            "standing": one, "cells": cells, "papers": [(a, given.get((pk, a.pk))) for a in assignments],
            "late": late.get(pk, []).count(AnswerStanding.LATE), "too_late": late.get(pk, []).count(AnswerStanding.TOO_LATE),
        })  # fmt: skip
    waiting = [one for one in given.values() if one.judged is None]
    return {"rows": rows, "quizzes": quizzes, "assignments": assignments, "waiting": waiting}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def results(request, pk: int):
    run = _run(request, pk)
    table = _table(run)
    windows = {one.quiz_id: one for one in QuizWindow.objects.filter(run=run)}
    forms = []
    for quiz in table["quizzes"]:
        row = windows.get(quiz.pk) or QuizWindow(run=run, quiz=quiz)
        mine = request.method == "POST" and request.POST.get("quiz") == str(quiz.pk)
        form = WindowForm(request.POST if mine else None, instance=row, prefix=f"w{quiz.pk}")
        if mine and form.is_valid():
            form.save()
            messages.success(request, _("Saved. Attempts that are open keep their deadline."))
            return redirect("courses:results", pk)
        forms.append((quiz, form, windows.get(quiz.pk)))
    seats = {one["standing"].enrolment.pk: one["standing"].enrolment for one in table["rows"]}
    for paper in table["waiting"]:
        paper.enrolment = seats.get(paper.enrolment_id, paper.enrolment)
    context = table | {
        "run": run, "forms": forms, "learning": learning(run), "enough": ENOUGH_PEOPLE, "surveys": surveys.results(run),
        "moderates": surveys.may_take_down(request.user, run),
    }  # fmt: skip
    return render(request, "courses/results.html", context, status=409 if request.method == "POST" else 200)


@login_required
@require_safe
def results_file(request, pk: int):
    run = _run(request, pk)
    return xlsx_answer(results_xlsx(run, _table(run)), f"ket-qua-lop-{run.pk}")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def assignment(request, pk: int, assignment: int):
    """One's own work in a class: hand it in, read what the trainer said."""
    run = get_object_or_404(CourseRun.objects.visible_to(request.user).select_related("course"), pk=pk)
    found = get_object_or_404(Assignment.objects.filter(course=run.course_id, retired_at=None), pk=assignment)
    seat = papers.open_to(request.user, run)
    if seat is None:
        raise Http404
    before = Submission.objects.filter(enrolment=seat, assignment=found).last()
    # What was given back is mended, not typed anew.
    form = HandInForm(
        request.POST or None, initial={"client_uuid": uuid.uuid4(), "text": before.text if before else ""}
    )
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("text", "client_uuid")}
        try:
            papers.hand_in(assignment=found, run=run, user=request.user, **said)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Handed in. The trainer marks it; you read the marks here."))
            return redirect("courses:assignment", pk, assignment)
    given = list(Submission.objects.filter(enrolment=seat, assignment=found).prefetch_related("reviews__actor"))
    last = given[-1].reviews.all() if given else []
    accepted = bool(last) and not list(last)[-1].is_returned and (
        list(last)[-1].given * 100 >= found.pass_percent * list(last)[-1].out_of
    )  # fmt: skip
    for one in given:
        one.marks = [_marks(review, found) for review in one.reviews.all()]
    context = {
        "run": run, "assignment": found, "criteria": found.criteria.all(), "given": given[::-1], "form": form,
        "accepted": accepted, "waiting": bool(given) and not last,
    }  # fmt: skip
    return render(request, "courses/assignment.html", context, status=409 if form.errors else 200)


def _marks(review: Review, assignment: Assignment) -> dict:
    lines = [(one.label, review.points.get(str(one.pk)), one.points) for one in assignment.criteria.all()]
    passed = not review.is_returned and review.given * 100 >= assignment.pass_percent * review.out_of
    return {"review": review, "lines": [] if review.is_returned else lines, "passed": passed}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def submission(request, pk: uuid.UUID):
    """A trainer reads and marks one piece of work."""
    rows = Submission.objects.select_related("assignment", "enrolment__user", "enrolment__run__course__organiser__area")
    found = get_object_or_404(rows, pk=pk)
    run = _run(request, found.enrolment.run_id)
    form = ReviewForm(request.POST or None, criteria=found.assignment.criteria.all())
    if form.is_valid():
        try:
            papers.review(
                submission=found, actor=request.user, points=form.points(), remarks=form.cleaned_data["remarks"],
                give_back="back" in request.POST,
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Done. The officer reads it on the page of the assignment."))
            return redirect("courses:results", run.pk)
    marks = [_marks(one, found.assignment) for one in found.reviews.select_related("actor")]
    context = {"run": run, "submission": found, "form": form, "marks": marks,
               "own": found.enrolment.user_id == request.user.pk}  # fmt: skip
    return render(request, "courses/submission.html", context, status=409 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def survey(request, pk: int):
    """One's own ticket; the answer goes in without a name."""
    ticket = get_object_or_404(SurveyTicket.objects.filter(user=request.user).select_related("run__course"), pk=pk)
    open_now = surveys.open_tickets(request.user).filter(pk=pk).exists()
    form = SurveyForm(request.POST or None, kind=ticket.kind) if open_now else None
    if form and form.is_valid():
        said = dict(form.cleaned_data)
        text = said.pop("text")
        surveys.answer(ticket=ticket, said=said, text=text)
        messages.success(request, _("Thank you. Your answer is kept without your name."))
        return redirect("courses:catalogue")
    sent = surveys.sent_by(request.user, ticket.run) if ticket.kind == SurveyKind.MANAGER else []
    context = {"ticket": ticket, "form": form, "least": surveys.LEAST, "sent": sent}
    return render(request, "courses/survey.html", context, status=409 if form and form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def words(request, pk: int, answer: uuid.UUID):
    """A moderator takes down the words of an answer that stand on the page of results."""
    run = _run(request, pk)
    kinds = surveys.results(run)
    if any(one.answer_id == answer for kind in kinds for one in kind.gone):
        # A second tap.
        return redirect("courses:results", pk)
    found = next((one for kind in kinds for one in kind.texts if one.pk == answer), None)
    if found is None:
        raise Http404
    if not surveys.may_take_down(request.user, run):
        raise PermissionDenied
    form = TakeDownForm(request.POST or None)
    if form.is_valid():
        surveys.take_down(answer=found, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("Taken down."))
        return redirect("courses:results", pk)
    context = {"run": run, "answer": found, "form": form}
    return render(request, "courses/survey_words.html", context, status=409 if form.errors else 200)
