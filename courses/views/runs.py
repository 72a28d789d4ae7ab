"""Classes: who looks for one, who has a seat, who names officers, who keeps it. A draft does not exist for others (404)."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from courses import runs as acts
from courses import seats
from courses.attendance import EARLY, enter_code
from courses.completion import best_shares, handed_in, passed, standings
from courses.compliance import gaps, named
from courses.forms import CancelForm, CopyForm, NominateForm, QuotaForm, RunForm, SessionForm
from courses.models import Course, CourseRun, Enrolment
from courses.notices import calendar
from people.models import User
from people.permissions import areas_for, may, require
from people.roles import Role
from places.models import AdministrativeUnit

State = Enrolment.State
SHAPES = {"nominated": "due", "waiting": "due", "booked": "done", "declined": "over", "withdrawn": "plain"}
MOST_MISSING = 30


@login_required
@require_safe
def runs(request):
    """What is coming, mine marked; `?course=` one course, `?past=1` what is over."""
    rows = CourseRun.objects.visible_to(request.user).with_times().select_related("course")
    course = request.GET.get("course", "")[:50]
    if course:
        rows = rows.filter(course__code=course)
    over = rows.filter(last__lt=timezone.now())
    past = "past" in request.GET
    rows = over.order_by("-first") if past else rows.exclude(pk__in=over.values("pk")).order_by("first", "pk")
    page = Paginator(rows, 40).get_page(request.GET.get("page"))
    states = dict(Enrolment.objects.filter(user=request.user, run__in=list(page)).values_list("run", "state"))
    page.object_list = list(page.object_list)
    for one in page.object_list:
        state = states.get(one.pk)
        one.mine, one.shape = (State(state).label, SHAPES[state]) if state else ("", "")
    context = {"page": page, "past": past, "course": course, "may_keep": may(request.user, acts.ACT)}
    return render(request, "courses/runs.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request, pk: int | None = None):
    require(request.user, acts.ACT)
    mine = CourseRun.objects.kept_by(request.user)
    row = get_object_or_404(mine.select_related("course"), pk=pk) if pk else CourseRun()
    reach = AdministrativeUnit.objects.within_any(areas_for(request.user, acts.ACT))
    trainers = User.objects.filter(memberships__in=_trainer_posts(reach)).distinct().order_by("name")
    if pk:
        trainers = (trainers | User.objects.filter(runs_taught=row).distinct()).distinct()
    courses = Course.objects.filter(organiser__in=_own_courses(request.user))
    start = {"course": courses.filter(code=request.GET.get("course", "")[:50]).first(), "seats": row.seats or 30}
    form = RunForm(request.POST or None, instance=row, courses=courses, trainers=trainers, initial=start)
    if form.is_valid():
        try:
            made = acts.save_run(
                run=form.save(commit=False), trainers=form.cleaned_data["trainers"], actor=request.user
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("courses:run", made.pk)
    return render(request, "courses/run_form.html", {"form": form, "run": row}, status=409 if form.is_bound else 200)


def _trainer_posts(units):
    from people.models import Membership

    return Membership.objects.current().filter(role=Role.TRAINER, area__in=units)


def _own_courses(user):
    from people.models import Organisation

    return Organisation.objects.in_areas(areas_for(user, acts.ACT))


@login_required
@require_safe
def run_calendar(request, pk: int):
    found = get_object_or_404(CourseRun.objects.visible_to(request.user).select_related("course"), pk=pk)
    response = HttpResponse(calendar(found, "PUBLISH"), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="lop-{found.pk}.ics"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def run(request, pk: int):
    """The class, and what the reader may do in it; `act` names the form that was filled in."""
    rows = CourseRun.objects.visible_to(request.user).select_related("course__organiser__area")
    found = get_object_or_404(rows, pk=pk)
    page = RunPage(request, found)
    if request.method == "POST" and (answer := page.act()):
        return answer
    return render(request, "courses/run.html", page.context(), status=409 if request.method == "POST" else 200)


class RunPage:
    def __init__(self, request, found: CourseRun):
        self.request, self.user, self.run = request, request.user, found
        self.keeps = may(self.user, acts.ACT, found.course.organiser.area)
        self.teaches = found.trainers.filter(pk=self.user.pk).exists()
        self.names = bool(found.announced_at) and not found.cancelled_at and may(self.user, "courses.nominate")
        # Who keeps it may still add who came unnamed.
        self.names = self.names and (self.keeps or not seats.is_held(found))
        self.asked = request.POST.get("act", "")
        self.forms = {}
        if self.keeps and not found.cancelled_at:
            units = AdministrativeUnit.objects.within(found.course.organiser.area).communes().order_by("name")
            self.forms |= {
                "session": SessionForm(self._data("session"), prefix="session"),
                "quota": QuotaForm(self._data("quota"), prefix="quota", areas=units),
                "cancel": CancelForm(self._data("cancel"), prefix="cancel"),
            }
        if self.keeps:
            self.forms["copy"] = CopyForm(self._data("copy"), prefix="copy")
        if self.names:
            self.forms["nominate"] = NominateForm(self._data("nominate"), prefix="nominate", missing=self._missing())

    def _data(self, name: str):
        return self.request.POST if self.asked == name else None

    def _missing(self) -> dict[int, str]:
        """Those of the reader's units who lack this course and stand nowhere in this class, most overdue first, each with
        the unit they serve in."""
        there = set(self.run.enrolments.exclude(state=State.WITHDRAWN).values_list("user", flat=True))
        lacking = gaps(units=areas_for(self.user, "courses.nominate"))
        found = {}
        for gap in lacking:
            if gap.requirement.course_id == self.run.course_id and gap.user not in there:
                found.setdefault(gap.user, gap)
        return {gap.user: post.area.label for gap, post in named(list(found.values())[:MOST_MISSING])}

    def act(self):
        """An answer, or None when the form has to be looked at again."""
        form = self.forms.get(self.asked)
        if form is not None and not form.is_valid():
            return None
        try:
            said = self._done(form.cleaned_data if form is not None else {})
        except DomainError as refusal:
            if form is None:
                messages.error(self.request, refusal.message)
                return redirect("courses:run", self.run.pk)
            form.add_error(None, refusal.message)
            return None
        target = said if isinstance(said, CourseRun) else self.run
        messages.success(
            self.request, said if isinstance(said, str) else _("A copy was made: look it through, then announce it.")
        )
        return redirect("courses:run", target.pk)

    def _done(self, data: dict):
        run, user, asked = self.run, self.user, self.asked
        if asked == "code":
            text, sent = self.request.POST.get("code", "")[:20], self.request.POST.get("client_uuid", "")
            session = enter_code(run=run, user=user, text=text, client_uuid=_uuid(sent))
            return _("You are marked as there: %(time)s.") % {
                "time": f"{timezone.localtime(session.starts_at):%H:%M %d/%m}"
            }
        if asked == "join":
            seats.join(run=run, user=user)
            return _("You have a seat. Learn whenever you like; the tests stand below.")
        if asked in ("approve", "decline", "withdraw"):
            return self._decide(asked)
        if asked == "nominate" and self.names:
            return self._nominate(data["all"])
        if not self.keeps:
            raise Http404
        if asked == "approve-all":
            return self._approve_all()
        if asked == "announce":
            acts.announce(run=run, actor=user)
            return _("Announced: units can name their officers now.")
        if asked == "session":
            zone = timezone.get_current_timezone()
            times = {
                f"{name}_at": datetime.combine(data["day"], data[field], zone)
                for name, field in (("starts", "begins"), ("ends", "ends"))
            }
            acts.add_session(run=run, actor=user, title=data["title"], place=data["place"], **times)
            if times["ends_at"] < timezone.now():
                return _("The session is added. It lies in the past: is the year right?")
            return _("The session is added.")
        if asked == "cancel-session":
            acts.cancel_session(session=get_object_or_404(run.sessions, pk=_number(self.request)), actor=user)
            return _("The session is called off. Everybody with a seat is told.")
        if asked == "quota":
            acts.set_quota(run=run, area=data["area"], seats=data["seats"], actor=user)
            return _("Saved.")
        if asked == "cancel":
            acts.cancel_run(run=run, reason=data["reason"], actor=user)
            return _("The class is cancelled. Everybody in it is told.")
        if asked == "copy":
            return acts.copy_run(run=run, first_day=data["first_day"], actor=user)
        raise Http404

    def _approve_all(self) -> str:
        """Everybody who is named, in the order of their names' arrival."""
        made = seats.approve_all(run=self.run, actor=self.user)
        return _("Approved: %(booked)s with a seat, %(waiting)s on the wait list.") % {
            "booked": sum(one.state == State.BOOKED for one in made),
            "waiting": sum(one.state == State.WAITING for one in made),
        }

    def _decide(self, asked: str):
        rows = Enrolment.objects.visible_to(self.user).filter(run=self.run)
        one = get_object_or_404(rows, pk=_number(self.request))
        if asked == "withdraw":
            seats.withdraw(enrolment=one, actor=self.user)
            return _("Withdrawn. A seat that became free goes to who waited longest.")
        if asked == "decline":
            reason = self.request.POST.get("reason", "")[:300]
            seats.decline(enrolment=one, reason=reason, actor=self.user)
            return _("Not approved. The person is told.")
        done = seats.approve(enrolment=one, actor=self.user)
        return (
            _("Approved: a seat is booked.") if done.state == State.BOOKED else _("No seat is free: on the wait list.")
        )

    def _nominate(self, people):
        refused = []
        for person in people:
            try:
                seats.nominate(run=self.run, user=person, actor=self.user)
            except DomainError as refusal:
                refused.append(f"{person.name}: {refusal}")
        for words in refused:
            messages.error(self.request, words)
        if len(refused) == len(people):
            raise DomainError(_("Nobody was named."))
        return _("Named: %(count)s. The organiser decides.") % {"count": len(people) - len(refused)}

    def _running(self) -> bool:
        """Is a session on now, or soon: then who has a seat can type the code on the screen."""
        now = timezone.now()
        return self.run.sessions.filter(cancelled_at=None, starts_at__lte=now + EARLY, ends_at__gte=now).exists()

    def _joins(self, mine: Enrolment | None) -> bool:
        """Is it a class in one's own time that the reader may join?"""
        run = self.run
        out = mine is None or mine.state in (State.WITHDRAWN, State.NOMINATED, State.WAITING)
        open_now = bool(run.announced_at) and not run.cancelled_at and run.mode == CourseRun.Mode.SELF
        return open_now and out and not self.keeps and not self.teaches

    def _work(self, mine: Enrolment | None) -> dict:
        """The tests and assignments of the course and how far the reader is."""
        run, quizzes = self.run, list(self.run.course.quizzes.live())
        assignments = list(run.course.assignments.filter(retired_at=None))
        booked = mine is not None and mine.state == State.BOOKED
        standing, shares, papers = None, {}, {}
        if booked:
            standing = standings(run, self.user)[0]
            shares, papers = best_shares(run, quizzes, self.user), handed_in(run, assignments, self.user)
        tests = []
        for quiz in quizzes:
            share = shares.get((mine.pk, quiz.pk)) if booked else None
            tests.append(
                {"quiz": quiz, "share": share, "passed": share is not None and share * 100 >= quiz.pass_percent}
            )
        works = []
        for one in assignments:
            paper = papers.get((mine.pk, one.pk)) if booked else None
            works.append({"assignment": one} | _paper(paper))
        done = sum(part.state == "done" for part in standing.parts) if standing else 0
        return {
            "tests": tests, "works": works, "standing": standing, "seated": booked, "done": done,
            "parts_label": _("What a certificate asks for"),
        }  # fmt: skip

    def context(self) -> dict:
        seen = Enrolment.objects.visible_to(self.user).filter(run=self.run).select_related("user", "area")
        roll = sorted(
            seen,
            key=lambda one: (list(State).index(one.state), one.waiting_since or timezone.now(), one.user.search_key),
        )
        for one in roll:
            one.shape = SHAPES[one.state]
            one.is_open = one.state in (State.NOMINATED, State.WAITING, State.BOOKED)
        booked = self.run.enrolments.filter(state=State.BOOKED).count()
        mine = next((one for one in roll if one.user_id == self.user.pk), None)
        if mine and mine.state == State.DECLINED:
            mine.why = mine.events.last().reason
        if mine and mine.state == State.WAITING:
            waiting = self.run.enrolments.filter(state=State.WAITING, waiting_since__lt=mine.waiting_since)
            mine.place = waiting.count() + 1
        return self._work(mine) | {
            "joins": self._joins(mine),
            "run": self.run, "sessions": self.run.sessions.all(), "trainers": self.run.trainers.all(), "booked": booked,
            "free": max(0, self.run.seats - booked), "mine": mine,
            "roll": [one for one in roll if self.keeps or self.teaches or self.names or one.user_id != self.user.pk],
            "fresh": uuid.uuid4().hex, "running": self._running(),
            "keeps": self.keeps, "teaches": self.teaches, "forms": self.forms, "asked": self.asked,
            "decides": (self.keeps or not self.teaches) and not self.run.cancelled_at,
            "named": sum(one.state == State.NOMINATED for one in roll) if self.keeps else 0,
            "wrong": self.asked in self.forms and bool(self.forms[self.asked].errors),
            "quotas": self.run.quotas.select_related("area") if self.keeps or self.names else (),
        }  # fmt: skip


def _paper(paper) -> dict:
    """The shape and the words of a piece of work."""
    if paper is None:
        return {"state": "", "label": ""}
    if paper.judged is None:
        return {"state": "due", "label": _("waits for the trainer")}
    if paper.judged.is_returned:
        return {"state": "due", "label": _("given back")}
    return {"state": "done", "label": _("accepted")} if passed(paper) else {"state": "over", "label": _("not enough")}


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _number(request) -> int:
    text = request.POST.get("pk", "")
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise Http404
    return int(text)
