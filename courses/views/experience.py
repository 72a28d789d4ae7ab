"""Difficulties, practices, questions and answers, study visits. For everybody with a role; strangers sign in first."""

import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from courses import experience as acts
from courses import visits as trips
from courses.anonymity import doubtful
from courses.forms import DateInput, NamelessForm
from courses.models import Course, CourseRun, Enrolment, Experience, Lesson, StudyVisit
from people.models import Organisation
from people.permissions import areas_for, may, require

State = Experience.State
SHAPES = {"waiting": "due", "returned": "over", "shared": "plain", "answered": "done", "withdrawn": "plain"}
_RULE = gettext_lazy("No case, no name, no place and no date by which somebody could be recognised.")


class ExperienceForm(NamelessForm):
    free = ("title", "text")
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=Experience.Kind.choices, widget=forms.RadioSelect
    )
    title = forms.CharField(label=gettext_lazy("In one sentence"), max_length=160)
    text = forms.CharField(
        label=gettext_lazy("What is difficult, or what helped"), max_length=2000, help_text=_RULE,
        widget=forms.Textarea(attrs={"rows": 7}),
    )  # fmt: skip
    course = forms.ModelChoiceField(
        label=gettext_lazy("About a course"), queryset=Course.objects.none(), required=False, empty_label="–"
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("I tell no case and name nobody: nobody can be recognised by what I wrote.")
    )
    field_order = ["kind", "title", "text", "course", "agreed", "looked"]

    def __init__(self, *args, courses, **kwargs):
        super().__init__(*args, **kwargs)
        if "course" in self.fields:
            self.fields["course"].queryset = courses


class RewriteForm(ExperienceForm):
    kind = course = None


class AssignForm(forms.Form):
    owner = forms.ModelChoiceField(label=gettext_lazy("Who answers"), queryset=Organisation.objects.none())
    due_on = forms.DateField(label=gettext_lazy("Until"), widget=DateInput)

    def __init__(self, *args, owners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Answer"), max_length=3000, help_text=_RULE, widget=forms.Textarea(attrs={"rows": 6})
    )


class TakeUpForm(forms.Form):
    is_faq = forms.BooleanField(label=gettext_lazy("Show it among the questions and answers"), required=False)
    lesson = forms.ModelChoiceField(
        label=gettext_lazy("Lesson it became part of"), queryset=Lesson.objects.none(), required=False, empty_label="–"
    )
    question = forms.CharField(
        label=gettext_lazy("Test question it became (its name or address)"), max_length=200, required=False
    )

    def __init__(self, *args, lessons, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lesson"].queryset = lessons


class WhyForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


def _shaped(rows) -> list[Experience]:
    found = list(rows)
    for one in found:
        one.shape = "over" if one.is_overdue else SHAPES[one.state]
    return found


@login_required
@require_safe
def experiences(request):
    """What colleagues shared, newest first; above it what waits for the reader."""
    user = request.user
    require(user, "courses.share_experience")
    wanted, kind = request.GET.get("q", "").strip()[:80], request.GET.get("kind", "")
    rows = Experience.objects.shared().search(wanted).select_related("course")
    if kind in Experience.Kind.values:
        rows = rows.filter(kind=kind)
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    page.object_list = _shaped(page.object_list)
    moderates = may(user, "courses.moderate")
    context = {
        "page": page, "wanted": wanted, "kind": kind, "kinds": Experience.Kind.choices, "moderates": moderates,
        "mine": _shaped(Experience.objects.filter(author=user)[:20]),
        "to_answer": _shaped(Experience.objects.to_answer_by(user).order_by("due_on")[:50]),
        "to_read": _shaped(Experience.objects.moderated_by(user).filter(state=State.WAITING).order_by("at")[:50])
        if moderates else [],
    }  # fmt: skip
    return render(request, "courses/experiences.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request):
    require(request.user, "courses.share_experience")
    courses = Course.objects.visible_to(request.user).published()
    form = ExperienceForm(request.POST or None, courses=courses, initial={"kind": "difficulty"})
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("kind", "title", "text", "course")}
        try:
            acts.post_experience(author=request.user, client_uuid=_uuid(request), **said)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Sent. Somebody reads it before colleagues do."))
            return redirect("courses:experiences")
    context = {"form": form, "fresh": request.POST.get("client_uuid") or uuid.uuid4().hex}
    return render(request, "courses/experience_form.html", context, status=409 if form.is_bound else 200)


def _uuid(request) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("client_uuid", ""))
    except ValueError:
        return uuid.uuid4()


@login_required
@require_http_methods(["GET", "POST"])
def one(request, pk):
    """One of them, and what the reader may do with it; `act` names the form that was filled in."""
    rows = Experience.objects.visible_to(request.user).select_related(
        "course", "area", "author", "owner", "lesson__module__course"
    )
    found = get_object_or_404(rows, pk=pk)
    forms_of = _forms(request, found)
    asked = request.POST.get("act", "")
    if request.method == "POST":
        if asked not in forms_of:
            messages.error(request, _("It has changed meanwhile. Look at it as it stands now."))
            return redirect("courses:experience", pk)
        form = forms_of[asked][1]
        if form is None or form.is_valid():
            try:
                words = _do(asked, found, form.cleaned_data if form else {}, request.user)
            except DomainError as refusal:
                if form is None:
                    messages.error(request, refusal.message)
                    return redirect("courses:experience", pk)
                form.add_error(None, refusal.message)
            else:
                messages.success(request, words)
                still = Experience.objects.visible_to(request.user).filter(pk=pk).exists()
                return redirect("courses:experience", pk) if still else redirect("courses:experiences")
    _shaped([found])
    moderates = acts.may_moderate(request.user, found)
    context = {
        "one": found, "acts": [(name, *form) for name, form in forms_of.items()], "asked": asked, "moderates": moderates,
        "is_own": found.author_id == request.user.pk,
        "doubts": doubtful(found.title, found.text) if moderates and found.state == State.WAITING else [],
        "events": found.events.select_related("actor") if moderates or found.author_id == request.user.pk else [],
    }  # fmt: skip
    return render(request, "courses/experience.html", context, status=409 if request.method == "POST" else 200)


def _forms(request, found: Experience) -> dict:
    """act → (title, form or None where one tap is enough, kind of button), in the order of the work."""
    user, asked = request.user, request.POST.get("act", "")
    moderates, is_own = acts.may_moderate(user, found), found.author_id == user.pk
    offered: dict = {}

    def offer(name, title, form=None, kind="", **values):
        data = request.POST if asked == name else None
        offered[name] = (title, form(data, prefix=name, **values) if form else None, kind)

    if moderates and found.state in (State.WAITING, State.RETURNED):
        offer("share", _("Share with colleagues"))
    if moderates and found.state == State.WAITING:
        offer("send_back", _("Send back to its author"), WhyForm, "quiet")
    if is_own and found.state in (State.WAITING, State.RETURNED):
        start = {"title": found.title, "text": found.text}
        offer("rewrite", _("Write it anew"), RewriteForm, courses=Course.objects.none(), initial=start)
    if found.state in (State.SHARED, State.ANSWERED) and acts.may_answer(user, found):
        title = _("Better the answer") if found.answer else _("Answer")
        offer("answer", title, AnswerForm, initial={"text": found.answer})
    if moderates and found.state == State.SHARED:
        reach = areas_for(user, "courses.moderate")
        owners = Organisation.objects.current().in_areas(reach).order_by("name")
        start = {"owner": found.owner_id, "due_on": found.due_on}
        offer("assign", _("Give it to who answers"), AssignForm, "quiet", owners=owners, initial=start)
    if moderates and found.state in (State.SHARED, State.ANSWERED):
        lessons = Lesson.objects.published().filter(module__course__in=Course.objects.visible_to(user)).without_bodies()
        start = {"is_faq": found.is_faq, "lesson": found.lesson_id, "question": found.question}
        offer("take_up", _("What became of it"), TakeUpForm, "quiet", lessons=lessons, initial=start)
    if (moderates or is_own) and found.state != State.WITHDRAWN:
        offer("take_down", _("Take this down"), WhyForm, "danger")
    return offered


def _do(asked: str, found: Experience, data: dict, user) -> str:
    common = {"experience": found, "actor": user}
    if asked == "share":
        acts.share(**common)
        return _("Shared: colleagues find it from now on.")
    if asked == "send_back":
        acts.send_back(reason=data["reason"], **common)
        return _("Sent back. The author is told why.")
    if asked == "rewrite":
        acts.rewrite(title=data["title"], text=data["text"], **common)
        return _("Sent. Somebody reads it before colleagues do.")
    if asked == "answer":
        acts.answer(text=data["text"], **common)
        return _("Answered. The author is told.")
    if asked == "assign":
        acts.assign(owner=data["owner"], due_on=data["due_on"], **common)
        return _("Given to %(owner)s, who are told.") % {"owner": data["owner"].label}
    if asked == "take_up":
        acts.take_up(is_faq=data["is_faq"], lesson=data["lesson"], question=data["question"], **common)
        return _("Saved.")
    acts.take_down(reason=data["reason"], **common)
    return _("Taken down.")


@login_required
@require_safe
def questions(request):
    """Answered difficulties that stand for others as well, by course."""
    require(request.user, "courses.share_experience")
    wanted = request.GET.get("q", "").strip()[:80]
    rows = Experience.objects.filter(is_faq=True, state=State.ANSWERED).search(wanted)
    rows = rows.select_related("course", "lesson__module__course").order_by("course__title", "title")
    return render(request, "courses/questions.html", {"rows": rows[:200], "wanted": wanted})


# Study visits -----------------------------------------------------------------------------------------------------


class VisitForm(forms.Form):
    host = forms.CharField(label=gettext_lazy("Host"), max_length=200)
    programme = forms.CharField(
        label=gettext_lazy("Programme"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    lessons = forms.CharField(
        label=gettext_lazy("Lessons brought home"), max_length=4000, required=False, help_text=_RULE,
        widget=forms.Textarea(attrs={"rows": 7}),
    )  # fmt: skip


class AdoptForm(forms.Form):
    organisation = forms.ModelChoiceField(label=gettext_lazy("Where"), queryset=Organisation.objects.none())
    what = forms.CharField(label=gettext_lazy("What is done there now"), max_length=400, help_text=_RULE)
    since = forms.DateField(label=gettext_lazy("Since"), widget=DateInput, initial=timezone.localdate)

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations


def _visits(user):
    return CourseRun.objects.visible_to(user).filter(course__kind=Course.Kind.VISIT)


@login_required
@require_safe
def visits(request):
    rows = _visits(request.user).with_times().select_related("course", "visit").order_by("-first", "-pk")
    page = Paginator(rows, 30).get_page(request.GET.get("page"))
    return render(request, "courses/visits.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
def visit(request, pk: int):
    run = get_object_or_404(_visits(request.user).with_times().select_related("course__organiser__area"), pk=pk)
    found = StudyVisit.objects.filter(run=run).first()
    keeps, asked = trips.keeps_visit(request.user, run), request.POST.get("act", "")

    def data(name):
        return request.POST if asked == name else None

    start = (
        {"host": found.host, "programme": found.programme, "lessons": found.lessons} if found else {"host": run.place}
    )
    form = VisitForm(data("visit"), prefix="visit", initial=start) if keeps else None
    adopters = trips.may_adopt_for(request.user, found) if found else Organisation.objects.none()
    adoption = None
    if adopters.exists():
        adoption = AdoptForm(data("adopt"), prefix="adopt", organisations=adopters.order_by("name"))
    if request.method == "POST":
        try:
            if asked == "visit" and form and form.is_valid():
                trips.save_visit(run=run, actor=request.user, **form.cleaned_data)
            elif asked == "adopt" and adoption and adoption.is_valid():
                trips.adopt(visit=found, actor=request.user, **adoption.cleaned_data)
            elif asked == "void" and found:
                number = request.POST.get("pk", "")
                one = get_object_or_404(found.adoptions, pk=int(number) if number.isdecimal() else 0)
                trips.void_adoption(adoption=one, reason=request.POST.get("reason", ""), actor=request.user)
            elif not (form or adoption):
                raise Http404
            if not any(one and one.is_bound and one.errors for one in (form, adoption)):
                messages.success(request, _("Saved."))
                return redirect("courses:visit", pk)
        except DomainError as refusal:
            filled = {"visit": form, "adopt": adoption}.get(asked)
            if filled is None:
                messages.error(request, refusal.message)
                return redirect("courses:visit", pk)
            # What was written stays in its field.
            filled.add_error(None, refusal.message)
    booked = list(run.enrolments.filter(state=Enrolment.State.BOOKED).select_related("user", "area"))
    # Colleagues who were not there see how many went, not who.
    named = keeps or any(one.user_id == request.user.pk for one in booked)
    context = {
        "run": run, "visit": found, "form": form, "adoption": adoption, "keeps": keeps,
        "people": sorted(booked, key=lambda one: one.user.search_key) if named else [], "went": len(booked),
        "adoptions": found.adoptions.filter(voided_at=None).select_related("organisation") if found else [],
    }  # fmt: skip
    return render(request, "courses/visit.html", context, status=409 if request.method == "POST" else 200)
