"""Text as it is kept."""

import io

import openpyxl
import pytest

from core.sheets import workbook
from core.text import nfc


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Đà\x0bNẵng", "Đà Nẵng"),
        ("a\x00b\x01c", "a b c"),
        ("lẻ \ud83d", "lẻ  "),
        ("một\r\nhai\tba", "một\r\nhai\tba"),
        ("Tây Giang", "Tây Giang"),
        ("😀", "😀"),
    ],
)
def test_what_nobody_sees_is_kept_as_a_space(typed, kept):
    assert nfc(typed) == kept
    assert nfc(typed).encode()


def test_a_sheet_is_written_whatever_a_cell_says():
    data = workbook("thử", {"Sổ": (["Lý do"], [["nhầm\x01"], ["\x02=1+1"], ["=1+1"], [3]])})
    rows = openpyxl.load_workbook(io.BytesIO(data))["Sổ"].iter_rows(min_row=2, values_only=True)
    assert [value for (value,) in rows] == ["nhầm", "'=1+1", "'=1+1", 3]
