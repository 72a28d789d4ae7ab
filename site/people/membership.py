"""Giving, ending and moving roles; locking an account."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from people.models import Duty, Membership, Organisation, User
from people.permissions import may, may_grant
from places.models import AdministrativeUnit


@transaction.atomic
def grant_membership(
    *,
    user: User,
    role: str,
    organisation: Organisation,
    area: AdministrativeUnit,
    post: str = "",
    duties: list[Duty] | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    granted_by: User | None = None,
) -> Membership:
    """Gives a person a role from a day on; the same role from the same day is returned unchanged.

    Asks no rights of `granted_by`: whoever calls it has (invitations, the demonstration data, the first administrator).
    """
    membership, created = Membership.objects.get_or_create(
        user=user,
        role=role,
        organisation=organisation,
        area=area,
        starts_on=starts_on or timezone.localdate(),
        defaults={"post": post, "ends_on": ends_on, "granted_by": granted_by},
    )
    if created and duties:
        membership.duties.set(duties)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, on: date, actor: User) -> Membership:
    """The role ends on a day, which is no longer part of it. Never deleted: it was held until then.

    Ending it again changes nothing. An earlier end than the one known is refused for days that are past: what was done
    under the role then stays right."""
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    _require_grant(actor, membership.role, membership.area)
    if membership.user_id == actor.pk:
        raise DomainError(_("You cannot end your own role. Ask another administrator or manager."))
    if on < membership.starts_on:
        raise DomainError(_("It cannot end before it began. Nothing was changed."))
    if membership.ends_on is not None and membership.ends_on <= on:
        return membership
    if on < timezone.localdate():
        raise DomainError(_("The last day is in the past. Choose today or a later day; nothing was changed."))
    membership.ends_on = on
    membership.ended_by = actor
    membership.save(update_fields=["ends_on", "ended_by"])
    return membership


@transaction.atomic
def transfer_membership(
    *, membership: Membership, organisation: Organisation, area: AdministrativeUnit, post: str, on: date, actor: User
) -> Membership:
    """From a day on, the person does the same work elsewhere: the old role ends that day and the new one begins, with
    the same duties. Returns the new membership."""
    _require_grant(actor, membership.role, area)
    membership = Membership.objects.select_for_update().select_related("user").get(pk=membership.pk)
    if membership.ends_on is not None and membership.ends_on < on:
        raise DomainError(_("This role ends before that day. Nothing was changed."))
    if (membership.organisation_id, membership.area_id) == (organisation.pk, area.pk):
        raise DomainError(_("The person works there already. Choose another place; nothing was changed."))
    ended = end_membership(membership=membership, on=on, actor=actor)
    return grant_membership(
        user=membership.user,
        role=membership.role,
        organisation=organisation,
        area=area,
        post=post,
        duties=list(ended.duties.all()),
        starts_on=on,
        granted_by=actor,
    )


@transaction.atomic
def lock_account(*, user: User, actor: User) -> User:
    """Signs a person out everywhere and lets them in no more, for a lost phone or a doubt. Roles stay as they are, so
    that opening the account again gives everything back. Locking twice changes nothing."""
    _require_lock(actor, user)
    if user.pk == actor.pk:
        raise DomainError(_("You cannot lock your own account. Ask another administrator."))
    return _set_lock(user, timezone.now(), actor)


@transaction.atomic
def unlock_account(*, user: User, actor: User) -> User:
    _require_lock(actor, user)
    return _set_lock(user, None, None)


def may_lock(actor: User, user: User) -> bool:
    """Does all the person's work, of today and to come, lie where `actor` administers? Where all of it is past: that."""
    rows = user.memberships.select_related("area")
    lasting = rows.exclude(ends_on__lte=timezone.localdate())
    areas = {membership.area for membership in lasting} or {membership.area for membership in rows}
    return bool(areas) and not user.is_superuser and all(may(actor, "people.lock", area) for area in areas)


def _require_lock(actor: User, user: User) -> None:
    if not may_lock(actor, user):
        raise PermissionDenied


def _set_lock(user: User, at, by: User | None) -> User:
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active == (at is None):
        return user
    user.is_active, user.locked_at, user.locked_by = at is None, at, by
    user.save(update_fields=["is_active", "locked_at", "locked_by"])
    return user


def _require_grant(actor: User, role: str, area: AdministrativeUnit) -> None:
    if not may_grant(actor, role, area):
        raise PermissionDenied
