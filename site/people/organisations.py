"""Organisations: found by the names people use in lists, made, corrected and closed."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.text import fold
from people.models import Organisation, User
from people.permissions import may
from places.models import AdministrativeUnit

# How the name of a body begins (folded) → its kind.
_OPENINGS = [
    (("ubnd", "uy ban nhan dan", "hdnd"), Organisation.Kind.COMMITTEE),
    (("cong an", "bo doi", "don bien phong", "ban chi huy quan su"), Organisation.Kind.FORCE),
    (("hoi ", "doan ", "mat tran", "mttq", "uy ban mat tran", "uy ban mttq", "lien doan"), Organisation.Kind.UNION),
    (("truong",), Organisation.Kind.SCHOOL),
    (("trung tam", "dai ", "tram", "nha van hoa"), Organisation.Kind.CENTRE),
    (("so ", "phong ", "ban ", "chi cuc", "van phong", "cuc "), Organisation.Kind.DEPARTMENT),
]


def kind_of_name(name: str) -> str:
    """The kind a name suggests; a name that suggests none is that of a partner."""
    key = fold(name) + " "
    # "Ủy ban Mặt trận" opens like a committee's name: the longest opening decides.
    hits = [(len(start), kind) for starts, kind in _OPENINGS for start in starts if key.startswith(start)]
    return max(hits, key=lambda hit: hit[0])[1] if hits else Organisation.Kind.PARTNER


class OrganisationIndex:
    """Finds organisations by name: in the same unit first, then a department of the province. "UBND xã" of another
    commune is another body."""

    def __init__(self, organisations):
        self.ids: set[int] = set()
        self.here: dict[tuple[int, str], Organisation] = {}
        self.above: dict[str, list[Organisation]] = {}
        for organisation in organisations:
            self.add(organisation)

    def __contains__(self, pk: int) -> bool:
        return pk in self.ids

    def add(self, organisation: Organisation) -> None:
        key = fold(organisation.name)
        self.ids.add(organisation.pk)
        self.here.setdefault((organisation.area_id, key), organisation)
        if organisation.area.level != "commune":
            self.above.setdefault(key, []).append(organisation)

    def find(self, name: str, area_id: int | None) -> Organisation | None:
        key = fold(name)
        found = self.here.get((area_id, key))
        if found is None and len(self.above.get(key, [])) == 1:
            found = self.above[key][0]
        return found


def _require(actor: User, *areas: AdministrativeUnit) -> None:
    if not all(may(actor, "people.keep_organisations", area) for area in areas):
        raise PermissionDenied


@transaction.atomic
def save_organisation(
    *,
    actor: User,
    organisation: Organisation | None = None,
    name: str,
    kind: str,
    area: AdministrativeUnit,
    name_en: str = "",
    parent: Organisation | None = None,
) -> Organisation:
    """Makes an organisation, or corrects one. The parent may be any body of the tree, but not one from below."""
    _require(actor, area, *([organisation.area] if organisation else []))
    if organisation is None:
        organisation = Organisation()
    name = " ".join(name.split())
    twins = [
        one for one in Organisation.objects.current().filter(area=area).exclude(pk=organisation.pk)
        if fold(one.name) == fold(name)
    ]  # fmt: skip
    if twins:
        raise DomainError(_("There is an organisation of that name in this area already. Nothing was changed."))
    above, seen = parent, set()
    while above is not None and above.pk not in seen:
        if above.pk == organisation.pk:
            raise DomainError(_("An organisation cannot stand under itself. Choose another parent."))
        seen.add(above.pk)
        above = above.parent
    organisation.name, organisation.name_en, organisation.kind = name, name_en.strip(), kind
    organisation.area, organisation.parent = area, parent
    organisation.save()
    return organisation


@transaction.atomic
def close_organisation(*, organisation: Organisation, on: date, actor: User) -> Organisation:
    """The body no longer exists from a day on. Refused while people work there or are invited to: they move first."""
    _require(actor, organisation.area)
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if on <= organisation.valid_from:
        raise DomainError(_("It cannot end before it began. Nothing was changed."))
    staying = organisation.memberships.current(on).count()
    if staying:
        raise DomainError(
            _("%(count)s roles here go on after that day. Move or end them first; nothing was changed.")
            % {"count": staying}
        )
    if organisation.invitations.usable().exists():
        raise DomainError(_("Somebody is still invited to it. Withdraw the invitation first; nothing was changed."))
    organisation.valid_until = on
    organisation.save(update_fields=["valid_until"])
    return organisation
