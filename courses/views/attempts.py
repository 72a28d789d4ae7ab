"""Taking a test. What belongs to another person does not exist (404)."""

import json
import uuid
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from courses import attempts as acts
from courses.asked import asked
from courses.models import Answer, Attempt, CourseRun, Enrolment, QuestionVersion, Quiz
from courses.views.workers import worker_answer
from people.models import User


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def quiz(request, pk: int, quiz: int):
    """What the test is like, the attempts so far; POST begins or goes on."""
    runs = CourseRun.objects.visible_to(request.user).select_related("course")
    run = get_object_or_404(runs, pk=pk)
    found = get_object_or_404(Quiz.objects.live().filter(course=run.course_id), pk=quiz)
    seat = Enrolment.objects.filter(run=run, user=request.user, state=Enrolment.State.BOOKED).first()
    if request.method == "POST":
        made = acts.open_attempt(quiz=found, run=run, user=request.user)
        return redirect("courses:attempt", made.pk)
    mine = list(Attempt.objects.filter(enrolment=seat, quiz=found).prefetch_related("gradings")) if seat else []
    opened = next((one for one in mine if not one.closed_at), None)
    window = acts.window_of(found, run)
    for one in mine:
        one.grading = acts.best([one])
        one.passed = bool(one.grading and one.grading.share * 100 >= found.pass_percent)
    context = {
        "run": run, "quiz": found, "seat": seat, "mine": mine, "opened": opened, "window": window,
        "count": found.draw or found.questions.live().count(),
        "refusal": "" if opened else acts.refusal(found, run, window, len(mine)),
        "left": found.attempts_allowed and max(0, found.attempts_allowed - len(mine)),
    }  # fmt: skip
    return render(request, "courses/quiz/start.html", context)


def _own(user: User, pk: uuid.UUID) -> Attempt:
    rows = Attempt.objects.of(user).select_related("quiz__course", "enrolment__run")
    return get_object_or_404(rows, pk=pk)


def _questions(attempt: Attempt, values: dict, page: int) -> list[dict]:
    """The drawn questions in their order, all but that of the `page` (0: none) hidden: a script turns the pages without a
    connection. Solved are those whose answer stands (feedback after each answer)."""
    rows = QuestionVersion.objects.select_related("question").in_bulk(attempt.drawn)
    once = attempt.quiz.feedback == Quiz.Feedback.ONCE
    found = []
    for number, pk in enumerate(attempt.drawn, start=1):
        value = values.get(pk)
        one = asked(rows[pk], seed=attempt.seed, value=value, solved=once and value is not None)
        found.append(one | {"number": number, "id": uuid.uuid4().hex, "hidden": page not in (0, number)})
    return found


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def attempt(request, pk: uuid.UUID):
    """The questions, all on a page or one a page (`?n=`); plain forms where there is no script."""
    found = _own(request.user, pk)
    if request.method == "POST":
        return _posted(request, found)
    if found.grace_until and not found.closed_at and found.grace_until <= timezone.now():
        acts.close_attempt(attempt=found)
    if found.closed_at:
        return redirect("courses:result", pk)
    values = acts.values_of(found)
    total = len(found.drawn)
    number = request.GET.get("n", "1")
    number = min(max(int(number), 1), total) if number.isascii() and number.isdecimal() and len(number) < 5 else 1
    now = timezone.now()
    sequence = found.answers.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    page = number if found.quiz.is_paged else 0
    context = {
        "attempt": found, "quiz": found.quiz, "run": found.enrolment.run, "questions": _questions(found, values, page),
        "answered": len(values), "total": total, "number": number, "sequence": sequence,
        "elapsed": _after(found, now), "limit": _after(found, found.deadline), "last": _after(found, found.grace_until),
        "once": found.quiz.feedback == Quiz.Feedback.ONCE, "words": _words(),
    }  # fmt: skip
    answer = render(request, "courses/quiz/attempt.html", context)
    answer["Quiz-Person"] = str(request.user.pk)
    return answer


def _after(attempt: Attempt, moment: datetime | None) -> int | str:
    """Milliseconds from its beginning, as the phone counts."""
    return int((moment - attempt.opened_at).total_seconds() * 1000) if moment else ""


def _words() -> dict:
    return {
        "received": _("{n} of {all} answers received"),
        "waits": _("No connection. {n} answers wait on this phone and are sent by themselves; nothing is lost."),
        "sending": _("Sending …"),
        "signin": _("You are signed out. Sign in again in another tab, then come back: what waits here is kept."),
        "closing": _(
            "You have handed it in. It is sent when there is a connection; keep this page or come back to it."
        ),
        "over": _("Time is over. What you answered in time is still taken in until {until}."),
        "ended": _(
            "The test is handed in by itself when there is a connection. Keep this page or open it again before then."
        ),
        "missed": _(
            "Time is over, and answers were taken in until {until}. What arrives now no longer counts: tell the trainer."
        ),
        "unsure": _("The time may be over. Go on: when there is a connection, the server says which answers count."),
        "offline": _("No connection. Go on: your answers are kept on this phone and are sent by themselves."),
        "left": _("{time} left"),
        "slow": _("The clock of this phone is {by} minutes behind. Times are counted by the server."),
        "fast": _("The clock of this phone is {by} minutes ahead. Times are counted by the server."),
        "late": _("received late, counts"),
        "tooLate": _("too late, does not count"),
        "kept": _("kept on this phone"),
        "got": _("received"),
        "choose": _("Choose or write an answer first."),
        "gone": _("This test is no longer yours to take: ask the trainer. What you answered is kept on this phone."),
        "sure": _("{n} questions have no answer yet. Hand it in all the same?"),
    }


def _posted(request, found: Attempt):
    """A plain form: every question on the page, then the next page, or handed in."""
    values, given = acts.values_of(found), []
    last = found.answers.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    elapsed = int((timezone.now() - found.opened_at).total_seconds() * 1000)
    fields = {name: request.POST.getlist(name) for name in request.POST if name.startswith("q")}
    for text in request.POST.getlist("question")[:500]:
        version, _sign, key = text.partition(":")
        if version.isascii() and version.isdecimal() and int(version) in found.drawn:
            given.append(acts.Given(_uuid(key), int(version), last + 1, elapsed, fields))
    if asked_for := request.POST.get("answer"):
        place = [n for n, pk in enumerate(found.drawn, start=1) if f"{n}" == asked_for]
        given = [one for one in given if place and one.version == found.drawn[place[0] - 1]]
    close = "close" in request.POST
    before = found.closed_at
    done, receipt = acts.receive(
        attempt=found.pk, user=request.user, answers=_changed(found, given, values), close=close
    )
    for words in receipt.refused.values():
        messages.error(request, words)
    if done.closed_at:
        if before:
            messages.error(request, _("This attempt was handed in before. What you sent now does not count."))
        return redirect("courses:result", found.pk)
    if Answer.Standing.TOO_LATE in receipt.received.values():
        messages.error(request, _("Time is over: what you sent now does not count. Hand the test in."))
    target = request.POST.get("go") or asked_for or ""
    where = f"?n={target}" if target.isascii() and target.isdecimal() and len(target) < 5 else ""
    return redirect(reverse("courses:attempt", args=[found.pk]) + where)


def _changed(attempt: Attempt, given: list, values: dict) -> list:
    """Only what differs from what counts already: a form brings every question of its page."""
    rows = QuestionVersion.objects.select_related("question").in_bulk([one.version for one in given])
    found = []
    for one in given:
        version = rows[one.version]
        try:
            said = acts.read_answer(version.question.kind, version.content, f"q{version.pk}", one.fields)
        except DomainError:
            found.append(one)
            continue
        if said != values.get(one.version):
            found.append(one)
    return found


def _uuid(text) -> uuid.UUID:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        raise DomainError(_("What was sent cannot be read. Load the page again.")) from None


@login_required
@never_cache
@require_POST
def answers(request, pk: uuid.UUID):
    """From the phone's journal: JSON {answers: [{id, version, sequence, elapsed, at, fields: [[name, value], …]}], close}.
    Answered with what was received, how it stands, and the server's clock."""
    try:
        sent = json.loads(request.body)
        given = [_given(one) for one in sent["answers"]]
        close = sent.get("close") is True
    except (ValueError, TypeError, KeyError, AttributeError):
        return JsonResponse({"message": _("What was sent cannot be read. Load the page again.")}, status=400)
    try:
        found, receipt = acts.receive(attempt=pk, user=request.user, answers=given, close=close)
    except Attempt.DoesNotExist:
        raise Http404 from None
    said = {
        "received": receipt.received, "refused": receipt.refused, "answered": receipt.answered, "total": receipt.total,
        "closed": bool(found.closed_at), "now": int(timezone.now().timestamp() * 1000),
        "elapsed": int((timezone.now() - found.opened_at).total_seconds() * 1000),
    }  # fmt: skip
    if found.quiz.feedback == Quiz.Feedback.ONCE and receipt.received and not found.closed_at:
        said["reload"] = True
    return JsonResponse(said)


def _given(one: dict) -> acts.Given:
    fields: dict[str, list[str]] = {}
    for name, value in one["fields"][:100]:
        fields.setdefault(str(name), []).append(str(value)[:500])
    numbers = [one[name] for name in ("version", "sequence", "elapsed")]
    if not all(type(n) is int and 0 <= n < 2**31 for n in numbers):
        raise ValueError
    at = parse_datetime(str(one.get("at", "")))
    at = at if at and timezone.is_aware(at) else None
    return acts.Given(uuid.UUID(str(one["id"])), *numbers, fields, at)


@login_required
@never_cache
@require_safe
def result(request, pk: uuid.UUID):
    """The points of one's own attempt and, when the test shows them, the right answers."""
    found = _own(request.user, pk)
    if not found.closed_at:
        return redirect("courses:attempt", pk)
    grading = acts.best([found])
    shown, values, questions = acts.is_shown(found), acts.values_of(found), []
    if shown:
        rows = QuestionVersion.objects.select_related("question").in_bulk(found.drawn)
        by = {one.question_id: one.version for one in grading.graded.select_related("version")}
        for number, version in enumerate((rows[v] for v in found.drawn), start=1):
            one = asked(
                version, seed=found.seed, value=values.get(version.pk), solved=True, shown=by.get(version.question_id)
            )
            questions.append(one | {"number": number})
    late = found.answers.exclude(standing=Answer.Standing.IN_TIME).values_list("standing", flat=True)
    counts = {name: list(late).count(name) for name in (Answer.Standing.LATE, Answer.Standing.TOO_LATE)}
    notes = []
    if n := counts[Answer.Standing.LATE]:
        notes.append(ngettext("%(n)s answer was given in time and received late: it counts.",
                              "%(n)s answers were given in time and received late: they count.", n) % {"n": n})  # fmt: skip
    if n := counts[Answer.Standing.TOO_LATE]:
        notes.append(ngettext("%(n)s answer came too late and does not count.",
                              "%(n)s answers came too late and do not count.", n) % {"n": n})  # fmt: skip
    context = {
        "attempt": found, "quiz": found.quiz, "run": found.enrolment.run, "grading": grading, "questions": questions,
        "passed": grading.share * 100 >= found.quiz.pass_percent, "answered": len(values), "total": len(found.drawn),
        "notes": notes, "shown": shown, "again": found.gradings.count() > 1, "history": found.gradings.all(),
    }  # fmt: skip
    return render(request, "courses/quiz/result.html", context)


# What the page of a test is drawn with; kept on the phone when a test is first opened.
SHELL = (
    "css/site.css",
    "img/band.svg",
    "img/band-dark.svg",
    "js/theme.js",
    "js/quick-exit.js",
    "js/menu.js",
    "js/quiz.js",
)


@require_safe
def worker(request):
    """The service worker of the tests: a page that was opened opens again without a connection."""
    return worker_answer(request, "courses/quiz/worker.js", SHELL)
