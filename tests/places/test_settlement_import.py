from datetime import date

import pytest

from core.errors import DomainError
from places.models import AdministrativeUnit, Settlement
from places.names import bare_name, split_settlement
from places.settlement_import import CommuneIndex, read_settlements, save_settlements, settlement_form
from tests.factories import make_commune, make_province, merge
from tests.places.sheets import text, xlsx

HEADER = ["Tên xã", "Thôn/bản/tổ dân phố", "Số hộ", "Vùng sâu, vùng xa", "Trọng điểm"]
pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def communes():
    return [make_commune("Xã Hùng Sơn"), make_commune("Xã Tam Thanh"), make_commune("Xã Tam Thạnh")]


def read(communes, *rows, header=HEADER):
    return read_settlements(xlsx([header, *rows]), communes=communes)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("Thôn Aur", "", ("thon", "Thôn Aur")),
        ("thôn  Aur", "", ("thon", "Thôn Aur")),
        ("bản A", "", ("ban", "Bản A")),
        ("TDP. 3", "", ("to-dan-pho", "Tổ dân phố 3")),
        ("Tổ dân phố số 3", "", ("to-dan-pho", "Tổ dân phố số 3")),
        ("To dan pho 3", "", ("to-dan-pho", "Tổ dân phố 3")),
        ("Khối An Hội", "", ("khoi-pho", "Khối phố An Hội")),
        ("Aur", "thon", ("thon", "Thôn Aur")),
        ("Bản Lúc", "thon", ("thon", "Thôn Bản Lúc")),
        ("Ban Mai", "thon", ("thon", "Thôn Ban Mai")),
        ("Ban Mai", "", ("", "Ban Mai")),
    ],
)
def test_split_settlement_reads_the_kind_before_the_name(name, kind, expected):
    assert split_settlement(name, kind) == expected


@pytest.mark.parametrize(
    ("name", "bare"),
    [("Xã Hùng Sơn", "Hùng Sơn"), ("xã  Hùng Sơn", "Hùng Sơn"), ("Thị trấn P Rao", "P Rao"), ("Xanh", "Xanh")],
)
def test_bare_name_drops_only_the_kind(name, bare):
    assert bare_name(name) == bare


def test_rows_are_read_with_their_values(communes):
    (row,) = read(communes, ["Hùng Sơn", "Thôn Aur", "1.021", "x", ""])
    assert row.errors == []
    assert (row.commune, row.kind, row.name, row.households) == (communes[0].pk, "thon", "Thôn Aur", 1021)
    assert (row.is_remote, row.is_priority, row.outcome) == (True, False, "new")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["", "Thôn 1", 1, "", ""], "The commune is missing."),
        (["Xã Không Có", "Thôn 1", 1, "", ""], "“Xã Không Có” is not a commune of your area today."),
        (["tam thanh.", "Thôn 1", 1, "", ""], "“tam thanh.” is not a commune of your area today."),
        (
            ["Xa Tam Thanh", "Thôn 1", 1, "", ""],
            "“Xa Tam Thanh” may be Xã Tam Thanh, Xã Tam Thạnh. Write its marks, or its code.",
        ),
        (["Hùng Sơn", "", 1, "", ""], "The name of the settlement is missing."),
        (
            ["Hùng Sơn", "Aur", 1, "", ""],
            "It is not clear what “Aur” is. Write thôn, bản, tổ dân phố or khối phố before it.",
        ),
        (["Hùng Sơn", "Thôn " + "a" * 90, 1, "", ""], "The name is longer than 80 characters."),
        (["Hùng Sơn", "Thôn 1", -4, "", ""], "“-4” is not a number of households (0 to 5000)."),
        (["Hùng Sơn", "Thôn 1", "nhiều", "", ""], "“nhiều” is not a number of households (0 to 5000)."),
        (["Hùng Sơn", "Thôn 1", 5001, "", ""], "“5001” is not a number of households (0 to 5000)."),
        (["Hùng Sơn", "Thôn 1", 1.5, "", ""], "“1.5” is not a number of households (0 to 5000)."),
        (["Hùng Sơn", "Thôn 1", 1, "có lẽ", ""], "“có lẽ” is neither yes nor no. Write x, or leave it empty."),
        (["Hùng Sơn", "Thôn 1", "=1+1", "", ""], "“Số hộ” is a formula without a saved value: paste it as a value."),
    ],
)
def test_bad_row_says_what_is_wrong(communes, row, reason):
    (read_row,) = read(communes, row)
    assert read_row.errors == [reason]
    assert read_row.outcome == ""


def test_every_error_of_a_row_is_told(communes):
    (row,) = read(communes, ["?", "", "x", "?", "?"])
    assert len(row.errors) == 5


def test_unknown_kind_is_told(communes):
    (row,) = read(communes, ["Hùng Sơn", "Aur", "phum"], header=["Xã", "Tên thôn", "Loại"])
    assert row.errors == ["The kind “phum” is not known. Write thôn, bản, tổ dân phố or khối phố."]


def test_repeated_row_names_the_first(communes):
    rows = read(
        communes, ["Hùng Sơn", "Thôn Aur", 1, "", ""], ["Xã Hùng Sơn", "thôn AUR", 2, "", ""], ["Tam Thanh", "Thôn Aur"]
    )
    assert [row.errors for row in rows] == [[], ["The same settlement stands in row 2."], []]


def test_commune_is_found_by_alias_code_and_marks(communes):
    from places.models import UnitAlias

    UnitAlias.objects.create(unit=communes[0], name="Xã Hùng-Sươn")
    AdministrativeUnit.objects.filter(pk=communes[0].pk).update(official_code="20443")
    AdministrativeUnit.objects.filter(pk=communes[1].pk).update(official_code="00123")
    index = CommuneIndex(AdministrativeUnit.objects.filter(pk__in=[c.pk for c in communes]))
    for text_, expected in [
        ("Hùng Sươn", communes[0]), ("hung son", communes[0]), ("HÙNG SƠN", communes[0]), ("20443", communes[0]),
        ("123", communes[1]), ("Tam Thạnh", communes[2]), ("Xã tam thanh", communes[1]),
    ]:  # fmt: skip
        assert index.find(text_) == (expected, "")
    assert index.find("xa tam thanh", code="123") == (communes[1], "")


def test_commune_outside_the_area_is_refused(communes):
    (row,) = read(communes[:1], ["Tam Thanh", "Thôn 1", 1, "", ""])
    assert row.errors == ["“Tam Thanh” is not a commune of your area today."]


def test_name_of_a_former_commune_is_answered_with_the_one_of_today(communes):
    old = make_commune("Xã A Xan", valid_from=date(2021, 1, 1))
    merge(old, communes[0])
    (row,) = read(communes, ["A Xan", "Thôn 1", 1, "", ""])
    assert row.errors == ["“A Xan” is no longer a commune; today it is Xã Hùng Sơn. Write the name of today."]


def test_saving_takes_all_rows_and_again_changes_nothing(communes):
    rows = read(communes, ["Hùng Sơn", "Thôn Aur", 21, "x", ""], ["Tam Thanh", "Tổ dân phố 3", "", "", "x"])
    assert save_settlements(rows=rows, communes=communes) == {"new": 2, "changed": 0, "same": 0}
    assert save_settlements(rows=rows, communes=communes) == {"new": 0, "changed": 0, "same": 2}
    assert sorted(
        Settlement.objects.values_list("commune__short_name", "kind", "name", "households", "search_key")
    ) == [
        ("Hùng Sơn", "thon", "Thôn Aur", 21, "thon aur"),
        ("Tam Thanh", "to-dan-pho", "Tổ dân phố 3", None, "to dan pho 3"),
    ]


def test_changed_row_updates_only_what_the_list_speaks_of(communes):
    save_settlements(rows=read(communes, ["Hùng Sơn", "Thôn Aur", 21, "x", ""]), communes=communes)
    rows = read(communes, ["Hùng Sơn", "Thôn Aur", 25], header=HEADER[:3])
    assert [row.outcome for row in rows] == ["changed"]
    assert save_settlements(rows=rows, communes=communes) == {"new": 0, "changed": 1, "same": 0}
    settlement = Settlement.objects.get()
    assert (settlement.households, settlement.is_remote) == (25, True)


def test_one_bad_row_saves_nothing(communes):
    rows = read(communes, ["Hùng Sơn", "Thôn Aur", 21], ["Hùng Sơn", "Thôn B", "nhiều"])
    with pytest.raises(DomainError, match="Nothing was saved"):
        save_settlements(rows=rows, communes=communes)
    assert Settlement.objects.count() == 0


def test_area_lost_since_the_preview_saves_nothing(communes):
    rows = read(communes, ["Hùng Sơn", "Thôn Aur", 21], ["Tam Thanh", "Thôn B", 2])
    with pytest.raises(DomainError, match="Nothing was saved"):
        save_settlements(rows=rows, communes=communes[:1])
    assert Settlement.objects.count() == 0


def test_settlement_recorded_before_a_merger_is_known_not_doubled(communes):
    old = make_commune("Xã A Xan", valid_from=date(2021, 1, 1))
    Settlement.objects.create(commune=old, kind="thon", name="Thôn Aur", valid_from=date(2022, 1, 1))
    merge(old, communes[0])
    rows = read(communes, ["Hùng Sơn", "Thôn Aur", 21])
    assert [row.outcome for row in rows] == ["changed"]
    save_settlements(rows=rows, communes=communes)
    assert Settlement.objects.count() == 1
    assert [s.households for s in Settlement.objects.within(communes[0])] == [21]


def test_reading_costs_the_same_for_one_row_and_many(communes, django_assert_num_queries):
    with django_assert_num_queries(4):
        read(communes, ["Hùng Sơn", "Thôn 1", 1])
    with django_assert_num_queries(4):
        read(communes, *[["Hùng Sơn", f"Thôn {n}", 1] for n in range(60)])


def test_form_holds_the_columns_and_reads_back(communes):
    import io

    rows = read_settlements(io.BytesIO(settlement_form(communes)), communes=communes)
    assert [(row.name, row.households, row.is_remote, row.is_priority) for row in rows] == [
        ("Thôn A (ví dụ)", 85, True, False),
        ("Tổ dân phố 3 (ví dụ)", 120, False, True),
    ]


def test_csv_in_english_reads_as_well(communes):
    file = text("Commune;Settlement;Households;Remote\nHung Son;Thon Aur;9;yes\n", "utf-16")
    (row,) = read_settlements(file, communes=communes)
    assert (row.errors, row.name, row.households, row.is_remote) == ([], "Thôn Aur", 9, True)


def test_national_size_list_is_read_within_seconds(communes, django_assert_max_num_queries):
    import time

    lines = "".join(f"Hùng Sơn;Thôn {n};{n % 200}\n" for n in range(20_000))
    started = time.process_time()
    with django_assert_max_num_queries(4):
        rows = read_settlements(text("Xã;Thôn;Số hộ\n" + lines), communes=communes)
    assert (len(rows), any(row.errors for row in rows)) == (20_000, False)
    assert time.process_time() - started < 10


def test_settlements_within_a_province_of_today():
    province = make_province()
    commune = make_commune("Xã Một", province)
    Settlement.objects.create(commune=commune, name="Thôn 1", valid_from=date(2025, 8, 1))
    gone = Settlement.objects.create(
        commune=commune, name="Thôn 2", valid_from=date(2025, 8, 1), valid_until=date(2026, 1, 1)
    )
    assert [s.name for s in Settlement.objects.within(province)] == ["Thôn 1"]
    assert gone in Settlement.objects.within(province, on=date(2025, 12, 31))
