"""What people say about a class afterwards, and two months later what came of it. Who was asked and what was answered are
kept apart: an answer names nobody, has no time, and nothing is shown under five answers. Words by which somebody could be
recognised all the same are taken down.

Asked are: everybody who completed the class (with sittings: everybody with a seat) when it is over; the same people 60 days
after that, until the 90th; and who named them, once for the class.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from courses.anonymity import check
from courses.completion import is_over, standings
from courses.models import (
    CourseRun,
    Enrolment,
    EnrolmentEvent,
    SurveyAnswer,
    SurveyKind,
    SurveyTicket,
    SurveyWithdrawal,
)
from courses.notices import ask
from people.models import User
from people.permissions import may, require

LEAST = 5
LATER = timedelta(days=60)
OPEN = SurveyTicket.OPEN

# kind → [(key, question, how: "scale" 1…5, "one" or "many" of choices)]
USED = [("often", _("yes, several times")), ("once", _("yes, once")), ("not-yet", _("not yet")), ("no", _("no"))]
HINDERED = [
    ("no-occasion", _("there was no occasion")),
    ("no-time", _("no time")),
    ("superiors", _("superiors wanted it otherwise")),
    ("unsure", _("I was not sure enough")),
    ("means", _("no means: room, vehicle, telephone, forms")),
    ("partners", _("others did not take part")),
    ("nothing", _("nothing")),
]
QUESTIONS: dict[str, list] = {
    SurveyKind.AFTER: [
        ("useful", _("What I learnt is useful in my work."), "scale", ()),
        ("clear", _("It was explained so that I understood it."), "scale", ()),
        ("practice", _("There was enough practice with invented situations."), "scale", ()),
        ("safe", _("I could speak and ask without fear."), "scale", ()),
        ("ready", _("I dare to do it in my commune."), "scale", ()),
    ],
    SurveyKind.LATER: [
        ("used", _("Have you used what you learnt?"), "one", USED),
        ("hindered", _("What hindered you?"), "many", HINDERED),
        ("ready", _("I dare to do it in my commune."), "scale", ()),
    ],
    SurveyKind.MANAGER: [
        ("used", _("Do the officers you sent use what they learnt?"), "one", USED),
        ("hindered", _("What hinders them?"), "many", HINDERED),
        ("better", _("Their work has become better."), "scale", ()),
    ],
}


def invite(on: date | None = None) -> int:
    """Makes the tickets that are due on a day and sends their e-mails; how many. Safe to run again."""
    on = on or timezone.localdate()
    made = 0
    runs = CourseRun.objects.filter(announced_at__isnull=False, cancelled_at=None).select_related("course")
    for run in runs.filter(enrolments__state=Enrolment.State.BOOKED).distinct().with_times():
        if run.mode == CourseRun.Mode.SELF or (run.last and on - LATER - OPEN <= timezone.localdate(run.last) <= on):
            made += _after(run, on)
    due = SurveyTicket.objects.filter(kind=SurveyKind.AFTER, asked_on__lte=on - LATER, asked_on__gt=on - LATER - OPEN)
    for ticket in due.select_related("run", "user"):
        made += _ask(ticket.run, [ticket.user], SurveyKind.LATER, on)
        made += _ask(ticket.run, _senders(ticket.run, ticket.user), SurveyKind.MANAGER, on)
    return made


def _after(run: CourseRun, on: date) -> int:
    if not is_over(run):
        return 0
    alone = run.mode == CourseRun.Mode.SELF
    asked = set(run.survey_tickets.filter(kind=SurveyKind.AFTER).values_list("user", flat=True))
    people = [one.enrolment.user for one in standings(run) if not alone or one.is_complete] if alone else [
        one.user for one in run.enrolments.filter(state=Enrolment.State.BOOKED).select_related("user")
    ]  # fmt: skip
    return _ask(run, [one for one in people if one.pk not in asked], SurveyKind.AFTER, on)


def _senders(run: CourseRun, user: User) -> list[User]:
    """Who named this person for the class."""
    named = EnrolmentEvent.objects.filter(enrolment__run=run, enrolment__user=user, state=Enrolment.State.NOMINATED)
    return list(User.objects.filter(pk__in=named.exclude(actor=user).values("actor"), is_active=True))


def sent_by(user: User, run: CourseRun) -> list[User]:
    """Whom this person named for the class and who had a seat, by name."""
    rows = run.enrolments.filter(state=Enrolment.State.BOOKED).exclude(user=user)
    named = rows.filter(events__state=Enrolment.State.NOMINATED, events__actor=user)
    return sorted((one.user for one in named.distinct().select_related("user")), key=lambda one: one.search_key)


@transaction.atomic
def _ask(run: CourseRun, people: list[User], kind: str, on: date) -> int:
    made = 0
    for user in people:
        ticket, new = SurveyTicket.objects.get_or_create(run=run, user=user, kind=kind, defaults={"asked_on": on})
        if new:
            ask(ticket)
            made += 1
    return made


def open_tickets(user: User, on: date | None = None):
    on = on or timezone.localdate()
    return SurveyTicket.objects.filter(user=user, is_answered=False, asked_on__gt=on - OPEN).select_related(
        "run__course"
    )


@transaction.atomic
def answer(*, ticket: SurveyTicket, said: dict, text: str) -> None:
    """Keeps the answer without its giver. A second one is refused, and words by which somebody could be recognised."""
    check(text)
    taken = SurveyTicket.objects.filter(pk=ticket.pk, is_answered=False).update(is_answered=True)
    if not taken:
        raise DomainError(_("You have answered this already. Thank you."))
    known = {key: (how, choices) for key, _words, how, choices in QUESTIONS[ticket.kind]}
    SurveyAnswer.objects.create(
        run=ticket.run, kind=ticket.kind, said={key: said[key] for key in known if said.get(key)}, text=text.strip()
    )


@dataclass(frozen=True)
class Result:
    """One survey of a class: how many were asked and answered; empty of content under LEAST answers."""

    kind: str
    asked: int
    answered: int
    lines: list
    # Answers with words, and withdrawals of such.
    texts: list
    gone: list

    @property
    def label(self):
        return SurveyKind(self.kind).label

    @property
    def is_small(self) -> bool:
        return self.asked < LEAST

    @property
    def missing(self) -> int:
        return max(0, LEAST - self.answered)


def results(run: CourseRun) -> list[Result]:
    """Every kind that was asked. Texts come in the order of the alphabet, not of their arrival. Two queries."""
    asked = Counter(run.survey_tickets.values_list("kind", flat=True))
    said: dict = {}
    for one in run.survey_answers.select_related("withdrawal"):
        said.setdefault(one.kind, []).append(one)
    found = []
    for kind in QUESTIONS:
        if not asked[kind]:
            continue
        rows = said.get(kind, [])
        lines, texts, gone = [], [], []
        if len(rows) >= LEAST:
            lines = [_line(question, rows) for question in QUESTIONS[kind]]
            gone = [one.withdrawal for one in rows if hasattr(one, "withdrawal")]
            texts = sorted(
                (one for one in rows if one.text and not hasattr(one, "withdrawal")), key=lambda one: one.text
            )
        found.append(Result(kind, asked[kind], len(rows), lines, texts, gone))
    return found


def may_take_down(user: User, run: CourseRun) -> bool:
    """Who keeps the classes there, but nobody what is said of their own teaching."""
    return may(user, "courses.keep_runs", run.course.organiser.area) and not run.trainers.filter(pk=user.pk).exists()


@transaction.atomic
def take_down(*, answer: SurveyAnswer, reason: str, actor: User) -> None:
    """The words are deleted, for a reason that stays; twice changes nothing."""
    run = answer.run
    require(actor, "courses.keep_runs", run.course.organiser.area)
    if not may_take_down(actor, run):
        raise DomainError(_("Somebody else decides about what is said of your own class."))
    if not reason.strip():
        raise DomainError(_("Give the reason. Nothing was changed."))
    check(reason)
    SurveyWithdrawal.objects.get_or_create(answer=answer, defaults={"reason": reason.strip(), "actor": actor})
    # Nothing about a case is kept, not even where nobody reads it.
    SurveyAnswer.objects.filter(pk=answer.pk).update(text="")


def _line(question, rows: list) -> dict:
    key, words, how, choices = question
    given = [one.said[key] for one in rows if key in one.said]
    if how == "scale":
        return {"words": words, "n": len(given), "mean": fmean(given) if given else None}
    counts = Counter(word for value in given for word in (value if isinstance(value, list) else [value]))
    return {
        "words": words,
        "n": len(given),
        "counts": [(label, counts[code]) for code, label in choices if counts[code]],
    }
