"""Making, announcing, changing, cancelling and copying a class. What people were told, a change tells them anew."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from courses.models import CourseRun, Enrolment, Quota, Session
from courses.notices import tell
from courses.seats import locked, move_up
from people.models import User
from people.permissions import require
from places.models import AdministrativeUnit

ACT = "courses.keep_runs"


@transaction.atomic
def save_run(*, run: CourseRun, trainers, actor: User) -> CourseRun:
    """A new class, or a changed one. Fewer seats than are taken are refused; more let the wait list move up."""
    require(actor, ACT, run.course.organiser.area)
    if run.pk is None:
        run.made_by = actor
        run.save()
        run.trainers.set(trainers)
        return run
    before = locked(run)
    _going(before)
    highest = run.enrolments.filter(state=Enrolment.State.BOOKED).count()
    if run.seats < highest:
        raise DomainError(_("%(taken)s seats are taken. Nothing was changed.") % {"taken": highest})
    kept = sum(run.quotas.values_list("seats", flat=True))
    if run.seats < kept:
        raise DomainError(_("%(kept)s seats are kept for units. Nothing was changed.") % {"kept": kept})
    moved = any(getattr(before, name) != getattr(run, name) for name in ("mode", "place", "link", "note"))
    run.revision = before.revision + moved
    run.save()
    run.trainers.set(trainers)
    _renumber(run)
    if moved:
        _tell_all(run, "changed")
    move_up(run)
    return run


def _renumber(run: CourseRun) -> None:
    """Seats above the new number move down to free ones, so that no number lies above the seats there are."""
    booked = list(run.enrolments.filter(state=Enrolment.State.BOOKED).order_by("seat"))
    taken = {one.seat for one in booked if one.seat <= run.seats}
    free = (n for n in range(1, run.seats + 1) if n not in taken)
    for one in booked:
        if one.seat > run.seats:
            one.seat = next(free)
            one.save(update_fields=["seat"])


@transaction.atomic
def add_session(*, run: CourseRun, starts_at: datetime, ends_at: datetime, actor: User, title="", place="") -> Session:
    run = locked(run)
    require(actor, ACT, run.course.organiser.area)
    _going(run)
    if ends_at <= starts_at:
        raise DomainError(_("A session ends after it begins."))
    if run.sessions.filter(cancelled_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise DomainError(_("Another session of this class lies at that time."))
    made = run.sessions.create(starts_at=starts_at, ends_at=ends_at, title=title.strip(), place=place.strip())
    _changed(run)
    return made


@transaction.atomic
def cancel_session(*, session: Session, actor: User) -> Session:
    """It keeps its row; calendars are told. Doing it twice changes nothing."""
    run = locked(session.run)
    require(actor, ACT, run.course.organiser.area)
    _going(run)
    if Session.objects.filter(pk=session.pk, cancelled_at=None).update(cancelled_at=timezone.now()):
        _changed(run)
    return session


@transaction.atomic
def set_quota(*, run: CourseRun, area: AdministrativeUnit, seats: int, actor: User) -> None:
    """Keeps so many seats for a unit; none gives them back."""
    run = locked(run)
    require(actor, ACT, run.course.organiser.area)
    _going(run)
    others = sum(run.quotas.exclude(area=area).values_list("seats", flat=True))
    if others + seats > run.seats:
        raise DomainError(_("The units would have more seats than there are. Nothing was changed."))
    if seats:
        Quota.objects.update_or_create(run=run, area=area, defaults={"seats": seats})
    else:
        run.quotas.filter(area=area).delete()
    move_up(run)


@transaction.atomic
def announce(*, run: CourseRun, actor: User) -> CourseRun:
    """From now on units find it and name their officers."""
    run = locked(run)
    require(actor, ACT, run.course.organiser.area)
    _going(run)
    if run.mode != CourseRun.Mode.SELF and not run.sessions.filter(cancelled_at=None).exists():
        raise DomainError(_("Add the first session before the class is announced."))
    if run.mode in (CourseRun.Mode.PERSON, CourseRun.Mode.BLENDED) and not run.place:
        raise DomainError(_("Say where it is held before the class is announced."))
    if not run.announced_at and run.nominate_until and run.nominate_until < timezone.localdate():
        raise DomainError(
            _("Names are taken until %(day)s, and that day is over: nobody could be named. Change it first.")
            % {"day": f"{run.nominate_until:%d/%m/%Y}"}
        )
    if not run.announced_at:
        run.announced_at = timezone.now()
        run.save(update_fields=["announced_at"])
    return run


@transaction.atomic
def cancel_run(*, run: CourseRun, reason: str, actor: User) -> CourseRun:
    """Everybody with a seat or on the wait list is told; the rows stay as they are."""
    run = locked(run)
    require(actor, ACT, run.course.organiser.area)
    if not reason.strip():
        raise DomainError(_("Give the reason. Nothing was changed."))
    if run.cancelled_at:
        return run
    run.cancelled_at, run.cancel_reason, run.revision = timezone.now(), reason.strip(), run.revision + 1
    run.save(update_fields=["cancelled_at", "cancel_reason", "revision"])
    _tell_all(run, "cancelled")
    return run


@transaction.atomic
def copy_run(*, run: CourseRun, first_day: date, actor: User) -> CourseRun:
    """The same class again, its first session on `first_day`: sessions keep their distances and their hours on the clock,
    quotas and trainers come along, names do not. A draft, to be looked at and announced."""
    require(actor, ACT, run.course.organiser.area)
    sessions = list(run.sessions.filter(cancelled_at=None))
    start = timezone.localdate(sessions[0].starts_at) if sessions else timezone.localdate(run.made_at)
    shift = timedelta(days=(first_day - start).days)
    made = CourseRun.objects.create(
        course=run.course, mode=run.mode, place=run.place, link=run.link, seats=run.seats, note=run.note,
        nominate_until=run.nominate_until and run.nominate_until + shift,
        quotas_until=run.quotas_until and run.quotas_until + shift, copied_from=run, made_by=actor,
    )  # fmt: skip
    made.trainers.set(run.trainers.all())
    Session.objects.bulk_create(
        Session(
            run=made, title=one.title, place=one.place, starts_at=one.starts_at + shift, ends_at=one.ends_at + shift
        )
        for one in sessions
    )
    today = AdministrativeUnit.objects.current()
    for quota in run.quotas.all():
        # A unit that is gone by then has no officers to send; its seats are for everybody.
        if today.filter(pk=quota.area_id).exists():
            Quota.objects.create(run=made, area_id=quota.area_id, seats=quota.seats)
    return made


def _going(run: CourseRun) -> None:
    if run.cancelled_at:
        raise DomainError(_("This class is cancelled. Nothing was changed."))


def _changed(run: CourseRun) -> None:
    if not run.announced_at:
        return
    run.revision += 1
    run.save(update_fields=["revision"])
    _tell_all(run, "changed")


def _tell_all(run: CourseRun, what: str) -> None:
    told = (Enrolment.State.BOOKED, Enrolment.State.WAITING) if what == "cancelled" else (Enrolment.State.BOOKED,)
    for enrolment in run.enrolments.filter(state__in=told).select_related("user", "run"):
        enrolment.run = run
        tell(enrolment, what)
