"""Attendance by session: roll call, card, code on the screen, signed sheet; where they disagree, and who decided.

Of one way the latest mark counts. Between ways the surest does: decision, sheet, roll call, card, code. Where two ways say
different things the session is listed until somebody decides; until then the surest way counts.
"""

import hashlib
import hmac
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from courses.models import CourseRun, Enrolment, Mark, Session
from courses.models.proof import CODE_LETTERS
from people.models import User
from people.permissions import may

Way = Mark.Way
SUREST = (Way.DECISION, Way.SHEET, Way.ROLL, Way.CARD, Way.CODE)
# A code on the screen stands for a minute and is taken for three: slow phones, slow fingers.
WINDOW, WINDOWS = 60, 3
# A phone that was off may bring a roll call days later; a clock that is wrong by more is not believed.
EARLY = timedelta(hours=2)


def keeps_roll(user: User, run: CourseRun) -> bool:
    """Its trainers, and who keeps the class."""
    return may(user, "courses.keep_runs", run.course.organiser.area) or run.trainers.filter(pk=user.pk).exists()


@transaction.atomic
def record_roll(
    *,
    session: Session,
    present: set[int],
    listed: set[int],
    client_uuid: uuid.UUID,
    at: datetime,
    actor: User,
    way: str = Way.ROLL,
) -> int:
    """One roll call: of the people `listed` (ids) those in `present` are there. Sent again under the same id it changes
    nothing. How many people it names. ROLL or SHEET; CARD names only who is present."""
    _may_mark(session, actor)
    now = timezone.now()
    if at > now + EARLY:
        raise DomainError(_("The clock of this phone is wrong. Set it right and send again; what you ticked is kept."))
    known = set(session.run.enrolments.values_list("user", flat=True))
    if not present <= listed or not listed <= known:
        raise DomainError(
            _("Somebody on this list is not in the class any more. Load the page again; what you ticked is kept.")
        )
    Mark.objects.bulk_create(
        (
            Mark(
                id=uuid.uuid5(client_uuid, f"{way}:{pk}"), session=session, user_id=pk, way=way, present=pk in present,
                actor=actor, at=at,
            )
            for pk in sorted(listed)
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    return len(listed)


def _may_mark(session: Session, actor: User) -> None:
    if not keeps_roll(actor, session.run):
        raise DomainError(_("Only the trainers of this class take its attendance."))
    if session.cancelled_at or session.run.cancelled_at:
        raise DomainError(_("This session was called off. Nothing was recorded."))
    if timezone.now() < session.starts_at - EARLY:
        raise DomainError(_("This session has not begun. Nothing was recorded."))


@transaction.atomic
def decide(*, session: Session, user: User, present: bool, reason: str, actor: User) -> Mark:
    """Ends a disagreement; what the ways said stays."""
    _may_mark(session, actor)
    if not reason.strip():
        raise DomainError(_("Give the reason. Nothing was changed."))
    return Mark.objects.create(
        session=session, user=user, way=Way.DECISION, present=present, note=reason.strip(), actor=actor
    )


def card_code(user: User) -> str:
    """Eight letters that stand for an officer on their card; nobody can work out another's (40 bits of an HMAC)."""
    return _letters(f"card:{user.pk}", 8)


def screen_code(session: Session, at: datetime | None = None, back: int = 0) -> str:
    """The code on the trainer's screen at a time, `back` minutes before it."""
    minute = int((at or timezone.now()).timestamp()) // WINDOW - back
    return _letters(f"screen:{session.pk}:{minute}", 5)


def _letters(text: str, length: int) -> str:
    digest = hmac.new(settings.SECRET_KEY.encode(), f"courses.attendance:{text}".encode(), hashlib.sha256).digest()
    return "".join(CODE_LETTERS[byte % 32] for byte in digest[:length])


@transaction.atomic
def enter_code(*, run: CourseRun, user: User, text: str, client_uuid: uuid.UUID) -> Session:
    """An officer with a seat types what the screen shows. Refused in words when no session shows it now."""
    if not run.enrolments.filter(user=user, state=Enrolment.State.BOOKED).exists():
        raise DomainError(_("Only who has a seat in this class can enter its code."))
    now = timezone.now()
    wanted = "".join(text.upper().split())
    for session in run.sessions.filter(cancelled_at=None, starts_at__lte=now + EARLY, ends_at__gte=now):
        if any(
            hmac.compare_digest(screen_code(session, now, back).encode(), wanted.encode()) for back in range(WINDOWS)
        ):
            Mark.objects.get_or_create(
                id=uuid.uuid5(client_uuid, f"code:{user.pk}"),
                defaults={"session": session, "user": user, "way": Way.CODE, "present": True, "actor": user},
            )
            return session
    raise DomainError(
        _("The screen does not show this code now. Read it once more, or ask the trainer to tick your name.")
    )


@dataclass
class Presence:
    """What the ways say about one person at one session. `present` is None when nothing was said."""

    ways: dict[str, bool] = field(default_factory=dict)

    @property
    def present(self) -> bool | None:
        return next((self.ways[way] for way in SUREST if way in self.ways), None)

    @property
    def disagree(self) -> bool:
        return Way.DECISION not in self.ways and len(set(self.ways.values())) > 1


def presence(run: CourseRun) -> dict[int, dict[int, Presence]]:
    """Person → session → Presence (ids). One query."""
    found: dict = defaultdict(lambda: defaultdict(Presence))
    rows = Mark.objects.filter(session__run=run).order_by("at", "received_at", "pk")
    for user, session, way, present in rows.values_list("user", "session", "way", "present"):
        found[user][session].ways[way] = present
    return found


@dataclass(frozen=True)
class Attended:
    """`seconds` of `held` seconds; `share` 0…1, None before anything was held."""

    enrolment: Enrolment
    cells: list
    seconds: float
    held: float

    @property
    def share(self) -> float | None:
        return self.seconds / self.held if self.held else None


def attended(run: CourseRun, at: datetime | None = None) -> list[Attended]:
    """Everybody with a seat, by name, over the sessions that have begun by `at`; weighed by their length."""
    at = at or timezone.now()
    sessions = [one for one in run.sessions.all() if not one.cancelled_at and one.starts_at <= at]
    held = sum((one.ends_at - one.starts_at).total_seconds() for one in sessions)
    seen, found = presence(run), []
    for enrolment in run.enrolments.filter(state=Enrolment.State.BOOKED).select_related("user", "area"):
        cells = [(one, seen[enrolment.user_id][one.pk]) for one in sessions]
        there = sum((one.ends_at - one.starts_at).total_seconds() for one, cell in cells if cell.present)
        found.append(Attended(enrolment, cells, there, held))
    return sorted(found, key=lambda one: one.enrolment.user.search_key)
