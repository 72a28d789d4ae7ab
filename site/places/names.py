"""The words that stand before a unit's or a settlement's name, and what they mean."""

import re

from core.text import fold, nfc

# Longest first: "Thành phố" must be tried before "Thành".
KINDS = {
    "Thành phố": "thanh-pho", "Thị trấn": "thi-tran", "Đặc khu": "dac-khu", "Thị xã": "thi-xa", "Phường": "phuong",
    "Huyện": "huyen", "Tỉnh": "tinh", "Quận": "quan", "Xã": "xa",
}  # fmt: skip

# What people write in a column "kind", folded → Settlement.Kind.
_SETTLEMENT_KINDS = {
    "to dan pho": "to-dan-pho", "khoi pho": "khoi-pho", "to dp": "to-dan-pho", "khoi": "khoi-pho", "thon": "thon",
    "ban": "ban", "tdp": "to-dan-pho", "to": "to-dan-pho", "kp": "khoi-pho", "lang": "thon", "village": "thon",
    "hamlet": "ban", "residential group": "to-dan-pho", "block": "khoi-pho",
}  # fmt: skip
# What stands before a name. Without its marks only where no name begins so ("Ban Mai" is a name).
_LEADING = {
    "tổ dân phố": "to-dan-pho", "to dan pho": "to-dan-pho", "khối phố": "khoi-pho", "khoi pho": "khoi-pho",
    "tổ dp": "to-dan-pho", "tdp": "to-dan-pho", "khối": "khoi-pho", "thôn": "thon", "thon": "thon", "bản": "ban",
    "tổ": "to-dan-pho", "kp": "khoi-pho",
}  # fmt: skip
SETTLEMENT_WORDS = {"thon": "Thôn", "ban": "Bản", "to-dan-pho": "Tổ dân phố", "khoi-pho": "Khối phố"}


def kind_of(name: str) -> str:
    """AdministrativeUnit.Kind of a full name ("Xã Hùng Sơn") or of the bare word ("Xã"); KeyError for another word."""
    for word, kind in KINDS.items():
        if name == word or name.startswith(word + " "):
            return kind
    raise KeyError(name)


def bare_name(name: str) -> str:
    """The name without its kind: "Xã Hùng Sơn" → "Hùng Sơn"; a name without a kind stays itself."""
    name = " ".join(nfc(name).split())
    for word in KINDS:
        if name.casefold().startswith(word.casefold() + " "):
            return name[len(word) + 1 :]
    return name


def settlement_kind(word: str) -> str:
    """Settlement.Kind of a word as people write it, or "" for another word."""
    return _SETTLEMENT_KINDS.get(fold(word).rstrip("."), "")


def split_settlement(name: str, kind: str = "") -> tuple[str, str]:
    """(Settlement.Kind or "", full name) of "Thôn Aur" or "TDP. 3", or of "Aur" with its kind given beside it.

    The full name opens with the kind's word written out. A given kind wins: "Bản" in front of a name then is part of it.
    """
    name = re.sub(r"^(tdp|kp|tổ dp)\.\s*", r"\1 ", " ".join(nfc(name).split()), flags=re.IGNORECASE)
    for word, found in _LEADING.items():
        if name.casefold().startswith(word + " ") and kind in ("", found):
            return found, f"{SETTLEMENT_WORDS[found]} {name[len(word) + 1 :]}"
    return kind, f"{SETTLEMENT_WORDS[kind]} {name}" if kind else name
