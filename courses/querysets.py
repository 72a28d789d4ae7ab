"""How the platform asks about training: always for a reader, and "as of" a date."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.text import fold
from people.permissions import current_memberships, may


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

    def search(self, text: str):
        found = self
        for word in fold(text).split():
            found = found.filter(search_key__contains=word)
        return found


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
        )
