"""How the platform asks for questions, tests and attempts: always for a reader."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from core.text import fold
from people.permissions import areas_for

ACT = "courses.keep_questions"


def _organisers(user):
    from people.models import Organisation

    return Organisation.objects.in_areas(areas_for(user, ACT))


class QuestionQuerySet(models.QuerySet):
    def kept_by(self, user):
        """The bank of the bodies in whose area the person writes questions."""
        return self.filter(organiser__in=_organisers(user))

    def live(self):
        return self.filter(retired_at=None)

    def search(self, text: str):
        found = self
        for word in fold(text).split():
            found = found.filter(Q(search_key__contains=word) | Q(code__contains=word))
        return found

    def with_latest(self):
        """`latest`: the id of the version that is asked now."""
        versions = self.model._meta.get_field("versions").related_model.objects
        latest = versions.filter(question=OuterRef("pk")).order_by("-number").values("pk")[:1]
        return self.annotate(latest=Subquery(latest))


class QuizQuerySet(models.QuerySet):
    def kept_by(self, user):
        return self.filter(course__organiser__in=_organisers(user))

    def live(self):
        return self.filter(published_at__isnull=False, retired_at=None)


class AttemptQuerySet(models.QuerySet):
    def of(self, user):
        """One's own, while one has a seat in the class and the class goes on."""
        return self.filter(enrolment__user=user, enrolment__state="booked", enrolment__run__cancelled_at=None)

    def due(self, now=None):
        """Still open although also the time for late answers is over."""
        return self.filter(closed_at=None, grace_until__lte=now or timezone.now())
