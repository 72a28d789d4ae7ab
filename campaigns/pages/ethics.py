"""What a page must be before it goes out: the editorial checklist, as far as a machine can check it.

Each check takes a page and yields findings. A finding that stops keeps the page from being approved; the others are shown
to the writer and the approver, who decide. What a reader must judge (is anybody accused, is a village named) stays with
the approver.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from wagtail.images.blocks import ImageBlock

from campaigns.blocks import is_small_count
from campaigns.models import ExplainerPage, Hotline, MaterialPage, PageMedia, Picture, SitePage, WatchedWord
from campaigns.pages.entries import exact_words
from places.models import Language


@dataclass(frozen=True)
class Finding:
    """`stops`: with it the page cannot be approved. `text`: what is wrong and what to do."""

    text: str
    stops: bool = True


def findings(page: SitePage) -> list[Finding]:
    """Everything found on a page as it is now (a draft, as its revision gives it)."""
    return [finding for check in _CHECKS for finding in check(page)]


def _words(page: SitePage) -> str:
    return "\n".join((page.title, *page.entry_texts()))


def word_findings(text: str, tag: str) -> Iterator[Finding]:
    """What must not be said, in any text of a language: hurting words, and what leads to one person."""
    yield from said_badly(text, WatchedWord.objects.filter(language__tag=tag))


def said_badly(text: str, words: Iterable[WatchedWord]) -> Iterator[Finding]:
    """The same where the words to avoid of the language are at hand."""
    yield from _watched(text, words)
    yield from _leading_to_one(text)


def _watched_words(page) -> Iterator[Finding]:
    tag = page.content_locale.language_code
    yield from _watched(_words(page), WatchedWord.objects.filter(language__tag=tag))


def _watched(text: str, words: Iterable[WatchedWord]) -> Iterator[Finding]:
    said = exact_words(text) + " "
    for watched in words:
        if f"{exact_words(watched.word)} " in said:
            instead = _("Say “%s”.") % watched.instead if watched.instead else _("Say it another way.")
            yield Finding(
                _("“%(word)s” hurts or blames people. %(instead)s") % {"word": watched.word, "instead": instead},
                stops=watched.weight == WatchedWord.Weight.STOP,
            )


def _hotline(page) -> Iterator[Finding]:
    if not isinstance(page, MaterialPage):
        return
    if page.hotline_id and not page.hotline.is_fresh():
        yield Finding(
            _("Nobody has called %s lately. Call it and record the check, or choose another line.")
            % page.hotline.number
        )
    elif not page.hotline_id and not Hotline.objects.fresh().filter(on_every_page=True).exists():
        yield Finding(_("There is no checked help line. Call one and record the check before this goes out."))


def _law(page) -> Iterator[Finding]:
    if isinstance(page, ExplainerPage) and page.force_state in ("unchecked", "ended"):
        yield Finding(
            _("The law has to be read again: the day for checking is past, or it is no longer in force. Set new dates.")
        )


def _figures(page) -> Iterator[Finding]:
    for block in getattr(page, "body", None) or ():
        if block.block_type != "figure":
            continue
        if is_small_count(block.value["value"]):
            yield Finding(_("A number under 5 can point at persons. Leave it out or take a larger area."))
        if not (block.value["source"] and block.value["year"] and block.value["place"]):
            yield Finding(_("A figure needs its source, year and place."))


def _pictures(page) -> Iterator[Finding]:
    for block in getattr(page, "body", None) or ():
        if block.block_type != "picture":
            continue
        picture = ImageBlock().get_prep_value(block.value["picture"])
        image = Picture.objects.filter(pk=picture["image"]).select_related("consent").first()
        if image is None:
            continue
        if not picture["decorative"] and not picture["alt_text"]:
            yield Finding(_("The picture “%s” needs words for those who do not see it.") % image.title)
        if not image.may_be_shown:
            yield Finding(_("The consent to the picture “%s” has ended. Take the picture out.") % image.title)


# A day of birth, initials with an age, a case number: what makes one person findable among all.
_PERSONAL = [
    re.compile(r"\b(?:sinh ngày|sinh năm|born (?:on|in))\s+\d", re.IGNORECASE),
    re.compile(r"\b(?:[A-ZĐ]\.){1,3}[A-ZĐ]?\.?,?\s*\(?\d{1,2}\s*(?:tuổi|years)", re.IGNORECASE),
    re.compile(r"\b(?:vụ án số|hồ sơ số|case (?:no|number))\b", re.IGNORECASE),
    re.compile(r"\b\d{9}(?:\d{3})?\b"),
]


def leading_to_people(words: str) -> list[str]:
    """The pieces of a text that can lead to one person."""
    return [match[0].strip() for pattern in _PERSONAL if (match := pattern.search(words))]


def _personal(page) -> Iterator[Finding]:
    yield from _leading_to_one(_words(page))


def _leading_to_one(words: str) -> Iterator[Finding]:
    for piece in leading_to_people(words):
        yield Finding(_("“%s” can lead to one person. Stories are invented and name nobody: take it out.") % piece)


def _listening(page) -> Iterator[Finding]:
    """Sound and video that is handed over or public goes out with the page: with words for those who do not hear it."""
    items = list(page.media_items.filter(state__in=("finished", "reviewed", "public"))) if page.pk else []
    for item in items:
        if item.kind == PageMedia.Kind.SOUND and not item.transcript:
            yield Finding(_("A recording of this page has no transcript."))
        if item.is_video and not item.no_speech and not item.captions:
            yield Finding(_("The video of this page has no captions."))
    if isinstance(page, MaterialPage) and page.kind in ("audio", "video") and not items:
        yield Finding(
            _("There is no sound or video on this page yet. Send it in under “Voice and video”."), stops=False
        )


_CHECKS = (_watched_words, _hotline, _law, _figures, _pictures, _personal, _listening)

# language → (word, instead); the approver may be shown a softer one.
_WATCHED = {
    "vi": [
        ("gái mại dâm", "người bán dâm"),
        ("con mồi", "người bị lừa"),
        ("nhẹ dạ", "bị lừa"),
        ("cả tin", "bị lừa"),
        ("ham tiền", "cần việc làm"),
        ("bị bán rẻ", "bị bóc lột"),
        ("tự nguyện bị bán", "bị lừa, bị ép"),
    ],
    "en": [
        ("prostitute", "person in prostitution"),
        ("prey", "person who was deceived"),
        ("gullible", "deceived"),
        ("greedy", "looking for work"),
        ("sold cheaply", "exploited"),
    ],
}


def load_watched_words() -> None:
    """The list the platform starts with, for languages that have none yet."""
    for tag, rows in _WATCHED.items():
        language = Language.objects.filter(tag=tag, variety="").first()
        if language is not None and not WatchedWord.objects.filter(language=language).exists():
            WatchedWord.objects.bulk_create(
                WatchedWord(language=language, word=word, instead=instead) for word, instead in rows
            )
