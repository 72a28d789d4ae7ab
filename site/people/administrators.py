"""The first administrator: somebody must be there before anybody can be invited."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from people.membership import grant_membership
from people.models import Organisation, User
from people.organisations import kind_of_name
from people.roles import Role
from places.models import AdministrativeUnit


@transaction.atomic
def create_administrator(*, email: str, name: str, organisation: str) -> User:
    """An account without a password, its address taken as verified, with the role for the whole of today's province.

    An account that exists keeps its password and gains the role; doing it again changes nothing."""
    area = AdministrativeUnit.objects.current().filter(level="province").first()
    if area is None:
        raise DomainError(_("No administrative unit is loaded yet. Run load_places first."))
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = User.objects.create_user(email, None, name=name)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    body = Organisation.objects.current().filter(name=organisation, area=area).first()
    body = body or Organisation.objects.create(name=organisation, kind=kind_of_name(organisation), area=area)
    if not user.memberships.current().in_roles(Role.ADMINISTRATOR).filter(area=area).exists():
        grant_membership(user=user, role=Role.ADMINISTRATOR, organisation=body, area=area)
    return user
