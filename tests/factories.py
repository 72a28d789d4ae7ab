"""Small makers of the rows that every test needs. Each returns a saved row; nothing here is a real person or unit."""

from datetime import date, timedelta
from itertools import count

from allauth.account.models import EmailAddress
from django.utils import timezone

from people.membership import grant_membership
from people.models import Duty, Organisation, User
from places.models import AdministrativeUnit, Succession

PASSWORD = "mot-mat-khau-de-thu"
NEW_UNITS = date(2025, 7, 1)
_numbers = count(1)


def today() -> date:
    """The day in Vietnam, asked for anew in each test: a run of all tests may well go past midnight."""
    return timezone.localdate()


def this_month() -> date:
    """Its first day, as a bulletin's `month` is written."""
    return today().replace(day=1)


def _unit(level: str, kind: str, name: str, parent, dates: dict) -> AdministrativeUnit:
    fields = {"valid_from": NEW_UNITS, "official_code": f"t{next(_numbers)}", "short_name": name.split(" ", 1)[-1]}
    fields |= {"level": level, "kind": kind, "name": name, "parent": parent}
    return AdministrativeUnit.objects.create(**(fields | dates))


def make_province(name: str = "Tỉnh Thử", **dates) -> AdministrativeUnit:
    """A province; the same name and dates return the same row, so that communes without a parent share one."""
    found = AdministrativeUnit.objects.filter(level="province", name=name, **dates).first()
    return found or _unit("province", "tinh", name, None, dates)


def make_district(name: str = "Huyện Thử", parent=None, **dates) -> AdministrativeUnit:
    return _unit("district", "huyen", name, parent or make_province(), dates)


def make_commune(name: str = "Xã Thử", parent=None, **dates) -> AdministrativeUnit:
    """A commune since 1/7/2025 under `parent` (default: the one test province). `dates`: any field of the unit."""
    return _unit("commune", "xa", name, parent or make_province(), dates)


def merge(old: AdministrativeUnit, new: AdministrativeUnit, relation: str = "whole") -> Succession:
    """`new` took `old` over on new's first day; `old` ends then."""
    AdministrativeUnit.objects.filter(pk=old.pk).update(valid_until=new.valid_from)
    old.refresh_from_db()
    return Succession.objects.create(predecessor=old, successor=new, relation=relation)


def make_organisation(name: str = "Cơ quan Thử", area=None, kind: str = "committee", **fields) -> Organisation:
    fields.setdefault("valid_from", NEW_UNITS)
    found = Organisation.objects.filter(
        name=name, area=area or make_province(), valid_from=fields["valid_from"]
    ).first()
    return found or Organisation.objects.create(name=name, area=area or make_province(), kind=kind, **fields)


def make_duty(code: str = "ho-tro-thu", supports_victims: bool = True, **fields) -> Duty:
    defaults = {"name": "Hỗ trợ (thử)", "supports_victims": supports_victims} | fields
    return Duty.objects.get_or_create(code=code, defaults=defaults)[0]


def make_user(
    email: str | None = None,
    role: str | None = None,
    area: AdministrativeUnit | None = None,
    organisation: Organisation | None = None,
    name: str = "Người Thử",
    *,
    password: str = PASSWORD,
    starts_on: date | None = None,
    ends_on: date | None = None,
    duties: list[Duty] | None = None,
    post: str = "",
    **fields,
) -> User:
    """A person with a verified address and PASSWORD; with `role`, a membership in `area` (default: the province) that
    began a month ago."""
    user = User.objects.create_user(email or f"nguoi{next(_numbers)}@thu.example", password, name=name, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if role is not None:
        area = area or make_province()
        grant_membership(
            user=user,
            role=role,
            organisation=organisation or make_organisation(area=area),
            area=area,
            post=post,
            duties=duties,
            starts_on=starts_on or timezone.localdate() - timedelta(days=30),
            ends_on=ends_on,
        )
    return user
