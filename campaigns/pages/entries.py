"""Keeping PageEntry true: one row for every live page that lists and the search may show."""

import re

from django.utils import timezone
from wagtail.models import Page

from campaigns.models import PageEntry, SitePage
from core.text import fold, nfc

_BETWEEN_WORDS = re.compile(r"[^\w'’ʼ‘]+")


def exact_words(text: str) -> str:
    """Words as written, lower case, a space before each: " mua bán người"."""
    return "".join(f" {word}" for word in _BETWEEN_WORDS.split(nfc(text).lower()) if word)


def folded_words(text: str) -> str:
    """Words without marks: " mua ban nguoi"."""
    return fold_each(exact_words(text))


def fold_each(words: str) -> str:
    return "".join(f" {fold(word)}" for word in words.split())


def write_entry(page: Page) -> PageEntry | None:
    """Called when a page was published, or an alias made; a page that is not to be listed loses its row."""
    page = page.specific
    if not isinstance(page, SitePage) or not page.entry_kind or not page.live:
        PageEntry.objects.filter(page_id=page.pk).delete()
        return None
    summary, text = page.entry_texts()
    title, everything = exact_words(page.title), exact_words(f"{page.title}\n{summary}\n{text}")
    day = page.entry_day() or timezone.now()
    entry, _created = PageEntry.objects.update_or_create(
        page_id=page.pk,
        defaults={
            "locale_id": page.locale_id,
            "language": page.content_locale.language_code,
            "is_alias": page.alias_of_id is not None,
            "kind": page.entry_kind,
            "title": page.title,
            "summary": summary,
            "exact_title": title,
            "exact": everything,
            "folded_title": fold_each(title),
            "folded": fold_each(everything),
            "day": timezone.localdate(day) if hasattr(day, "tzinfo") else day,
        },
    )
    entry.terms.set(page.entry_terms())
    return entry


def page_published(instance, **kwargs) -> None:
    write_entry(instance)


def page_unpublished(instance, **kwargs) -> None:
    PageEntry.objects.filter(page_id=instance.pk).delete()
