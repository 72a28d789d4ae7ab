"""Loads the administrative units of data/places and the languages of the province. Running it again changes nothing.

One row is a unit with one name, one official code, one parent and one territory. When any of these changes, the row
ends and a new one begins, tied to it by a succession; so "within Quế Sơn on a day" and the rights of its officers are
right on every day. What this means on the two dates of change:

- 1/1/2025 (NQ 1241): Nông Sơn went into Quế Sơn, so both districts end and a new Quế Sơn begins; its communes are new
  rows because their parent is. A commune that took another in (An Xuân) is a new row because its territory is.
- 1/7/2025: every commune ends, because its district and its province do. Each district passed, in part, to the communes
  that its own communes became, so that a district officer's rights follow; the province passed to the city.

What the data do not know is left empty: no unit is marked remote or priority, that is for the province to set.
"""

import csv
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from places.models import AdministrativeUnit, Language, SpokenLanguage, Succession, UnitAlias
from places.names import bare_name, kind_of

FOLDER = Path(settings.ROOT) / "data" / "places"
START, NQ_1241, TWO_TIERS = date(2021, 1, 1), date(2025, 1, 1), date(2025, 7, 1)
NONG_SON, QUE_SON = "519", "509"
WHOLE, PART = Succession.Relation.WHOLE, Succession.Relation.PART

# tag, variety, own name, Vietnamese, English, locale, mode, words a minute, falls back to, position. Vietnamese words are
# syllables: news is read at about 180 a minute, to a loudspeaker slower. The other speeds are estimates until a
# native reader is timed; they are data and can be changed in /cms/.
_LANGUAGES = [
    ("vi", "", "Tiếng Việt", "Tiếng Việt", "Vietnamese", "vi", "text", 160, None, 10),
    ("ktv", "", "Cơ Tu", "Tiếng Cơ Tu", "Cơ Tu (Eastern Katu)", "ktv", "text", 120, "vi", 20),
    ("sed", "", "Xơ Đăng", "Tiếng Xơ Đăng", "Xơ Đăng (Sedang)", "sed", "text", 120, "vi", 30),
    ("kxy", "Ca Dong", "Ca Dong", "Tiếng Ca Dong", "Ca Dong (Kayong)", "", "audio", 120, "sed", 40),
    ("jeh", "", "Giẻ Triêng", "Tiếng Giẻ Triêng", "Giẻ Triêng (Jeh)", "jeh", "text", 120, "vi", 50),
    ("cua", "", "Cor", "Tiếng Cor", "Cor (Cua)", "cua", "text", 120, "vi", 60),
    ("en", "", "English", "Tiếng Anh", "English", "en", "text", 140, "vi", 70),
]

# District code of 2021 → languages spoken beside Vietnamese. A district-wide default until each commune confirms.
_SPOKEN = {
    "504": ["ktv"], "505": ["ktv"], "510": ["ktv", "jeh"], "511": ["jeh"], "515": ["kxy", "cua"], "516": ["sed", "kxy"],
}  # fmt: skip
_SPOKEN_SOURCE = "Mặc định theo huyện (2021), chờ xã xác nhận"


@transaction.atomic
def load_places() -> dict[str, int]:
    """Loads everything; returns how many units, successions and languages there are afterwards."""
    languages = _load_languages()
    if not AdministrativeUnit.objects.filter(level="district", official_code=QUE_SON, valid_from=START).exists():
        _Loader(languages).load()
    return {
        "units": AdministrativeUnit.objects.count(),
        "successions": Succession.objects.count(),
        "languages": len(languages),
    }


def _rows(name: str) -> list[dict]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _load_languages() -> dict[str, Language]:
    found: dict[str, Language] = {}
    for tag, variety, own, vi, en, locale, mode, speed, fallback, position in _LANGUAGES:
        found[tag], _created = Language.objects.get_or_create(
            tag=tag,
            variety=variety,
            defaults={
                "own_name": own, "name_vi": vi, "name_en": en, "locale": locale, "mode": mode,
                "words_per_minute": speed, "fallback": found.get(fallback), "position": position,
            },
        )  # fmt: skip
    return found


class _Loader:
    """One load. Communes of a day are kept by their official code of that day, which is safe within one day only."""

    def __init__(self, languages: dict[str, Language]):
        self.languages = languages
        self.links: dict[tuple[int, int], Succession] = {}

    def load(self) -> None:
        province = self._unit("province", "tinh", "49", "Tỉnh Quảng Nam", "Quang Nam Province", None, START, TWO_TIERS)
        old_city = self._unit(
            "province", "thanh-pho-tw", "48", "Thành phố Đà Nẵng", "Da Nang City", None, START, TWO_TIERS
        )
        city = self._unit("province", "thanh-pho-tw", "48", "Thành phố Đà Nẵng", "Da Nang City", None, TWO_TIERS, None)
        self._succeed(province, city)
        self._succeed(old_city, city)
        districts, later_districts = self._districts(province)
        latest = self._communes(districts, later_districts) | self._old_da_nang(old_city)
        self._communes_of_today(city, latest)
        Succession.objects.bulk_create(self.links.values())

    def _unit(self, level, kind, code, name, name_en, parent, start, end, **flags) -> AdministrativeUnit:
        return AdministrativeUnit.objects.create(
            level=level, kind=kind, official_code=code, name=name, short_name=bare_name(name), name_en=name_en,
            parent=parent, valid_from=start, valid_until=end, **flags,
        )  # fmt: skip

    def _succeed(self, old: AdministrativeUnit, new: AdministrativeUnit, relation=WHOLE, note: str = "") -> None:
        link = Succession(predecessor=old, successor=new, relation=relation, note=note)
        self.links.setdefault((old.pk, new.pk), link)

    def _districts(self, province) -> tuple[dict, dict]:
        """The 18 districts of 2021 and the 17 of the first half of 2025, by code."""
        districts, later = {}, {}
        for row in _rows("quangnam_2021_districts.csv"):
            code = row["district_code"]
            common = ("district", kind_of(row["level"]), code, row["district_name"], row["district_name_en"], province)
            flags = {"is_mountain": row["is_mountain"] == "1", "is_border": row["is_land_border"] == "1"}
            if code not in (NONG_SON, QUE_SON):
                districts[code] = later[code] = self._unit(*common, START, TWO_TIERS, **flags)
                continue
            districts[code] = self._unit(*common, START, NQ_1241, **flags)
            if code == QUE_SON:
                later[code] = self._unit(*common, NQ_1241, TWO_TIERS, **flags)
        self._succeed(districts[QUE_SON], later[QUE_SON])
        self._succeed(districts[NONG_SON], later[QUE_SON])
        return districts, later

    def _communes(self, districts, later_districts) -> dict[str, AdministrativeUnit]:
        """The 241 communes of 2021 and what became of them on 1/1/2025; returns the 233 by their code of then."""
        rows = _rows("quangnam_2021_communes.csv")
        taken_in = {
            row["commune_code_2025h1"] for row in rows if row["commune_code_2021"] != row["commune_code_2025h1"]
        }
        latest, origins = {}, {}
        for row in rows:
            district, code = row["district_code_2021"], row["commune_code_2021"]
            stays = (
                all(row[f"{field}_2021"] == row[f"{field}_2025h1"] for field in ("commune_code", "commune_name"))
                and district not in (NONG_SON, QUE_SON)
                and code not in taken_in
            )
            unit = self._unit(
                "commune", kind_of(row["commune_level_2021"]), code, row["commune_name_2021"],
                row["commune_name_ascii_2021"], districts[district], START, TWO_TIERS if stays else NQ_1241,
                is_mountain=row["is_mountain_district"] == "1", is_border=row["is_land_border_commune"] == "1",
            )  # fmt: skip
            self._alias(unit, row["spelling_in_merger_text"], instead_of=row["commune_name_2025h1"])
            for tag in _SPOKEN.get(district, []):
                SpokenLanguage.objects.create(unit=unit, language=self.languages[tag], source=_SPOKEN_SOURCE)
            if stays:
                latest[code] = unit
            else:
                origins.setdefault(row["commune_code_2025h1"], []).append(unit)
        for row in _rows("quangnam_2025h1_communes.csv"):
            code = row["commune_code"]
            if code in latest:
                continue
            before = origins[code]
            latest[code] = self._unit(
                "commune", kind_of(row["level"]), code, row["commune_name"], row["commune_name_en"],
                later_districts[row["district_code"]], NQ_1241, TWO_TIERS,
                is_mountain=any(u.is_mountain for u in before), is_border=any(u.is_border for u in before),
            )  # fmt: skip
            for unit in before:
                self._succeed(unit, latest[code])
            self._carry_over(before, latest[code])
        return latest

    def _old_da_nang(self, old_city) -> dict[str, AdministrativeUnit]:
        """The districts and communes of the old city that the map names, by code. Known from 1/1/2025 on."""
        communes, districts = {}, {}
        for row in _rows("map_2025h1_to_20250701.csv"):
            code, name, district = row["old_code"], row["old_name"], row["old_district_code"]
            if row["old_province_code"] != old_city.official_code or code in communes:
                continue
            if district not in districts:
                label = row["old_district_name"]
                districts[district] = self._unit(
                    "district", kind_of(label), district, label, "", old_city, NQ_1241, TWO_TIERS
                )
            if code == district:  # Hoàng Sa is a district without communes.
                communes[code] = districts[district]
            else:
                communes[code] = self._unit(
                    "commune", kind_of(name), code, name, "", districts[district], NQ_1241, TWO_TIERS
                )
        return communes

    def _communes_of_today(self, city, latest) -> None:
        new: dict[str, AdministrativeUnit] = {}
        before: dict[str, list[AdministrativeUnit]] = {}
        for row in _rows("danang_20250701_communes.csv"):
            new[row["commune_code"]] = self._unit(
                "commune", kind_of(row["level"]), row["commune_code"], row["commune_name"], row["commune_name_en"], city,
                TWO_TIERS, None, is_mountain=row["has_mountain_predecessor"] == "1",
                is_border=row["has_border_predecessor"] == "1",
            )  # fmt: skip
        for row in _rows("map_2025h1_to_20250701.csv"):
            old, successor = latest[row["old_code"]], new[row["new_code"]]
            self._succeed(old, successor, row["relation"], row["note"])
            before.setdefault(row["new_code"], []).append(old)
            if old.level == "commune":
                self._succeed(old.parent, successor, PART)
        for code, units in before.items():
            self._carry_over(units, new[code])

    def _carry_over(self, before: list[AdministrativeUnit], unit: AdministrativeUnit) -> None:
        """Spellings of a name that stays, and the languages spoken there: still a default, still to be confirmed."""
        for old in before:
            if old.name == unit.name:
                for alias in old.aliases.all():
                    self._alias(unit, alias.name)
        spoken = SpokenLanguage.objects.filter(unit__in=before).values_list("language", flat=True)
        SpokenLanguage.objects.bulk_create(
            SpokenLanguage(unit=unit, language_id=pk, source=_SPOKEN_SOURCE) for pk in sorted(set(spoken))
        )

    @staticmethod
    def _alias(unit: AdministrativeUnit, spelling: str, instead_of: str = "") -> None:
        # The merger text spells the name of 2025; when the unit had another name before, it says nothing about that.
        if spelling and spelling != unit.name and (not instead_of or instead_of == unit.name):
            UnitAlias.objects.get_or_create(unit=unit, name=spelling)
