"""The memory of translated sentences: how a stored text reads in a box or a file and how what is typed there is stored, and
which sentence that has a translation is most like one that has none.
"""

import difflib
import html
import re

from django.utils.translation import gettext as _
from wagtail_localize.models import StringSegment, StringTranslation
from wagtail_localize.strings import StringValue, validate_translation_links

from campaigns.pages.entries import exact_words
from core.errors import DomainError
from core.text import nfc

# A sentence that shares this much of its words with another, in their order, is worth showing to its translator; of two
# or three words nothing can be said.
ALIKE, FEWEST_WORDS = 0.6, 4


def is_marked_up(source: str) -> bool:
    """Does the Vietnamese carry bold, links …? Then its translation is written with the same marks."""
    return bool(re.search(r"<(?!br\s*/?>)", source))


def readable(data: str, marked_up: bool) -> str:
    """Stored text as it stands in a box or a file."""
    return data if marked_up else html.unescape(re.sub(r"<br\s*/?>", "\n", data))


def stored(text: str, source: str) -> str:
    """What somebody typed as it is kept; raises DomainError when its marks are not those of the Vietnamese."""
    text = nfc(text.replace("\r\n", "\n")).strip()
    if not text:
        return ""
    if not is_marked_up(source):
        return StringValue.from_plaintext(text).data
    try:
        value = StringValue.from_translated_html(text.replace("\n", " ")).data
        validate_translation_links(source, value)
    except ValueError as wrong:
        raise DomainError(_("Keep the marks of the Vietnamese as they are: %(why)s") % {"why": wrong}) from wrong
    return value


def in_place(suggestion: StringTranslation, segment: StringSegment) -> str:
    """A stored translation as it would stand in the box of another sentence, without marks that one does not carry."""
    marked_up = is_marked_up(segment.string.data)
    text = readable(suggestion.data, is_marked_up(suggestion.translation_of.data))
    return text if marked_up else html.unescape(re.sub(r"<[^>]*>", "", text))


def _in_words(data: str) -> list[str]:
    return exact_words(re.sub(r"<[^>]*>", " ", readable(data, False))).split()


def most_alike(wanted: list[str], rows) -> dict[str, int]:
    """Of Vietnamese sentences (stored, unlike any in `rows`): sentence → id of the row of `rows`, translations into one
    language, whose Vietnamese is most like it, where one is alike enough. Of two translations the newer counts."""
    known = {data: pk for pk, data in rows.order_by("updated_at").values_list("pk", "translation_of__data")}
    memory, places = [], {}
    for data, pk in known.items():
        if len(words := _in_words(data)) >= FEWEST_WORDS:
            for word in set(words):
                places.setdefault(word, []).append(len(memory))
            memory.append((pk, words, set(words)))
    found = {}
    for sentence in wanted:
        words = _in_words(sentence)
        if len(words) < FEWEST_WORDS:
            continue
        best, own = ALIKE, set(words)
        # Two that are alike share one of the rarer words of either; the commonest stand everywhere.
        rare = sorted(own, key=lambda word: len(places.get(word, ())))[: len(own) * 2 // 3 + 1]
        for number in sorted({number for word in rare for number in places.get(word, ())}):
            pk, theirs, as_set = memory[number]
            # What they can share at most; comparing in order costs a hundred times more.
            if 2 * len(own & as_set) < best * (len(own) + len(as_set)):
                continue
            ratio = difflib.SequenceMatcher(None, words, theirs, autojunk=False).ratio()
            if ratio >= best:
                best, found[sentence] = ratio, pk
    return found
