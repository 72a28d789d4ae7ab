"""Who sits where: naming, approving, waiting, moving up. Never one more than the seats.

Every function locks the run's row first, so that two people who press at once are served one after the other; a numbered
seat that the database gives only once is the second lock on the same door. Seats kept for a unit are given to its people
alone until the run's `quotas_until`; a person whose unit has none, or has used its own up, takes one of the others.
"""

from collections import Counter
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from courses.models import Certificate, Course, CourseRun, Enrolment
from courses.notices import tell
from people.models import User
from people.permissions import areas_for, may, require
from places.models import AdministrativeUnit

State = Enrolment.State


def locked(run: CourseRun) -> CourseRun:
    return CourseRun.objects.select_for_update(of=("self",)).select_related("course__organiser__area").get(pk=run.pk)


@transaction.atomic
def nominate(*, run: CourseRun, user: User, actor: User) -> Enrolment:
    """A unit names its officer; naming twice changes nothing. Who had withdrawn may be named again."""
    run = locked(run)
    _open(run)
    if is_held(run) and not may(actor, "courses.keep_runs", run.course.organiser.area):
        raise DomainError(_("This class is over: only who keeps it can still add somebody. Nobody was named."))
    area = _area(user, actor)
    _may_learn(run, user)
    enrolment, new = Enrolment.objects.get_or_create(run=run, user=user, defaults={"area": area})
    if new:
        enrolment.events.create(state=State.NOMINATED, actor=actor)
    elif enrolment.state == State.WITHDRAWN:
        enrolment.area = area
        _become(enrolment, State.NOMINATED, actor)
    return enrolment


@transaction.atomic
def join(*, run: CourseRun, user: User) -> Enrolment:
    """In a class in one's own time whoever may know the course takes a seat without being named; twice changes nothing."""
    run = locked(run)
    _open(run)
    if run.mode != CourseRun.Mode.SELF:
        raise DomainError(_("Only classes in one's own time are joined without being named by the unit."))
    _may_learn(run, user)
    post = user.memberships.current().select_related("area").order_by("-starts_on").first()
    units = AdministrativeUnit.objects.filter(pk=post.area_id).successors() if post else ()
    if not units:
        raise DomainError(_("This person serves in no unit today. No seat was taken."))
    enrolment, new = Enrolment.objects.get_or_create(run=run, user=user, defaults={"area": units[0]})
    if enrolment.state == State.BOOKED:
        return enrolment
    if enrolment.state == State.DECLINED:
        raise DomainError(_("This name has been decided on already. Nothing was changed."))
    if new:
        enrolment.events.create(state=State.NOMINATED, actor=user)
    enrolment.area = units[0]
    room = Room(run)
    if not room.free_for(enrolment):
        raise DomainError(_("No seat is free in this class. No seat was taken."))
    _seat(enrolment, room, user)
    return enrolment


def _may_learn(run: CourseRun, user: User) -> None:
    if not Course.objects.visible_to(user).filter(pk=run.course_id).exists():
        raise DomainError(_("This course is only for its target duties, and this person holds none of them."))
    missing = run.course.prerequisites.exclude(
        pk__in=Certificate.objects.in_force().filter(holder=user).values("course")
    ).first()
    if missing:
        raise DomainError(_("This person must have done “%(course)s” first.") % {"course": missing.label})


def _area(user: User, actor: User) -> AdministrativeUnit:
    """Where the person serves today, within the area of whoever names them."""
    reach = set(areas_for(actor, "courses.nominate").values_list("pk", flat=True))
    for membership in user.memberships.current().select_related("area").order_by("-starts_on"):
        units = AdministrativeUnit.objects.filter(pk=membership.area_id).successors()
        for unit in units:
            if unit.pk in reach:
                return unit
    raise DomainError(_("This person serves in no unit of yours. Nobody was named."))


@transaction.atomic
def approve(*, enrolment: Enrolment, actor: User) -> Enrolment:
    """A seat where one is free for the person's unit, else the end of the wait list."""
    run = locked(enrolment.run)
    require(actor, "courses.keep_runs", run.course.organiser.area)
    enrolment = Enrolment.objects.select_related("user").get(pk=enrolment.pk)
    _not_cancelled(run)
    if enrolment.state in (State.BOOKED, State.WAITING):
        return enrolment
    if enrolment.state == State.WITHDRAWN:
        raise DomainError(_("This person has withdrawn. Nothing was changed."))
    room = Room(run)
    if room.free_for(enrolment):
        _seat(enrolment, room, actor)
    else:
        enrolment.waiting_since = timezone.now()
        _become(enrolment, State.WAITING, actor)
        tell(enrolment, "waiting")
    return enrolment


@transaction.atomic
def approve_all(*, run: CourseRun, actor: User) -> list[Enrolment]:
    """Everybody who is named and not decided on, in the order in which they were named."""
    locked(run)
    named = run.enrolments.filter(state=State.NOMINATED).order_by("pk")
    return [approve(enrolment=one, actor=actor) for one in named]


@transaction.atomic
def decline(*, enrolment: Enrolment, reason: str, actor: User) -> Enrolment:
    """Only before a seat or a place on the wait list was given."""
    run = locked(enrolment.run)
    require(actor, "courses.keep_runs", run.course.organiser.area)
    enrolment = Enrolment.objects.select_related("user").get(pk=enrolment.pk)
    if enrolment.state != State.NOMINATED:
        raise DomainError(_("This name has been decided on already. Nothing was changed."))
    if not reason.strip():
        raise DomainError(_("Give the reason. Nothing was changed."))
    _become(enrolment, State.DECLINED, actor, reason.strip())
    tell(enrolment, "declined")
    return enrolment


@transaction.atomic
def withdraw(*, enrolment: Enrolment, actor: User, reason: str = "") -> Enrolment:
    """By the person, the unit or the course manager. A seat that becomes free goes to who waited longest."""
    run = locked(enrolment.run)
    enrolment = Enrolment.objects.select_related("user", "area").get(pk=enrolment.pk)
    if enrolment.user_id != actor.pk and not may(actor, "courses.nominate", enrolment.area):
        require(actor, "courses.keep_runs", run.course.organiser.area)
    if enrolment.state in (State.WITHDRAWN, State.DECLINED):
        return enrolment
    had_seat = enrolment.state == State.BOOKED
    _become(enrolment, State.WITHDRAWN, actor, reason.strip())
    if had_seat:
        tell(enrolment, "withdrawn")
        move_up(run)
    return enrolment


def move_up(run: CourseRun) -> int:
    """Gives free seats to who waits, in their order; a person for whose unit none is free is passed over and keeps their
    place. How many moved up. Call inside a transaction that holds the run's lock."""
    if run.cancelled_at or not run.announced_at:
        return 0
    room, moved = Room(run), 0
    for enrolment in run.enrolments.filter(state=State.WAITING).select_related("user").order_by("waiting_since", "pk"):
        if room.free_for(enrolment):
            _seat(enrolment, room, None)
            moved += 1
    return moved


def release_quotas(on: date | None = None) -> int:
    """Runs whose kept seats became free by that day: the wait list moves up. How many people did; safe to run again."""
    on = on or timezone.localdate()
    rows = CourseRun.objects.filter(quotas_until__lte=on, cancelled_at=None, enrolments__state=State.WAITING)
    moved = 0
    for pk in rows.distinct().values_list("pk", flat=True):
        with transaction.atomic():
            moved += move_up(locked(CourseRun(pk=pk)))
    return moved


class Room:
    """The seats of a locked run: which numbers are taken, and by which units."""

    def __init__(self, run: CourseRun):
        self.run = run
        booked = list(run.enrolments.filter(state=State.BOOKED).values_list("seat", "area_id"))
        self.numbers = {seat for seat, _area in booked}
        kept = run.quotas_until is None or timezone.localdate() < run.quotas_until
        self.quotas = {one.area_id: one.seats for one in run.quotas.all()} if kept else {}
        # A unit that was merged keeps its seats: its successor's people sit on them.
        self.heir = {}
        units = AdministrativeUnit.objects.filter(pk__in={area for _seat, area in booked} | set(self.quotas))
        for unit, members in units.ancestry().items() if self.quotas else ():
            for member in members:
                if unit in self.quotas:
                    self.heir[member] = unit
        self.used = Counter(self._unit(area) for _seat, area in booked)

    def _unit(self, area: int) -> int | None:
        return self.heir.get(area, area if area in self.quotas else None)

    def free_for(self, enrolment: Enrolment) -> bool:
        if len(self.numbers) >= self.run.seats:
            return False
        unit = self._unit(enrolment.area_id)
        if unit is not None and self.used[unit] < self.quotas[unit]:
            return True
        beyond = sum(max(0, count - self.quotas.get(unit, 0)) for unit, count in self.used.items())
        return beyond < self.run.seats - sum(self.quotas.values())

    def take(self, enrolment: Enrolment) -> int:
        number = next(n for n in range(1, self.run.seats + 1) if n not in self.numbers)
        self.numbers.add(number)
        self.used[self._unit(enrolment.area_id)] += 1
        return number


def _seat(enrolment: Enrolment, room: Room, actor: User | None) -> None:
    number = room.take(enrolment)
    _become(enrolment, State.BOOKED, actor, seat=number)
    tell(enrolment, "booked")


def _become(enrolment: Enrolment, state: str, actor: User | None, reason: str = "", seat: int | None = None) -> None:
    enrolment.state, enrolment.seat = state, seat
    enrolment.save(update_fields=["state", "seat", "area", "waiting_since"])
    enrolment.events.create(state=state, actor=actor, reason=reason)


def is_held(run: CourseRun) -> bool:
    """Have all its sittings ended?"""
    last = run.sessions.filter(cancelled_at=None).order_by("-ends_at").first()
    return last is not None and last.ends_at < timezone.now()


def _not_cancelled(run: CourseRun) -> None:
    if run.cancelled_at:
        raise DomainError(_("This class is cancelled. Nothing was changed."))


def _open(run: CourseRun) -> None:
    _not_cancelled(run)
    if not run.announced_at:
        raise DomainError(_("This class is not announced yet. Nobody was named."))
    if run.nominate_until and timezone.localdate() > run.nominate_until:
        raise DomainError(
            _("Names were taken until %(day)s. Nobody was named.") % {"day": f"{run.nominate_until:%d/%m/%Y}"}
        )
