"""What a duty asks for: the course, by when, from which day. Dated like everything else: what is no longer asked keeps its
row, so that who had to be trained on an earlier day stays known."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from core.errors import DomainError
from courses.models import Course, Requirement
from people.models import Duty, Organisation, User
from people.permissions import areas_for, require

ACT = "courses.publish"
# Plans reach back to the beginning of their period and forward to the next one.
FARTHEST = timedelta(days=5 * 366)


def kept_by(actor: User):
    """Requirements of courses whose organiser lies in the person's area."""
    return Requirement.objects.filter(course__in=courses_of(actor).values("pk"))


def courses_of(actor: User):
    return Course.objects.filter(organiser__in=Organisation.objects.in_areas(areas_for(actor, ACT)))


@transaction.atomic
def ask_for(*, duty: Duty, course: Course, within_months: int, valid_from: date, actor: User) -> Requirement:
    """From a day on the duty asks for the course. Asked for already with other months: the earlier rule ends on that day."""
    require(actor, ACT, course.organiser.area)
    if abs(valid_from - timezone.localdate()) > FARTHEST:
        raise DomainError(_("This day lies more than five years away. Nothing was saved."))
    # A pair that has no row yet has none to lock.
    Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    rows = Requirement.objects.filter(duty=duty, course=course)
    old = rows.filter(valid_until=None).order_by("-valid_from").first()
    if old and valid_from < old.valid_from:
        raise DomainError(
            _("This duty asks for this course from %(day)s on. Choose that day or a later one.")
            % {"day": f"{old.valid_from:%d/%m/%Y}"}
        )
    if old and old.within_months == within_months:
        raise DomainError(
            _("This duty asks for this course already, from %(day)s on.") % {"day": f"{old.valid_from:%d/%m/%Y}"}
        )
    ended = rows.filter(valid_until__gt=valid_from).order_by("-valid_until").first()
    if ended and not old:
        raise DomainError(
            _("This duty asks for this course until %(day)s. Choose that day or a later one.")
            % {"day": f"{ended.valid_until:%d/%m/%Y}"}
        )
    log(course, "wagtail.edit", user=actor)
    if old and old.valid_from == valid_from:
        old.within_months = within_months
        old.save(update_fields=["within_months"])
        return old
    if old:
        old.valid_until = valid_from
        old.save(update_fields=["valid_until"])
    return Requirement.objects.create(duty=duty, course=course, within_months=within_months, valid_from=valid_from)


@transaction.atomic
def end(*, requirement: Requirement, on: date, actor: User) -> None:
    """From that day on it is not asked any more; today at the earliest, for who had to be trained on an earlier day stays
    known. One that ends on its first day was never asked, and leaves no row."""
    found = Requirement.objects.select_for_update(of=("self",)).select_related("course__organiser__area")
    requirement = found.get(pk=requirement.pk)
    require(actor, ACT, requirement.course.organiser.area)
    if requirement.valid_until:
        raise DomainError(_("This has been ended already. Nothing was changed."))
    if on - timezone.localdate() > FARTHEST:
        raise DomainError(_("This day lies more than five years away. Nothing was saved."))
    if on < timezone.localdate():
        raise DomainError(_("What was asked until yesterday stays as it was. Choose today or a later day."))
    if on < requirement.valid_from:
        raise DomainError(_("It is asked from %(day)s on. Choose that day or a later one.") % {
            "day": f"{requirement.valid_from:%d/%m/%Y}",
        })  # fmt: skip
    log(requirement.course, "wagtail.edit", user=actor)
    if on == requirement.valid_from:
        requirement.delete()
        return
    requirement.valid_until = on
    requirement.save(update_fields=["valid_until"])
