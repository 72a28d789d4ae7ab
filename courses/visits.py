"""Study visits: the host, the programme, what was learnt, and where it is done since."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from courses.anonymity import check
from courses.models import Adoption, Course, CourseRun, Enrolment, StudyVisit
from people.models import Organisation, User
from people.permissions import areas_for, current_memberships, may, require

ACT = "courses.keep_runs"


def keeps_visit(user: User, run: CourseRun) -> bool:
    return may(user, ACT, run.course.organiser.area)


@transaction.atomic
def save_visit(*, run: CourseRun, host: str, programme: str, lessons: str, actor: User) -> StudyVisit:
    """What is said about a class of a study visit; said again it replaces what was there."""
    require(actor, ACT, run.course.organiser.area)
    if run.course.kind != Course.Kind.VISIT:
        raise DomainError(_("This class is no study visit. Nothing was changed."))
    check(host, programme, lessons)
    values = {"host": host.strip(), "programme": programme.strip(), "lessons": lessons.strip()}
    return StudyVisit.objects.update_or_create(run=run, defaults=values)[0]


def may_adopt_for(user: User, visit: StudyVisit):
    """Organisations for which the person may say what they took home (a queryset): a course manager for all of their
    area, who took part for their own."""
    if keeps_visit(user, visit.run):
        return Organisation.objects.current().in_areas(areas_for(user, ACT))
    if visit.run.enrolments.filter(user=user, state=Enrolment.State.BOOKED).exists():
        return Organisation.objects.filter(pk__in={one.organisation_id for one in current_memberships(user)})
    return Organisation.objects.none()


@transaction.atomic
def adopt(*, visit: StudyVisit, organisation: Organisation, what: str, since: date, actor: User) -> Adoption:
    """Said twice it is one."""
    if not may_adopt_for(actor, visit).filter(pk=organisation.pk).exists():
        raise DomainError(_("You can say this only for your own organisation."))
    if since > timezone.localdate():
        raise DomainError(_("That day has not come yet. Nothing was changed."))
    check(what)
    return visit.adoptions.get_or_create(
        organisation=organisation, what=what.strip(), voided_at=None, defaults={"since": since, "actor": actor}
    )[0]


@transaction.atomic
def void_adoption(*, adoption: Adoption, reason: str, actor: User) -> Adoption:
    """By who said it, or the course manager."""
    adoption = Adoption.objects.select_for_update().get(pk=adoption.pk)
    if adoption.actor_id != actor.pk:
        require(actor, ACT, adoption.visit.run.course.organiser.area)
    if not reason.strip():
        raise DomainError(_("Give the reason. Nothing was changed."))
    if not adoption.voided_at:
        adoption.voided_at, adoption.voided_by, adoption.void_reason = timezone.now(), actor, reason.strip()[:300]
        adoption.save(update_fields=["voided_at", "voided_by", "void_reason"])
    return adoption
