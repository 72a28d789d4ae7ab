"""Difficulties and practices: written, read by somebody else, shared, given to who answers, answered, taken up."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from core.errors import DomainError
from courses.anonymity import check
from courses.models import Experience, ExperienceEvent, Lesson
from media import jobs
from people.models import Membership, Organisation, User
from people.permissions import current_memberships, may, require
from people.roles import Role

State, Kind = Experience.State, ExperienceEvent.Kind
# A reminder a week as long as an answer is overdue.
REMIND_EVERY = 7


@transaction.atomic
def post_experience(
    *, author: User, kind: str, title: str, text: str, course=None, client_uuid: uuid.UUID | None = None
) -> Experience:
    """Waits for a moderator. Sent twice it is one."""
    require(author, "courses.share_experience")
    check(title, text)
    place = max(current_memberships(author), key=lambda one: (one.starts_on, one.pk)).area
    made, new = Experience.objects.get_or_create(
        id=client_uuid or uuid.uuid4(),
        defaults={"kind": kind, "title": title, "text": text, "course": course, "author": author, "area": place},
    )
    if made.author_id != author.pk:
        raise DomainError(_("What was sent cannot be read. Load the page again."))
    if new:
        _log(made, Kind.POSTED, author)
    return made


@transaction.atomic
def rewrite(*, experience: Experience, title: str, text: str, actor: User) -> Experience:
    """By its author, as long as nobody has shared it."""
    one = _locked(experience)
    if one.author_id != actor.pk or one.state not in (State.WAITING, State.RETURNED):
        raise DomainError(_("It has been decided on already. Nothing was changed."))
    check(title, text)
    one.title, one.text, one.state = title, text, State.WAITING
    one.save()
    _log(one, Kind.REWRITTEN, actor)
    return one


@transaction.atomic
def share(*, experience: Experience, actor: User) -> Experience:
    """A moderator has read it: no case, no name. Colleagues find it from now on."""
    one = _moderated(experience, actor)
    if one.state == State.SHARED:
        return one
    if one.state not in (State.WAITING, State.RETURNED):
        raise DomainError(_("It has been decided on already. Nothing was changed."))
    one.state = State.SHARED
    one.save()
    _log(one, Kind.SHARED, actor)
    return one


@transaction.atomic
def send_back(*, experience: Experience, reason: str, actor: User) -> Experience:
    """To its author, who may write it anew."""
    one = _moderated(experience, actor)
    if one.state != State.WAITING:
        raise DomainError(_("It has been decided on already. Nothing was changed."))
    one.state = State.RETURNED
    one.save()
    _log(one, Kind.RETURNED, actor, _reason(reason))
    _tell(one, "returned")
    return one


@transaction.atomic
def take_down(*, experience: Experience, reason: str, actor: User) -> Experience:
    """By a moderator at any time, by the author always: it leaves every page; its history stays."""
    one = _locked(experience)
    if one.author_id != actor.pk:
        one = _moderated(experience, actor)
    if one.state == State.WITHDRAWN:
        return one
    one.state, one.is_faq = State.WITHDRAWN, False
    one.save()
    _log(one, Kind.WITHDRAWN, actor, _reason(reason))
    if one.author_id != actor.pk:
        _tell(one, "withdrawn")
    return one


@transaction.atomic
def assign(*, experience: Experience, owner: Organisation, due_on: date, actor: User) -> Experience:
    """An organisation answers until a day; its people are told. Also to another one, or until another day."""
    one = _moderated(experience, actor)
    if one.state != State.SHARED:
        raise DomainError(_("Only what is shared and not answered yet can be given to somebody. Nothing was changed."))
    if due_on < timezone.localdate():
        raise DomainError(_("That day is over. Nothing was changed."))
    one.owner, one.due_on = owner, due_on
    one.save()
    _log(one, Kind.ASSIGNED, actor, f"{owner.name}, {due_on:%d/%m/%Y}"[:400])
    _tell(one, "assigned")
    return one


@transaction.atomic
def answer(*, experience: Experience, text: str, actor: User) -> Experience:
    """By somebody of the organisation it was given to, or a moderator; a better answer replaces an older one."""
    one = _locked(experience)
    if not may_answer(actor, one):
        raise DomainError(_("Only the organisation it was given to answers it."))
    if one.state not in (State.SHARED, State.ANSWERED):
        raise DomainError(_("Only what is shared can be answered. Nothing was changed."))
    if not text.strip():
        raise DomainError(_("Write the answer. Nothing was changed."))
    check(text)
    one.answer, one.state = text.strip(), State.ANSWERED
    one.save()
    _log(one, Kind.ANSWERED, actor)
    _tell(one, "answered")
    return one


@transaction.atomic
def take_up(*, experience: Experience, is_faq: bool, lesson: Lesson | None, question: str, actor: User) -> Experience:
    """What becomes of it, by reference: a question with its answer, a part of a lesson, a question of a test."""
    one = _moderated(experience, actor)
    if one.state not in (State.SHARED, State.ANSWERED):
        raise DomainError(_("Only what is shared can be taken up. Nothing was changed."))
    if is_faq and not one.answer:
        raise DomainError(_("It needs an answer before it can stand among the questions and answers."))
    one.is_faq, one.lesson, one.question = is_faq, lesson, question.strip()
    one.save()
    words = [
        *(["FAQ"] if is_faq else []), *([lesson.title] if lesson else []), *([one.question] if one.question else [])
    ]  # fmt: skip
    _log(one, Kind.ADOPTED, actor, "; ".join(words)[:400])
    return one


def may_moderate(user: User, one: Experience) -> bool:
    """In its unit, and never one's own."""
    return one.author_id != user.pk and may(user, "courses.moderate", one.area)


def may_answer(user: User, one: Experience) -> bool:
    return may_moderate(user, one) or one.owner_id in {post.organisation_id for post in current_memberships(user)}


def remind_overdue(on: date | None = None) -> int:
    """Tells who should have answered, once a week; safe to run again. How many are overdue."""
    on = on or timezone.localdate()
    late = list(Experience.objects.filter(state=State.SHARED, due_on__lt=on))
    for one in late:
        _tell(one, "overdue", f"{one.due_on}:{(on - one.due_on - timedelta(days=1)).days // REMIND_EVERY}")
    return len(late)


def _locked(one: Experience) -> Experience:
    return Experience.objects.select_for_update(of=("self",)).select_related("area", "author", "owner").get(pk=one.pk)


def _moderated(one: Experience, actor: User) -> Experience:
    one = _locked(one)
    if one.author_id == actor.pk:
        raise DomainError(_("Somebody else decides about what you wrote yourself."))
    require(actor, "courses.moderate", one.area)
    return one


def _reason(text: str) -> str:
    if not text.strip():
        raise DomainError(_("Give the reason. Nothing was changed."))
    return text.strip()[:400]


def _log(one: Experience, kind: str, actor: User, note: str = "") -> None:
    one.events.create(kind=kind, actor=actor, note=note)


# What people are told ---------------------------------------------------------------------------------------------

SUBJECTS = {
    "returned": gettext_noop("Please write it anew: %(title)s"),
    "withdrawn": gettext_noop("Taken down: %(title)s"),
    "assigned": gettext_noop("Please answer: %(title)s"),
    "answered": gettext_noop("Answered: %(title)s"),
    "overdue": gettext_noop("Overdue, please answer: %(title)s"),
}


def _tell(one: Experience, what: str, key: str = "") -> None:
    key = key or str(one.events.count())
    for person in [one.author] if what in ("returned", "withdrawn", "answered") else answerers(one):
        args = {"experience": str(one.pk), "what": what, "person": person.pk}
        jobs.enqueue("experience-notice", f"{one.pk}:{what}:{person.pk}:{key}", args)


def answerers(one: Experience) -> list[User]:
    """Who serves in the organisation it was given to, trainees left out; where nobody does, who moderates there."""
    posts = Membership.objects.current().filter(user__is_active=True).select_related("user")
    found = {post.user for post in posts.filter(organisation=one.owner_id).exclude(role=Role.TRAINEE)}
    if not found:
        moderators = {post.user for post in posts.filter(role__in=(Role.COURSE_MANAGER, Role.PROGRAMME_MANAGER))}
        found = {user for user in moderators if may_moderate(user, one)}
    return sorted(found, key=lambda user: user.pk)


@jobs.handles("experience-notice")
def notice_job(args: dict) -> None:
    one = Experience.objects.select_related("owner", "author").get(pk=args["experience"])
    what, person = args["what"], User.objects.get(pk=args["person"])
    if what in ("assigned", "overdue") and one.state != State.SHARED:
        return
    with override(person.written_language):
        link = settings.SITE_URL.rstrip("/") + reverse("courses:experience", args=[one.pk])
        last = one.events.filter(kind=what).last()
        context = {"one": one, "what": what, "link": link, "reason": last.note if last else ""}
        EmailMessage(
            subject=_t(SUBJECTS[what]) % {"title": one.title},
            body=render_to_string("courses/email/experience.txt", context),
            to=[person.email],
        ).send()
