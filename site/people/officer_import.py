"""Invites officers from a table: read and judged row by row first, then all invitations are made or none."""

import re
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.tables import Column, Table, make_form, read_table
from core.text import fold
from people.invitations import INVITATION_LIFETIME, wake_sender
from people.models import Duty, Invitation, Membership, Organisation, User, new_token
from people.organisations import OrganisationIndex, kind_of_name
from people.permissions import areas_to_grant, roles_to_grant
from people.roles import Role
from places.settlement_import import CommuneIndex

COLUMNS = (
    Column("name", "Họ và tên", ("Họ tên", "Tên", "Cán bộ", "Name", "Full name"), required=True),
    Column("email", "Thư điện tử", ("Email", "E-mail", "Địa chỉ email", "Hộp thư", "E-mail address"), required=True),
    Column("phone", "Điện thoại", ("Số điện thoại", "Điện thoại cơ quan", "SĐT", "Phone", "Work phone")),
    Column("organisation", "Cơ quan", ("Đơn vị", "Đơn vị công tác", "Cơ quan, đơn vị", "Organisation", "Unit"), True),
    Column("area", "Xã/phường", ("Xã", "Phường", "Tên xã", "Địa bàn", "Commune", "Area"), required=True),
    Column("post", "Chức vụ", ("Chức danh", "Post", "Position")),
    Column("role", "Vai trò", ("Role",), required=True),
    Column("duties", "Nhiệm vụ", ("Duties", "Duty")),
    Column("starts_on", "Từ ngày", ("Ngày bắt đầu", "From", "From date", "Start date")),
)
# Words people write for a role, folded; the codes and the English names are understood as well.
_ROLE_WORDS = {
    Role.ADMINISTRATOR: ("quan tri", "quan tri vien", "quan tri he thong"),
    Role.COMMUNICATOR: ("truyen thong", "can bo truyen thong", "bien tap", "bien tap vien", "tuyen truyen vien"),
    Role.TRANSLATOR: ("bien dich", "nguoi dich", "phien dich", "bien dich vien"),
    Role.REVIEWER: ("nguoi nghe lai", "nguoi ban ngu", "nguoi nghe", "nguoi ban ngu nghe lai"),
    Role.APPROVER: ("phe duyet", "nguoi duyet", "nguoi phe duyet"),
    Role.RADIO_OPERATOR: ("truyen thanh", "can bo truyen thanh", "truyen thanh xa", "can bo truyen thanh xa"),
    Role.TRAINER: ("giang vien",),
    Role.COURSE_MANAGER: ("quan ly lop", "quan ly khoa hoc", "quan ly lop hoc"),
    Role.TRAINEE: ("hoc vien",),
    Role.PROGRAMME_MANAGER: ("quan ly", "quan ly chuong trinh"),
    Role.SUPERVISOR: ("giam sat", "can bo giam sat"),
}
_ROLES = {word: role for role, words in _ROLE_WORDS.items() for word in words}
_ROLES |= {fold(role.value): role for role in Role} | {role.value.replace("-", " "): role for role in Role}
_ROLES["native reviewer"] = Role.REVIEWER
MAX_ROWS = 5000
# How far a first day may lie in the future.
_AHEAD = timedelta(days=366)
_EARLIEST = date(2000, 1, 1)


@dataclass
class OfficerRow:
    """One row: what it says, what is wrong, and what confirming would do."""

    number: int
    name: str = ""
    email: str = ""
    phone: str = ""
    organisation: int | None = None
    new_organisation: str = ""
    area: int | None = None
    post: str = ""
    role: str = ""
    duties: list[int] = field(default_factory=list)
    starts_on: str = ""
    organisation_text: str = ""
    area_text: str = ""
    errors: list[str] = field(default_factory=list)
    # "new", "renewed" (the old link had run out) or "same" (invited or in the role already).
    outcome: str = ""

    def values(self) -> dict:
        """What travels from the preview to the confirmation."""
        kept = asdict(self)
        for name in ("errors", "outcome", "organisation_text", "area_text"):
            kept.pop(name)
        return kept

    @property
    def role_label(self) -> str:
        return Role(self.role).label if self.role else ""


def read_officers(file, *, actor: User) -> list[OfficerRow]:
    """The rows of an uploaded list, each judged against what `actor` may give. Writes nothing."""
    return judge(read_table(file, COLUMNS, max_rows=MAX_ROWS), actor=actor)


def judge(table: Table, *, actor: User) -> list[OfficerRow]:
    reach = _Reach(actor)
    rows = []
    for source in table.rows:
        cells = source.cells
        row = OfficerRow(number=source.number, post=cells.get("post", ""), errors=list(source.errors))
        _read_person(row, cells)
        _read_place(row, cells, reach)
        _read_role(row, cells.get("role", ""), reach)
        _read_duties(row, cells.get("duties", ""), reach)
        _read_start(row, cells.get("starts_on", ""))
        if len(row.post) > Invitation._meta.get_field("post").max_length:
            row.errors.append(_t("The post is longer than 120 characters."))
        rows.append(row)
    _find_repeats(rows)
    _find_outcomes(rows)
    return rows


class _Reach:
    """What the importer may give where, and the names it is written with: read once for all rows."""

    def __init__(self, actor: User):
        units = areas_to_grant(actor)
        self.units = CommuneIndex(units)
        self.by_role = {
            role.value: set(areas_to_grant(actor, role).values_list("pk", flat=True)) for role in roles_to_grant(actor)
        }
        self.organisations = OrganisationIndex(Organisation.objects.current().in_areas(units).select_related("area"))
        self.duties: dict[str, int] = {}
        for duty in Duty.objects.all():
            for name in (duty.code, duty.name, duty.name_en):
                if name:
                    self.duties[fold(name)] = duty.pk


def _read_person(row: OfficerRow, cells: dict[str, str]) -> None:
    row.name, row.email = cells.get("name", ""), cells.get("email", "").lower()
    if not row.name:
        row.errors.append(_t("The name is missing."))
    elif len(row.name) > 120:
        row.errors.append(_t("The name is longer than 120 characters."))
    if not row.email:
        row.errors.append(_t("The e-mail address is missing."))
    else:
        try:
            validate_email(row.email)
        except ValidationError:
            row.errors.append(_t("“%s” is not an e-mail address.") % row.email)
    phone = re.sub(r"[\s.\-()]", "", cells.get("phone", ""))
    if re.fullmatch(r"[1-9]\d{8}", phone):
        phone = "0" + phone  # Excel took the leading zero.
    if phone and not re.fullmatch(r"\+?\d{8,15}", phone):
        row.errors.append(_t("“%s” is not a telephone number.") % cells["phone"])
        phone = ""
    row.phone = phone


def _read_place(row: OfficerRow, cells: dict[str, str], reach: _Reach) -> None:
    unit, reason = reach.units.find(cells.get("area", ""))
    row.area_text = unit.name if unit else cells.get("area", "")
    if unit is None:
        row.errors.append(reason)
    else:
        row.area = unit.pk
    row.organisation_text = name = cells.get("organisation", "")
    if not name:
        row.errors.append(_t("The organisation is missing."))
        return
    found = reach.organisations.find(name, row.area)
    if found is not None:
        row.organisation, row.organisation_text = found.pk, found.name
    elif len(name) > Organisation._meta.get_field("name").max_length:
        row.errors.append(_t("The name of the organisation is longer than 160 characters."))
    else:
        row.new_organisation = name


def _read_role(row: OfficerRow, text: str, reach: _Reach) -> None:
    if not text:
        row.errors.append(_t("The role is missing."))
        return
    role = _ROLES.get(fold(text))
    if role is None:
        known = ", ".join(str(Role(value).label) for value in reach.by_role)
        row.errors.append(
            _t("The role “%(text)s” is not known. You can give: %(known)s.") % {"text": text, "known": known}
        )
    elif role.value not in reach.by_role or (row.area and row.area not in reach.by_role[role.value]):
        row.errors.append(_t("You cannot give the role “%s” there.") % role.label)
    else:
        row.role = role.value


def _read_duties(row: OfficerRow, text: str, reach: _Reach) -> None:
    for word in re.split(r"[;\n]", text):
        if not word.strip():
            continue
        duty = reach.duties.get(fold(word))
        if duty is None:
            row.errors.append(_t("The duty “%s” is not known. Separate several with a semicolon.") % word.strip())
        elif duty not in row.duties:
            row.duties.append(duty)


def _read_start(row: OfficerRow, text: str) -> None:
    today = timezone.localdate()
    if not text:
        row.starts_on = today.isoformat()
        return
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            day = datetime.strptime(text, form).date()
        except ValueError:
            continue
        if not _EARLIEST <= day <= today + _AHEAD:
            row.errors.append(_t("The date %s is too far away.") % text)
        row.starts_on = day.isoformat()
        return
    row.errors.append(_t("“%s” is not a date. Write day/month/year, for example 01/09/2026.") % text)


def _key(row: OfficerRow) -> tuple:
    return row.email, row.role, row.area, row.organisation or fold(row.new_organisation)


def _find_repeats(rows: list[OfficerRow]) -> None:
    first: dict[tuple, int] = {}
    names: dict[str, tuple[int, str]] = {}
    for row in rows:
        if not row.email:
            continue
        number, name = names.setdefault(row.email, (row.number, row.name))
        if fold(name) != fold(row.name):
            row.errors.append(
                _t("The same address stands in row %(row)d with the name “%(name)s”.") % {"row": number, "name": name}
            )
        if row.role and row.area and _key(row) in first:
            row.errors.append(_t("The same person and role stand in row %d.") % first[_key(row)])
        first.setdefault(_key(row), row.number)


def _find_outcomes(rows: list[OfficerRow]) -> None:
    emails = {row.email for row in rows}
    today = timezone.localdate()
    held = set(
        Membership.objects.filter(user__email__in=emails)
        .exclude(ends_on__lte=today)
        .values_list("user__email", "role", "area_id", "organisation_id")
    )
    open_until = {
        tuple(key): until
        for *key, until in Invitation.objects.open()
        .filter(email__in=emails)
        .values_list("email", "role", "area_id", "organisation_id", "expires_at")
    }
    now = timezone.now()
    for row in rows:
        if row.errors:
            continue
        key = (row.email, row.role, row.area, row.organisation)
        if key in held or (key in open_until and open_until[key] > now):
            row.outcome = "same"
        else:
            row.outcome = "renewed" if key in open_until else "new"


@transaction.atomic
def invite_officers(*, rows: list[OfficerRow], actor: User) -> dict[str, int]:
    """Makes every invitation or none, and wakes the sender once; doing it again invites nobody twice.

    The rights of `actor` are asked anew: they may have changed since the preview. Returns how many were new, renewed
    and same.
    """
    # Two taps on "confirm" follow each other.
    User.objects.select_for_update().get(pk=actor.pk)
    reach = _Reach(actor)
    for row in rows:
        if row.errors or row.role not in reach.by_role or row.area not in reach.by_role[row.role]:
            raise PermissionDenied
    _place_organisations(rows, reach)
    _find_outcomes(rows)
    now = timezone.now()
    new = [
        Invitation(
            email=row.email, name=row.name, phone=row.phone, role=row.role, organisation_id=row.organisation,
            area_id=row.area, post=row.post, starts_on=date.fromisoformat(row.starts_on), invited_by=actor,
        )
        for row in rows
        if row.outcome == "new"
    ]  # fmt: skip
    Invitation.objects.bulk_create(new, batch_size=500)
    duties = {_key(row): row.duties for row in rows}
    through = Invitation.duties.through
    through.objects.bulk_create(
        [
            through(invitation_id=invitation.pk, duty_id=duty)
            for invitation in new
            for duty in duties[invitation.email, invitation.role, invitation.area_id, invitation.organisation_id]
        ],
        batch_size=500,
    )
    renewed = [row for row in rows if row.outcome == "renewed"]
    for row in renewed:
        Invitation.objects.open().filter(
            email=row.email, role=row.role, area_id=row.area, organisation_id=row.organisation
        ).update(token=new_token(), expires_at=now + INVITATION_LIFETIME, send_after=now, sent_at=None, send_attempts=0)
    if new or renewed:
        wake_sender()
    return {"new": len(new), "renewed": len(renewed), "same": len(rows) - len(new) - len(renewed)}


def _place_organisations(rows: list[OfficerRow], reach: _Reach) -> None:
    """Gives every row its organisation; makes those that are new, once each."""
    for row in rows:
        if row.organisation is None:
            found = reach.organisations.find(row.new_organisation, row.area)
            if found is None:
                found = Organisation.objects.create(
                    name=row.new_organisation,
                    kind=kind_of_name(row.new_organisation),
                    area=reach.units.communes[row.area],
                )
                reach.organisations.add(found)
            row.organisation = found.pk
        elif row.organisation not in reach.organisations:
            raise DomainError(
                _("Some rows are no longer right. Nothing was saved. Upload the file again to see which.")
            )


def officer_form(*, actor: User) -> bytes:
    """The empty form (XLSX) with an example row and the words that are understood."""
    unit = areas_to_grant(actor).communes().order_by("name").first()
    place = unit.name if unit else "Xã Tây Giang"
    example = [
        "Nguyễn Văn Mẫu", "mau@vidu.example", "0236 000 0000", f"UBND {place}", place, "Công chức văn hóa – xã hội",
        "cán bộ truyền thanh", "", "01/09/2026",
    ]  # fmt: skip
    return make_form(
        COLUMNS,
        title=_t("Officers"),
        examples=[example],
        notes=[
            _t("Delete the example row. One role of one person a row; only the work contact is kept."),
            _t("Role, one of: %s.") % ", ".join(str(role.label) for role in roles_to_grant(actor)),
            _t("Duties, one or several with a semicolon between: %s.") % ", ".join(str(d) for d in Duty.objects.all()),
            _t("Commune: the name of today, with its marks, or its official code."),
            _t("An organisation that is not known yet is made from its name."),
            _t("Nobody is invited until every row is right. Importing the same list again invites nobody twice."),
        ],
    )
