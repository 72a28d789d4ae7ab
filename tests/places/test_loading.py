from datetime import date

import pytest
from django.core.management import call_command
from django.utils import translation

from core.text import fold
from places.models import AdministrativeUnit, Language, SpokenLanguage, Succession, UnitAlias

OLD, SPRING_2025, NEW = date(2024, 6, 1), date(2025, 3, 1), date(2026, 11, 1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places"), pytest.mark.services]


def unit(short_name: str, on: date, level: str = "commune") -> AdministrativeUnit:
    return AdministrativeUnit.objects.current(on).get(short_name=short_name, level=level)


def under(parent: AdministrativeUnit, level: str, on: date) -> int:
    return AdministrativeUnit.objects.within(parent, on=on).filter(level=level).count()


@pytest.mark.parametrize(
    ("on", "districts", "communes"), [(date(2021, 1, 1), 18, 241), (OLD, 18, 241), (SPRING_2025, 17, 233)]
)
def test_quang_nam_has_the_units_of_the_day(on, districts, communes):
    province = unit("Quảng Nam", on, "province")
    assert under(province, "district", on) == districts
    assert under(province, "commune", on) == communes


def test_province_ends_on_the_day_the_city_begins():
    last, first = date(2025, 6, 30), date(2025, 7, 1)
    province = unit("Quảng Nam", last, "province")
    assert not province.is_valid(first)
    assert list(AdministrativeUnit.objects.filter(pk=province.pk).successors(first)) == [
        unit("Đà Nẵng", first, "province")
    ]
    assert not AdministrativeUnit.objects.current(first).filter(level="district").exists()


def test_city_has_94_communes_of_which_78_come_from_quang_nam():
    city = unit("Đà Nẵng", NEW, "province")
    communes = AdministrativeUnit.objects.within(city, on=NEW).communes()
    assert communes.count() == 94
    assert {k: communes.filter(kind=k).count() for k in ("phuong", "xa", "dac-khu")} == {
        "phuong": 23, "xa": 70, "dac-khu": 1,
    }  # fmt: skip
    old_communes = AdministrativeUnit.objects.within(unit("Quảng Nam", SPRING_2025, "province"), on=SPRING_2025)
    from_quang_nam = communes.filter(succession_in__predecessor__in=old_communes.communes()).distinct()
    assert from_quang_nam.count() == 78
    assert {k: from_quang_nam.filter(kind=k).count() for k in ("phuong", "xa")} == {"phuong": 11, "xa": 67}
    assert set(AdministrativeUnit.objects.within(unit("Quảng Nam", OLD, "province"), on=NEW).communes()) == set(
        communes
    )


@pytest.mark.parametrize(
    ("district", "counts"),
    [
        # Communes on 1/6/2024, on 1/3/2025, and those of today that hold one of its communes.
        ("Tây Giang", (10, 10, 3)),
        ("Tiên Phước", (15, 14, 4)),
        ("Quế Sơn", (13, 18, 5)),
        ("Nông Sơn", (6, 18, 5)),
    ],
)
def test_within_a_district_follows_the_mergers(district, counts):
    row = unit(district, OLD, "district")
    assert tuple(under(row, "commune", on) for on in (OLD, SPRING_2025, NEW)) == counts


def test_tay_giang_district_stands_for_its_communes_of_today():
    today = AdministrativeUnit.objects.within(unit("Tây Giang", OLD, "district"), on=NEW)
    assert sorted(today.values_list("short_name", flat=True)) == ["Avương", "Hùng Sơn", "Tây Giang"]


def test_nong_son_went_wholly_into_a_new_que_son():
    old = AdministrativeUnit.objects.filter(
        level="district", official_code__in=("509", "519"), valid_from__lt=SPRING_2025
    )
    assert [u.valid_until for u in old.filter(valid_until__lte=SPRING_2025)] == [date(2025, 1, 1)] * 2
    assert [(u.name, u.valid_from) for u in old.filter(valid_until__lte=SPRING_2025).successors(SPRING_2025)] == [
        ("Huyện Quế Sơn", date(2025, 1, 1))
    ]


def test_every_old_commune_has_a_successor_today():
    lost = AdministrativeUnit.objects.filter(valid_until__isnull=False, succession_out=None)
    # Hoàng Sa alone was a district without communes; it has its special zone.
    assert list(lost) == []
    for on in (OLD, SPRING_2025):
        communes = AdministrativeUnit.objects.current(on).communes()
        assert communes.successors(NEW).exclude(level="commune").count() == 0


def test_successors_follow_two_mergers_to_one_whole():
    old = AdministrativeUnit.objects.get(short_name="Sơn Viên", level="commune")
    step = AdministrativeUnit.objects.filter(pk=old.pk).successors(SPRING_2025)
    assert [u.name for u in step] == ["Xã Quế Lộc"]
    today = AdministrativeUnit.objects.filter(pk=old.pk).successors(NEW)
    assert [u.name for u in today] == ["Xã Nông Sơn"]
    assert set(old.succession_out.values_list("relation", flat=True)) == {"whole"}


def test_hoa_lien_alone_was_split_into_parts():
    hoa_lien = AdministrativeUnit.objects.get(name="Xã Hòa Liên")
    successors = AdministrativeUnit.objects.filter(pk=hoa_lien.pk).successors(NEW)
    assert sorted(u.name for u in successors) == ["Phường Hải Vân", "Phường Liên Chiểu"]
    split = Succession.objects.filter(relation="part", predecessor__level="commune").values_list(
        "predecessor__name", flat=True
    )
    assert list(split) == ["Xã Hòa Liên", "Xã Hòa Liên"]


def test_official_code_is_reused_and_tells_two_units_apart_by_date():
    rows = AdministrativeUnit.objects.filter(level="commune", official_code="20443").order_by("valid_from")
    assert [(u.name, u.valid_from, u.valid_until) for u in rows] == [
        ("Xã A Xan", date(2021, 1, 1), date(2025, 7, 1)),
        ("Xã Hùng Sơn", date(2025, 7, 1), None),
    ]
    assert [u.name for u in AdministrativeUnit.objects.filter(pk=rows[0].pk).successors(NEW)] == ["Xã Hùng Sơn"]
    codes = AdministrativeUnit.objects.current(SPRING_2025).values("official_code")
    today = AdministrativeUnit.objects.within(unit("Quảng Nam", OLD, "province"), on=NEW).communes()
    reused = today.filter(official_code__in=codes, succession_in__predecessor__parent__parent__official_code="49")
    assert reused.distinct().count() == 78


def test_folded_names_collide_and_stay_apart():
    names = ["Tam Thanh", "Tam Thành", "Tam Thạnh"]
    assert {fold(name) for name in names} == {"tam thanh"}
    found = AdministrativeUnit.objects.current(OLD).communes().filter(short_name__in=names)
    assert sorted(u.short_name for u in found) == sorted(names)
    assert {u.parent.short_name for u in found} == {"Tam Kỳ", "Phú Ninh", "Núi Thành"}
    assert AdministrativeUnit.objects.current(OLD).communes().filter(search_key__contains="tam thanh").count() == 3


def test_other_spellings_are_aliases():
    assert UnitAlias.objects.filter(name="Xã Bhalêê").first().unit.name == "Xã Bha Lê"
    assert UnitAlias.objects.filter(name="Xã Tà Bhing").first().unit.name == "Xã Tà Bhinh"
    # A name that changed on 1/1/2025 is no spelling of the name before.
    assert not UnitAlias.objects.filter(unit__short_name="Hiệp Hòa").exists()


def test_flags_of_today_come_from_the_predecessors():
    today = AdministrativeUnit.objects.current(NEW).communes()
    assert today.filter(is_mountain=True).count() == 37
    assert sorted(today.filter(is_border=True).values_list("short_name", flat=True)) == [
        "Avương", "Hùng Sơn", "La Dêê", "La Êê", "Tây Giang", "Đắc Pring",
    ]  # fmt: skip
    assert AdministrativeUnit.objects.current(OLD).communes().filter(is_border=True).count() == 14
    assert not AdministrativeUnit.objects.filter(is_remote=True).exists()
    assert not AdministrativeUnit.objects.filter(is_priority=True).exists()


def test_languages_have_tags_speeds_and_fallbacks():
    assert list(Language.objects.values_list("tag", flat=True)) == ["vi", "ktv", "sed", "kxy", "jeh", "cua", "en"]
    ca_dong = Language.objects.get(tag="kxy")
    assert (ca_dong.mode, ca_dong.locale, ca_dong.variety) == ("audio", "", "Ca Dong")
    assert [language.tag for language in ca_dong.fallback_chain()] == ["kxy", "sed", "vi"]
    with translation.override("vi"):
        assert ca_dong.label == "Tiếng Ca Dong"
    with translation.override("en"):
        assert ca_dong.label == "Ca Dong (Kayong)"


def test_fallback_chain_ends_where_a_circle_closes():
    vi, en = Language.objects.get(tag="vi"), Language.objects.get(tag="en")
    vi.fallback = en
    vi.save()
    assert [language.tag for language in Language.objects.get(tag="en").fallback_chain()] == ["en", "vi"]


@pytest.mark.parametrize(
    ("commune", "on", "tags"),
    [
        ("Tây Giang", NEW, ["ktv"]),
        ("La Dêê", NEW, ["ktv", "jeh"]),
        ("Trà My", NEW, ["kxy", "cua"]),
        ("Trà Tập", NEW, ["sed", "kxy"]),
        ("Tam Kỳ", NEW, []),
        ("Trà Tập", OLD, ["sed", "kxy"]),
    ],
)
def test_spoken_languages_are_carried_over_to_the_communes_of_today(commune, on, tags):
    row = unit(commune, on)
    assert [language.tag for language in Language.objects.spoken_in(row)] == tags


def test_spoken_languages_are_defaults_until_confirmed():
    assert SpokenLanguage.objects.exists()
    assert not SpokenLanguage.objects.filter(is_confirmed=True).exists()
    assert set(SpokenLanguage.objects.values_list("source", flat=True)) == {
        "Mặc định theo huyện (2021), chờ xã xác nhận"
    }


def test_loading_again_changes_nothing(capsys):
    before = (
        list(AdministrativeUnit.objects.order_by("pk").values()),
        list(Succession.objects.order_by("pk").values()),
        list(SpokenLanguage.objects.order_by("pk").values()),
    )
    call_command("load_places")
    call_command("load_places")
    after = (
        list(AdministrativeUnit.objects.order_by("pk").values()),
        list(Succession.objects.order_by("pk").values()),
        list(SpokenLanguage.objects.order_by("pk").values()),
    )
    assert after == before
    counts = f"{len(before[0])} units, {len(before[1])} successions, 7 languages\n"
    assert capsys.readouterr().out == counts * 2


def test_questions_about_units_cost_few_queries(django_assert_num_queries):
    district = unit("Nông Sơn", OLD, "district")
    with django_assert_num_queries(1):
        assert len(AdministrativeUnit.objects.within(district, on=OLD)) == 7
    # Two generations of successors, then the units under them.
    with django_assert_num_queries(3):
        assert len(AdministrativeUnit.objects.within(district, on=NEW)) == 5
    city = unit("Đà Nẵng", NEW, "province")
    with django_assert_num_queries(1):
        assert len(AdministrativeUnit.objects.within(city, on=NEW)) == 95
    with django_assert_num_queries(2):
        family = AdministrativeUnit.objects.within(city, on=NEW).communes().ancestry()
    assert len(family) == 94
