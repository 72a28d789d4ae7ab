"""Text as it is kept (NFC) and text as it is searched (folded)."""

import re
import unicodedata

from django.db import models

# Letters whose stroke is not a combining mark, so NFD alone does not reach the base letter.
_STROKED = str.maketrans({"đ": "d", "Đ": "d", "ƀ": "b", "Ƀ": "b", "ł": "l", "ø": "o"})
# Inside Cơ Tu and Xơ Đăng words the apostrophe is a letter and stays in the text; only the search key drops it.
_APOSTROPHES = str.maketrans("", "", "'ʼ’‘`´")


# Signs nobody sees: a spreadsheet or a document that holds one cannot be written, PostgreSQL refuses some of them.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def nfc(text: str) -> str:
    """The form every text is saved in: NFC, a space for what nobody sees."""
    return unicodedata.normalize("NFC", _UNSEEN.sub(" ", text))


def fold(text: str) -> str:
    """The search key of `text`: no marks or apostrophes, lower case, single spaces ("Mua bán" → "mua ban")."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.translate(_STROKED)) if not unicodedata.combining(c))
    return " ".join(bare.translate(_APOSTROPHES).casefold().split())


class NfcCharField(models.CharField):
    """A CharField that saves NFC, so that equal words are equal strings."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return nfc(value) if isinstance(value, str) else value


class NfcTextField(models.TextField):
    """A TextField that saves NFC."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return nfc(value) if isinstance(value, str) else value
