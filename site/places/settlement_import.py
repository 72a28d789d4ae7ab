"""Imports settlements (thôn, bản, tổ dân phố) from a table. Reading saves nothing: every row comes back with what is
wrong in it, and `save_settlements` takes all rows or none."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.tables import Column, Table, make_form, read_table
from core.text import fold, nfc
from places.models import AdministrativeUnit, Settlement
from places.names import bare_name, settlement_kind, split_settlement

COLUMNS = (
    Column(
        "commune", "Xã/phường",
        ("Xã", "Phường", "Xã, phường", "Tên xã", "Tên xã/phường", "Đơn vị", "Địa phương", "Commune", "Ward",
         "Commune or ward"),
        required=True,
    ),
    Column(
        "name", "Tên thôn",
        ("Thôn", "Tên", "Bản", "Thôn, bản", "Thôn/bản/tổ dân phố", "Tổ dân phố", "Tên thôn/bản/tổ dân phố",
         "Tên thôn/tổ dân phố", "Tên thôn, bản", "Tên bản", "Tên tổ dân phố", "Settlement", "Village", "Name",
         "Settlement name"),
        required=True,
    ),
    Column("kind", "Loại", ("Loại hình", "Phân loại", "Kind", "Type")),
    Column("households", "Số hộ", ("Số hộ dân", "Hộ", "Tổng số hộ", "Households", "Number of households")),
    Column("is_remote", "Vùng sâu vùng xa", ("Vùng xa", "Xa", "Remote")),
    Column("is_priority", "Địa bàn trọng điểm", ("Trọng điểm", "Priority", "Priority area")),
    # Only tells communes of like names apart: lists often carry the codes of before a merger.
    Column("code", "Mã xã", ("Mã xã/phường", "Mã ĐVHC", "Commune code", "Code")),
)  # fmt: skip
_YES = {"x", "co", "1", "yes", "y", "v", "true", "dung"}
_NO = {"", "0", "khong", "no", "n", "false", "sai", "-"}
MAX_HOUSEHOLDS = 5000


@dataclass
class SettlementRow:
    """One row of the table: what it says, what is wrong with it, and what saving it would do."""

    number: int
    commune: int | None = None
    kind: str = ""
    name: str = ""
    households: int | None = None
    is_remote: bool = False
    is_priority: bool = False
    commune_text: str = ""
    # The columns the table has: what it does not speak of stays as it is.
    present: tuple[str, ...] = ()
    errors: list[str] = field(default_factory=list)
    # "new", "changed" or "same", once the row is right.
    outcome: str = ""

    def fields(self) -> dict:
        """What the row says about its settlement."""
        said = {"kind": self.kind, "name": self.name}
        if self.households is not None:
            said["households"] = self.households
        for name in ("is_remote", "is_priority"):
            if name in self.present:
                said[name] = getattr(self, name)
        return said

    def values(self) -> dict:
        """What is saved, and what travels from the preview to the confirmation."""
        kept = asdict(self)
        for name in ("errors", "outcome", "commune_text"):
            kept.pop(name)
        return kept


def read_settlements(file, *, communes: Iterable[AdministrativeUnit]) -> list[SettlementRow]:
    """The rows of an uploaded list, each judged; `communes` are those the importer may write to (today's)."""
    return judge(read_table(file, COLUMNS), communes=communes)


def judge(table: Table, *, communes: Iterable[AdministrativeUnit]) -> list[SettlementRow]:
    """Turns a table into rows with their errors. Reads the database, writes nothing."""
    index = CommuneIndex(communes)
    rows = []
    for source in table.rows:
        cells = source.cells
        row = SettlementRow(number=source.number, commune_text=cells.get("commune", ""), errors=list(source.errors))
        row.present = tuple(name for name in ("is_remote", "is_priority") if name in table.columns)
        commune, reason = index.find(row.commune_text, code=cells.get("code", ""))
        if commune is None:
            row.errors.append(reason)
        else:
            row.commune, row.commune_text = commune.pk, commune.name
        _read_name(row, cells)
        _read_households(row, cells.get("households", ""))
        for name in ("is_remote", "is_priority"):
            _read_tick(row, name, cells.get(name, ""))
        rows.append(row)
    _find_repeats(rows)
    _find_outcomes(rows)
    return rows


def _read_name(row: SettlementRow, cells: dict[str, str]) -> None:
    stated = cells.get("kind", "")
    kind = settlement_kind(stated) if stated else ""
    if stated and not kind:
        row.errors.append(_t("The kind “%s” is not known. Write thôn, bản, tổ dân phố or khối phố.") % stated)
    name = cells.get("name", "")
    if not name:
        row.errors.append(_t("The name of the settlement is missing."))
        return
    row.kind, row.name = split_settlement(name, kind)
    if not row.kind and not stated:
        row.errors.append(_t("It is not clear what “%s” is. Write thôn, bản, tổ dân phố or khối phố before it.") % name)
    if len(row.name) > Settlement._meta.get_field("name").max_length:
        row.errors.append(_t("The name is longer than 80 characters."))


def _read_households(row: SettlementRow, text: str) -> None:
    if not text:
        return
    bare = re.sub(r"(?<=\d)[. ](?=\d{3}\b)", "", text)
    if not re.fullmatch(r"\d{1,6}", bare) or int(bare) > MAX_HOUSEHOLDS:
        row.errors.append(_t("“%(text)s” is not a number of households (0 to %(most)d).") % {
            "text": text, "most": MAX_HOUSEHOLDS,
        })  # fmt: skip
        return
    row.households = int(bare)


def _read_tick(row: SettlementRow, name: str, text: str) -> None:
    word = fold(text)
    if word in _YES:
        setattr(row, name, True)
    elif word not in _NO:
        row.errors.append(_t("“%s” is neither yes nor no. Write x, or leave it empty.") % text)


def _find_repeats(rows: list[SettlementRow]) -> None:
    first: dict[tuple, int] = {}
    for row in rows:
        if row.commune is None or not row.name:
            continue
        key = (row.commune, row.name.casefold())
        if key in first:
            row.errors.append(_t("The same settlement stands in row %d.") % first[key])
        first.setdefault(key, row.number)


def _find_outcomes(rows: list[SettlementRow]) -> None:
    known = _known({row.commune for row in rows if row.commune})
    for row in rows:
        if row.errors:
            continue
        settlement = known.get((row.commune, row.name.casefold()))
        row.outcome = "new" if settlement is None else "changed" if _differs(settlement, row) else "same"


def _known(communes: set[int]) -> dict[tuple[int, str], Settlement]:
    """Settlements of today by (commune of today, name); what was recorded before a merger is known as well."""
    owner = {}
    for commune, family in AdministrativeUnit.objects.filter(pk__in=communes).ancestry().items():
        for unit in family:
            owner.setdefault(unit, []).append(commune)
    found = {}
    for settlement in Settlement.objects.current().filter(commune__in=owner):
        for commune in owner[settlement.commune_id]:
            # What stands on the commune itself goes before what it inherited.
            key = (commune, nfc(settlement.name).casefold())
            if key not in found or settlement.commune_id == commune:
                found[key] = settlement
    return found


_SAVED = ["kind", "name", "households", "is_remote", "is_priority", "search_key"]


def _differs(settlement: Settlement, row: SettlementRow) -> bool:
    return any(getattr(settlement, name) != value for name, value in row.fields().items())


@transaction.atomic
def save_settlements(*, rows: list[SettlementRow], communes: Iterable[AdministrativeUnit]) -> dict[str, int]:
    """Saves all rows or none: adds what is new, updates what differs, leaves the rest; saving again changes nothing.

    `communes` are those the importer may write to now: they may have changed since the preview. Settlements that the
    list does not name stay. Returns how many were new, changed and same.
    """
    allowed = {commune.pk for commune in communes}
    if any(row.errors or row.commune not in allowed for row in rows):
        raise DomainError(_("Some rows are no longer right. Nothing was saved. Upload the file again to see which."))
    # Two imports into one commune, or two taps on "confirm", follow each other.
    list(AdministrativeUnit.objects.select_for_update().filter(pk__in={row.commune for row in rows}).order_by("pk"))
    _find_outcomes(rows)
    known = _known({row.commune for row in rows})
    today = timezone.localdate()
    new, changed = [], []
    for row in rows:
        if row.outcome == "new":
            new.append(Settlement(commune_id=row.commune, valid_from=today, search_key=fold(row.name), **row.fields()))
        elif row.outcome == "changed":
            settlement = known[row.commune, row.name.casefold()]
            for name, value in row.fields().items():
                setattr(settlement, name, value)
            settlement.search_key = fold(row.name)
            changed.append(settlement)
    Settlement.objects.bulk_create(new, batch_size=500)
    Settlement.objects.bulk_update(changed, _SAVED, batch_size=200)
    return {"new": len(new), "changed": len(changed), "same": len(rows) - len(new) - len(changed)}


class CommuneIndex:
    """Finds a commune of today among `communes` by its name, another spelling of it, or its official code."""

    def __init__(self, communes: Iterable[AdministrativeUnit]):
        self.communes = {commune.pk: commune for commune in communes}
        self.exact: dict[str, set[int]] = {}
        self.folded: dict[str, set[int]] = {}
        self.codes: dict[str, int] = {}
        names = [(pk, commune.name) for pk, commune in self.communes.items()]
        aliases = AdministrativeUnit.objects.filter(pk__in=self.communes, aliases__isnull=False)
        names += aliases.values_list("pk", "aliases__name")
        for pk, name in names:
            for form in {name, bare_name(name)}:
                self.exact.setdefault(nfc(form).casefold(), set()).add(pk)
                self.folded.setdefault(_loose(form), set()).add(pk)
        for pk, commune in self.communes.items():
            self.codes[commune.official_code] = pk

    def find(self, text: str, code: str = "") -> tuple[AdministrativeUnit | None, str]:
        """(commune, "") or (None, the reason in words). Exact marks go before a reading without them."""
        if not text:
            return None, _t("The commune is missing.")
        if text.isdigit() and text.zfill(5) in self.codes:
            return self.communes[self.codes[text.zfill(5)]], ""
        for key, names in (
            (text.casefold(), self.exact),
            (_loose(text), self.folded),
            (_loose(bare_name(text)), self.folded),
        ):
            found = names.get(key, set())
            if len(found) == 1:
                return self.communes[next(iter(found))], ""
            if found and self.codes.get(code.zfill(5)) in found:
                return self.communes[self.codes[code.zfill(5)]], ""
            if found:
                several = ", ".join(sorted(self.communes[pk].name for pk in found))
                return None, _t("“%(text)s” may be %(several)s. Write its marks, or its code.") % {
                    "text": text, "several": several,
                }  # fmt: skip
        return None, self._former(text) or _t("“%s” is not a commune of your area today.") % text

    def _former(self, text: str) -> str:
        """When the name is that of a commune that ended: what it is called now."""
        today = timezone.localdate()
        former = AdministrativeUnit.objects.communes().filter(
            valid_until__lte=today, short_name__iexact=bare_name(text)
        )
        names = sorted({unit.name for unit in former.successors(today) if unit.pk in self.communes})
        if not names:
            return ""
        return _t("“%(text)s” is no longer a commune; today it is %(names)s. Write the name of today.") % {
            "text": text, "names": ", ".join(names),
        }  # fmt: skip


def _loose(name: str) -> str:
    """Folded and without spaces: "A Xan", "Axan" and "a-xan" are one."""
    return re.sub(r"[\s\-]+", "", fold(name))


def settlement_form(communes: list[AdministrativeUnit]) -> bytes:
    """The empty form (XLSX) with two example rows."""
    name = communes[0].name if communes else "Xã Tây Giang"
    return make_form(
        COLUMNS,
        title=_t("Settlements"),
        examples=[[name, "Thôn A (ví dụ)", "", 85, "x", ""], [name, "Tổ dân phố 3 (ví dụ)", "", 120, "", "x"]],
        notes=[
            _t("Delete the two example rows. One settlement a row; its kind stands before the name."),
            _t("Commune: the name of today, with its marks, or its official code."),
            _t("Remote, priority: write x, or leave empty. Households: a whole number, or empty."),
            _t("Nothing is saved until every row is right. Importing the same list again changes nothing."),
        ],
    )
