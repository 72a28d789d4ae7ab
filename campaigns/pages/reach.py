"""The study of reach: two questions after a page or a session, on what people know and whether they understood.

Nobody is asked what happened to them, there is nothing to write into, and what is kept is the day's total of each choice.
A form carries a signed note with an id of its own instead of a cookie; a note counts once, and the cache forgets it with
the day.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models import DailyAnswer
from campaigns.pages.readings import LEAST
from core.errors import DomainError

_SALT = "campaigns.reach"
_OPEN = 12 * 3600


@dataclass(frozen=True)
class Question:
    code: str
    words: str | Promise
    choices: dict[str, str | Promise]
    # The choice that is right, where one is; said after the answer.
    right: str = ""


QUESTIONS = (
    Question(
        "hotline", _("Which number is free to call when you suspect trafficking in persons?"),
        {"115": "115", "111": "111", "114": "114", "unknown": _("I do not know yet")}, right="111",
    ),
    Question(
        "ease", _("Was it easy to understand?"),
        {"easy": _("easy"), "partly": _("some of it"), "hard": _("hard")},
    ),
)  # fmt: skip


def note_for(subject: str) -> str:
    """`subject`: what the form is about, so that it serves nothing else."""
    return signing.dumps([subject, uuid.uuid4().hex], salt=_SALT)


def session_key(pk: int) -> str:
    """What a session's address says: not to be guessed from another's."""
    return signing.Signer(salt=_SALT, sep=".").sign(str(pk))


def session_of(key: str) -> int | None:
    try:
        return int(signing.Signer(salt=_SALT, sep=".").unsign(key))
    except (signing.BadSignature, ValueError):
        return None


def answer(*, note: str, subject: str, choices: dict[str, str], page=None, session=None) -> bool:
    """Adds one to the day's total of each choice; False when this form was counted before."""
    try:
        about, key = signing.loads(note, salt=_SALT, max_age=_OPEN)
    except (signing.BadSignature, TypeError, ValueError):
        about = key = ""
    if about != subject:
        raise DomainError(_("This page was open for too long. Choose once more and send."))
    known = {question.code: question.choices for question in QUESTIONS}
    if any(choice not in known.get(question, {}) for question, choice in choices.items()):
        raise DomainError(_("Choose one of the answers."))
    if not cache.add(f"{_SALT}:{key}", 1, _OPEN):
        return False
    with transaction.atomic():
        for question, choice in sorted(choices.items()):
            where = {
                "page": page, "session": session, "question": question, "choice": choice, "day": timezone.localdate(),
            }  # fmt: skip
            DailyAnswer.objects.get_or_create(**where)
            DailyAnswer.objects.filter(**where).update(times=F("times") + 1)
    return True


def answers(rows) -> list[dict]:
    """Sums of `rows` (a queryset of DailyAnswer), a question an entry: {words, lines: [{label, times, few, is_right}]}. A sum
    below LEAST is not told. One query."""
    found = rows.order_by().values_list("question", "choice").annotate(total=Sum("times"))
    sums = {(question, choice): total for question, choice, total in found}
    return (
        [
            {
                "words": question.words,
                "lines": [
                    {
                        "label": label,
                        "times": sums.get((question.code, choice), 0),
                        "few": sums.get((question.code, choice), 0) < LEAST,
                        "is_right": choice == question.right,
                    }
                    for choice, label in question.choices.items()
                ],
            }
            for question in QUESTIONS
        ]
        if sums
        else []
    )


def of_pages(*, first: date, last: date, language: str = ""):
    rows = DailyAnswer.objects.filter(day__gte=first, day__lte=last, page__isnull=False)
    return rows.filter(page__locale__language_code=language) if language else rows


def by_page(rows) -> list[dict]:
    """The pages of `rows`, most answered first: {title, language, cells: [{times, few, label, over}]}, a cell for each
    choice of each question; `over`: the question, at its first choice. One query."""
    found: dict[int, dict] = {}
    told = rows.order_by().values_list("page", "page__title", "page__locale__language_code", "question", "choice")
    for page, title, language, question, choice, total in told.annotate(total=Sum("times")):
        found.setdefault(page, {"title": title, "language": language, "sums": {}})["sums"][question, choice] = total
    for one in found.values():
        one["cells"] = [
            {
                "times": (times := one["sums"].get((question.code, choice), 0)),
                "few": times < LEAST,
                "label": label,
                "over": "" if number else question.words,
            }
            for question in QUESTIONS
            for number, (choice, label) in enumerate(question.choices.items())
        ]
    return sorted(found.values(), key=lambda one: (-sum(one["sums"].values()), one["title"]))
