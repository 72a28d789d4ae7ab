"""How the platform asks about people: always "as of" a date."""

from datetime import date

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.text import fold


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields):
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


def _family(units) -> set[int]:
    """Ids of `units` and of everything that became them: what was recorded before a merger stays within reach."""
    return set().union(*units.ancestry().values())


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Organisations of the areas whose people the person may see."""
        from people.permissions import areas_for

        return self.in_areas(areas_for(user, "people.see"))

    def search(self, text: str):
        """By name or unit, without marks; every word must be found."""
        found = self
        for word in fold(text).split():
            found = found.filter(Q(search_key__contains=word) | Q(area__search_key__contains=word))
        return found

    def in_areas(self, units):
        """Organisations of these units, or of what they were before a merger."""
        return self.filter(area__in=_family(units))

    def current(self, on: date | None = None):
        on = on or timezone.localdate()
        return self.filter(valid_from__lte=on).filter(Q(valid_until=None) | Q(valid_until__gt=on))


class MembershipQuerySet(models.QuerySet):
    def current(self, on: date | None = None):
        """Memberships in force on a day; the last day counts as over."""
        on = on or timezone.localdate()
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gt=on))

    def in_roles(self, *roles):
        return self.filter(role__in=roles)

    def visible_to(self, user):
        """Memberships in the areas whose people the person may see, past and coming ones included."""
        from people.permissions import areas_for

        return self.filter(area__in=_family(areas_for(user, "people.see")))

    def search(self, text: str):
        """By the name or address of the person, the organisation or the unit, without marks; every word must be found."""
        found = self
        for word in fold(text).split():
            found = found.filter(
                Q(user__search_key__contains=word)
                | Q(organisation__search_key__contains=word)
                | Q(area__search_key__contains=word)
            )
        return found


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Neither accepted nor cancelled; the time may have run out."""
        return self.filter(accepted_at=None, cancelled_at=None)

    def usable(self, now=None):
        return self.open().filter(expires_at__gt=now or timezone.now())

    def due(self, now=None):
        """Whose e-mail must leave now."""
        from people.models import MAX_SEND_ATTEMPTS

        now = now or timezone.now()
        return self.usable(now).filter(sent_at=None, send_after__lte=now, send_attempts__lt=MAX_SEND_ATTEMPTS)

    def visible_to(self, user):
        from people.permissions import areas_for

        return self.filter(area__in=_family(areas_for(user, "people.see")))


class CorrectionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(settled_at=None)

    def settled_by(self, user):
        """Of people who serve, or served, where this person corrects; never one's own."""
        from people.models import Membership
        from people.permissions import areas_for

        people = Membership.objects.filter(area__in=_family(areas_for(user, "people.correct"))).values("user")
        return self.filter(user__in=people).exclude(user=user)
