"""Words that let somebody be recognised, found before a colleague reads them. A help, not a judge: a moderator reads all."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

_UP = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐƀɃ"
# A name as it is written, within a line.
_NAME = rf"[{_UP}]\w*(?:[^\S\n]+[{_UP}]\w*)*"
# What an address or a number of a person looks like: refused.
REFUSED = (
    (re.compile(r"(?:(?:\+|00)84|\b0)(?:[\s.\-]?\d){8,10}\b"), _("a telephone number")),
    (re.compile(r"\b\d(?:\s?\d){8,11}\b"), _("a number like that of an identity card")),
    (re.compile(r"[\w.+\-]+@[\w\-]+\.[\w.\-]+"), _("an e-mail address")),
    (re.compile(r"(?:facebook|fb|zalo|tiktok)\.(?:com|me)/\S+", re.IGNORECASE), _("the address of a person's page")),
)
# What may be innocent: shown, and to be looked at once more.
DOUBTFUL = (
    (
        re.compile(
            rf"\b(?:[Cc]hị|[Aa]nh|[Ee]m|[Bb]à|[Ôô]ng|[Cc]ô|[Cc]háu|[Bb]é|[Cc]hú)[^\S\n]+(?:[{_UP}]\w*\.?[^\S\n]*)+"
        ),
        _("a form of address with a name"),
    ),
    (re.compile(rf"\b[Tt]ên[^\S\n]+(?:là[^\S\n]+)?{_NAME}"), _("“named …”")),
    (re.compile(rf"(?<![\w.])(?:[{_UP}]\.\s?){{2,}}[{_UP}]?"), _("initials")),
    (re.compile(r"\b\d{1,2}\s*tuổi\b|\bsinh\s+(?:ngày|năm)\b", re.IGNORECASE), _("an age or a date of birth")),
    (re.compile(r"\b\d{1,2}[/\-.]\d{1,2}[/\-.](?:19|20)\d\d\b"), _("an exact day")),
    (
        re.compile(rf"\b(?:[Tt]hôn|[Bb]ản|[Tt]ổ dân phố|[Tt]ổ|[Ll]àng|[Nn]óc)[^\S\n]+(?:\d+|{_NAME})"),
        _("a village or a settlement"),
    ),
    (re.compile(r"\bnạn nhân\s+(?:là|tên|ở|quê|hiện)\b", re.IGNORECASE), _("what looks like a case")),
)


def _found(texts: tuple[str, ...], patterns) -> list[tuple[str, str]]:
    """The first of each kind. Texts are looked at one by one: a title's last word begins no name in the text below."""
    texts = [unicodedata.normalize("NFC", text) for text in texts]
    found: dict[str, str] = {}
    for pattern, what in patterns:
        if match := next(filter(None, map(pattern.search, texts)), None):
            found.setdefault(match.group().strip(), what)
    return list(found.items())


def refused(*texts: str) -> list[tuple[str, str]]:
    """[(the words found, what they are)]: nobody may post these."""
    return _found(texts, REFUSED)


def doubtful(*texts: str) -> list[tuple[str, str]]:
    """The same, for what may stand when somebody has looked at it once more."""
    return _found(texts, DOUBTFUL)


def check(*texts: str) -> None:
    """Refuses in words what nobody may post."""
    if found := refused(*texts):
        words = "; ".join(f"“{word}” ({what})" for word, what in found)
        raise DomainError(_("Nobody may be recognised. Take this out: %(words)s. Nothing was sent.") % {"words": words})
