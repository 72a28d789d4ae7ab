"""How the platform asks about training: always for a reader, and "as of" a date."""

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from core.text import fold
from people.permissions import areas_for, current_memberships, may


def _organisers(user, act: str = "courses.revoke"):
    """Bodies in whose area the person may do `act`, also those of an area that has since merged into theirs."""
    from people.models import Organisation

    return Organisation.objects.in_areas(areas_for(user, act))


class CourseQuerySet(models.QuerySet):
    def published(self, on: date | None = None):
        on = on or timezone.localdate()
        return self.filter(published_on__lte=on).filter(Q(retired_on=None) | Q(retired_on__gt=on))

    def visible_to(self, user):
        """The catalogue as this reader may know it: restricted courses only for their duties and the training's staff."""
        if may(user, "courses.see"):
            return self
        held = [membership.pk for membership in current_memberships(user)]
        mine = self.model._default_manager.filter(duties__memberships__in=held).values("pk")
        return self.published().filter(Q(is_restricted=False) | Q(pk__in=mine))

    def kept_by(self, user):
        """Courses whose certificates this person keeps: their organiser lies in the person's area."""
        return self.filter(organiser__in=_organisers(user))

    def written_by(self, user):
        """Courses this person may write in: their organiser lies in the person's area."""
        return self.filter(organiser__in=_organisers(user, "courses.write"))

    def search(self, text: str):
        found = self
        for word in fold(text).split():
            found = found.filter(search_key__contains=word)
        return found


class LessonQuerySet(models.QuerySet):
    def published(self):
        """What trainees see."""
        return self.filter(live=True)

    def in_order(self):
        return self.order_by("module__course", "module__position", "position")

    def without_bodies(self):
        return self.defer("body", "body_en")


class RequirementQuerySet(models.QuerySet):
    def current(self, on: date | None = None):
        on = on or timezone.localdate()
        return self.filter(valid_from__lte=on).filter(Q(valid_until=None) | Q(valid_until__gt=on))


class CertificateQuerySet(models.QuerySet):
    def in_force(self, on: date | None = None):
        """Valid on a day: begun, not run out, and not suspended, revoked or replaced by then."""
        on = on or timezone.localdate()
        return (
            self.filter(valid_from__lte=on)
            .filter(Q(valid_until=None) | Q(valid_until__gt=on))
            .filter(Q(ended_on=None) | Q(ended_on__gt=on))
            .exclude(pk__in=self._suspended(on))
        )

    def _suspended(self, on: date):
        """Ids of certificates that stood suspended on a day: few, and found by their events, not by their holders."""
        events = self.model._meta.get_field("events").related_model.objects.filter(on__lte=on)
        lifted = events.filter(kind="restored", certificate=OuterRef("certificate"), pk__gt=OuterRef("pk"))
        return events.filter(kind="suspended").exclude(Exists(lifted)).values("certificate")

    def kept_by(self, user):
        """The register as those see it who keep it: certificates of courses whose organiser lies in their area."""
        return self.filter(course__organiser__in=_organisers(user))

    def visible_to(self, user):
        """One's own, and what one keeps."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(holder=user) | Q(course__organiser__in=_organisers(user)))

    def search(self, text: str):
        """By name with or without marks, by code, or by the number alone."""
        found = self
        for word in fold(text).split():
            number = Q(number=int(word[:9])) if word.isascii() and word.isdecimal() else Q()
            found = found.filter(Q(holder__search_key__contains=word) | Q(code=word.upper()) | number)
        return found


class RunQuerySet(models.QuerySet):
    def kept_by(self, user):
        """Classes of courses whose organiser lies in the person's area."""
        return self.filter(course__organiser__in=_organisers(user, "courses.keep_runs"))

    def visible_to(self, user):
        """Announced classes of the courses the reader may know; drafts only for who keeps or teaches them."""
        if not user.is_authenticated:
            return self.none()
        courses = self.model._meta.get_field("course").related_model.objects.visible_to(user).values("pk")
        keeps = Q(course__organiser__in=_organisers(user, "courses.keep_runs"))
        taught = self.model._default_manager.filter(trainers=user).values("pk")
        mine = self.model._default_manager.filter(enrolments__user=user).values("pk")
        return self.filter(
            keeps | Q(pk__in=taught) | Q(announced_at__isnull=False) & (Q(course__in=courses) | Q(pk__in=mine))
        )

    def with_a_free_seat(self):
        """Announced classes still to come that take names today and have a seat nobody sits on, the next one first."""
        today = timezone.localdate()
        booked = models.Count("enrolments", filter=Q(enrolments__state="booked"), distinct=True)
        return (
            self.filter(announced_at__isnull=False, cancelled_at=None)
            .filter(Q(nominate_until=None) | Q(nominate_until__gte=today))
            .with_times()
            .annotate(booked=booked)
            .filter(first__gt=timezone.now(), booked__lt=models.F("seats"))
            .order_by("first", "pk")
        )

    def with_times(self):
        """`first` and `last`: when the first session begins and the last one ends."""
        held = Q(sessions__cancelled_at=None)
        return self.annotate(
            first=models.Min("sessions__starts_at", filter=held), last=models.Max("sessions__ends_at", filter=held)
        )


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; all of the classes one keeps or teaches; those whom one's unit sends."""
        runs = self.model._meta.get_field("run").related_model.objects
        sent = areas_for(user, "courses.nominate").ancestry().values()
        return self.filter(
            Q(user=user)
            | Q(run__in=runs.kept_by(user).values("pk"))
            | Q(run__in=runs.filter(trainers=user).values("pk"))
            | Q(area__in=set().union(*sent))
        )


class ExperienceQuerySet(models.QuerySet):
    def shared(self):
        return self.filter(state__in=("shared", "answered"))

    def moderated_by(self, user):
        """Of the units, also merged ones, where this person reads before others do; never what they wrote themselves."""
        areas = areas_for(user, "courses.moderate").ancestry().values()
        return self.filter(area__in=set().union(*areas)).exclude(author=user)

    def to_answer_by(self, user):
        """Shared, not answered yet, and given to an organisation in which the person serves."""
        return self.filter(state="shared", owner__in={one.organisation_id for one in current_memberships(user)})

    def visible_to(self, user):
        """One's own; what one moderates; for every officer what was shared."""
        if not current_memberships(user):
            return self.none()
        moderated = self.model._default_manager.moderated_by(user).values("pk")
        return self.filter(Q(author=user) | Q(state__in=("shared", "answered")) | Q(pk__in=moderated))

    def search(self, text: str):
        found = self
        for word in fold(text).split():
            found = found.filter(search_key__contains=word)
        return found


class SnapshotQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Kept figures of areas the person looks after, also of units that have since merged into them."""
        return self.filter(area__in=set().union(*areas_for(user, "courses.see_compliance").ancestry().values()))
