"""How far a page is in another language: its sentences with what is written for them, who has signed for exactly these
words, whose turn it is, and what helps its translator.
"""

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, TranslationSource

from campaigns.blocks import BodyBlock
from campaigns.models import BackTranslation, GlossaryTerm, PageTranslation, TranslationSign
from campaigns.pages.entries import exact_words
from campaigns.pages.memory import is_marked_up, most_alike, readable
from places.models import Language

Step = TranslationSign.Step
# Languages the office reads itself; in every other one a second native speaker signs.
READ_HERE = ("vi", "en")


def needs_native_reader(locale: Locale) -> bool:
    return locale.language_code not in READ_HERE


def target_locales() -> list[Locale]:
    """The languages pages are written in besides Vietnamese; one that is only spoken has no pages of its own."""
    spoken_only = Language.objects.filter(mode=Language.Mode.AUDIO_ONLY, variety="").values_list("tag", flat=True)
    found = Locale.objects.exclude(language_code="vi").exclude(language_code__in=spoken_only)
    order = {tag: n for n, tag in enumerate(Language.objects.order_by("position", "tag").values_list("tag", flat=True))}
    return sorted(found, key=lambda one: order.get(one.language_code, len(order)))


@dataclass
class Line:
    """One sentence or paragraph of a page. `text` is "" where nothing is written yet. `earlier`: (Vietnamese, text) this
    place had before the Vietnamese changed. `elsewhere`: how the same Vietnamese was translated on other pages; where it
    was not, `alike` is the translation of the sentence most like it."""

    segment: StringSegment
    label: str
    source: str
    text: str = ""
    broken: bool = False
    writer: int | None = None
    back: str = ""
    needs_back: bool = False
    earlier: tuple[str, str] | None = None
    earlier_id: int | None = None
    elsewhere: list[StringTranslation] = field(default_factory=list)
    alike: StringTranslation | None = None
    terms: list[GlossaryTerm] = field(default_factory=list)

    @property
    def marked_up(self) -> bool:
        return is_marked_up(self.source)

    @property
    def shown(self) -> str:
        return readable(self.text, self.marked_up)

    @property
    def shown_source(self) -> str:
        return readable(self.source, self.marked_up)

    @property
    def is_done(self) -> bool:
        return bool(self.text) and not self.broken and bool(self.back or not self.needs_back)

    @property
    def terms_left_out(self) -> list[GlossaryTerm]:
        said = exact_words(self.shown) + " "
        return [term for term in self.terms if self.text and f"{exact_words(term.preferred)} " not in said]


def block_types(source: TranslationSource) -> dict[str, str]:
    """id of a block of the body → its type."""
    body = json.loads(json.loads(source.content_json).get("body") or "[]")
    return {block["id"]: block["type"] for block in body}


def _label(path: str, source: TranslationSource, types: dict[str, str]) -> tuple[str, bool]:
    """(what stands there, is it a key message?)"""
    name, _dot, rest = path.partition(".")
    if name == "body":
        kind = types.get(rest.partition(".")[0], "")
        block = BodyBlock().child_blocks.get(kind)
        return (str(block.label) if block else ""), kind == "key_message"
    model = ContentType.objects.get_for_id(source.specific_content_type_id).model_class()
    return str(model._meta.get_field(name).verbose_name), name == "key_message"


@dataclass
class Status:
    """How far a page is in a language. `step`: the last signature that holds for the words of now, or ""."""

    source: TranslationSource
    locale: Locale
    translation: PageTranslation | None
    lines: list[Line]
    page: Page | None
    signs: list[TranslationSign] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def done(self) -> int:
        return sum(line.is_done for line in self.lines)

    @cached_property
    def digest(self) -> str:
        """Of every Vietnamese sentence with its translation, in order."""
        told = [[line.source, line.text, line.back] for line in self.lines]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()

    @property
    def is_whole(self) -> bool:
        return bool(self.lines) and self.done == self.total

    @property
    def holding(self) -> dict[str, TranslationSign]:
        """step → the signature that holds now."""
        found: dict[str, TranslationSign] = {}
        for sign in self.signs:
            if sign.step == Step.RETURNED:
                found = {}
            elif sign.digest == self.digest:
                found[sign.step] = sign
        return found if self.is_whole else {}

    @property
    def returned(self) -> TranslationSign | None:
        """The newest remark of whoever sent it back, until somebody signs again."""
        last = self.signs[-1] if self.signs else None
        return last if last and last.step == Step.RETURNED else None

    @property
    def is_live(self) -> bool:
        """Does the site show a translation (and not the Vietnamese in its place)?"""
        return bool(self.page and self.page.live and not self.page.alias_of_id)

    @property
    def is_stale(self) -> bool:
        """The site shows other words than the memory would give for today's Vietnamese."""
        return bool(self.is_live and self.translation and self.translation.published_digest != self.digest)

    @property
    def state(self) -> str:
        """empty, begun, whole, translated, reviewed, live: the newest thing that is true of today's words."""
        if self.is_live and not self.is_stale:
            return "live"
        if not self.is_whole:
            return "begun" if any(line.text for line in self.lines) else "empty"
        for step in (Step.REVIEWED, Step.TRANSLATED):
            if step in self.holding:
                return str(step)
        return "whole"

    @property
    def next_step(self) -> str:
        """The signature it waits for, or "" while words are missing or when it is on the site."""
        if self.state in ("empty", "begun", "live"):
            return ""
        if Step.TRANSLATED not in self.holding:
            return Step.TRANSLATED
        if needs_native_reader(self.locale) and Step.REVIEWED not in self.holding:
            return Step.REVIEWED
        return Step.APPROVED

    @property
    def writers(self) -> set[int]:
        return {line.writer for line in self.lines if line.writer} | {
            sign.by_id for step, sign in self.holding.items() if step in (Step.TRANSLATED, Step.REVIEWED)
        }


def statuses(sources: list[TranslationSource], locales: list[Locale]) -> dict[tuple[int, int], Status]:
    """(source id, locale id) → Status, in six queries however many there are."""
    segments = list(
        StringSegment.objects.filter(source__in=sources).select_related("string", "context").order_by("source", "order")
    )
    texts = {
        (t.locale_id, t.context_id, t.translation_of_id): t
        for t in StringTranslation.objects.filter(
            locale__in=locales, context__in={segment.context_id for segment in segments}
        )
    }
    opened = {
        (t.source_id, t.locale_id): t
        for t in PageTranslation.objects.filter(source__in=sources, locale__in=locales)
    }  # fmt: skip
    signs: dict[int, list[TranslationSign]] = {}
    for sign in TranslationSign.objects.filter(translation__in=opened.values()).select_related("by"):
        signs.setdefault(sign.translation_id, []).append(sign)
    backs = {
        (b.translation_id, b.context_id): b.text
        for b in BackTranslation.objects.filter(translation__in=opened.values())
    }  # fmt: skip
    pages = {
        (page.translation_key, page.locale_id): page
        for page in Page.objects.filter(
            translation_key__in=[source.object_id for source in sources], locale__in=locales
        )
    }
    by_source: dict[int, list[StringSegment]] = {}
    for segment in segments:
        by_source.setdefault(segment.source_id, []).append(segment)
    found = {}
    for source in sources:
        types = block_types(source)
        for locale in locales:
            translation = opened.get((source.pk, locale.pk))
            lines = []
            for segment in by_source.get(source.pk, ()):
                label, is_key = _label(segment.context.path, source, types)
                text = texts.get((locale.pk, segment.context_id, segment.string_id))
                lines.append(
                    Line(
                        segment, label, segment.string.data,
                        text=text.data if text else "",
                        broken=bool(text and text.has_error),
                        writer=text.last_translated_by_id if text else None,
                        back=backs.get((translation.pk, segment.context_id), "") if translation else "",
                        needs_back=is_key and needs_native_reader(locale),
                    )
                )  # fmt: skip
            found[source.pk, locale.pk] = Status(
                source, locale, translation, lines, pages.get((source.object_id, locale.pk)),
                signs.get(translation.pk, []) if translation else [],
            )  # fmt: skip
    return found


def status_of(source: TranslationSource, locale: Locale) -> Status:
    return statuses([source], [locale])[source.pk, locale.pk]


def is_older(page: Page, original: Page) -> bool:
    """Does a translation on the site say what its Vietnamese page said before that was changed? No query as long as the
    Vietnamese one has not been published again."""
    when, changed = page.last_published_at, original.last_published_at
    if not (when and changed and when < changed):
        return False
    found = PageTranslation.objects.filter(source__object_id=page.translation_key, locale=page.locale_id)
    found = found.select_related("source__specific_content_type", "locale").first()
    return bool(found and status_of(found.source, found.locale).is_stale)


def with_help(status: Status) -> Status:
    """The same lines with what helps a translator: the text before a change, other pages' words, agreed terms."""
    contexts = {line.segment.context_id for line in status.lines}
    strings = {line.segment.string_id for line in status.lines}
    rows = StringTranslation.objects.filter(locale=status.locale, has_error=False).select_related("translation_of")
    earlier: dict[int, StringTranslation] = {}
    for row in rows.filter(context__in=contexts).order_by("updated_at"):
        if row.translation_of_id not in strings:
            earlier[row.context_id] = row
    elsewhere: dict[int, dict[str, StringTranslation]] = {}
    for row in rows.filter(translation_of__in=strings).exclude(context__in=contexts).order_by("updated_at"):
        elsewhere.setdefault(row.translation_of_id, {})[row.data] = row
    terms = list(GlossaryTerm.objects.filter(language__tag=status.locale.language_code))
    for line in status.lines:
        if not line.text and (row := earlier.get(line.segment.context_id)):
            line.earlier, line.earlier_id = (row.translation_of.data, row.data), row.pk
        if not line.text:
            line.elsewhere = list(elsewhere.get(line.segment.string_id, {}).values())[-3:]
        said = exact_words(line.shown_source) + " "
        line.terms = [term for term in terms if f"{exact_words(term.term)} " in said]
    _with_alike([line for line in status.lines if not (line.text or line.earlier or line.elsewhere)], rows)
    return status


def _with_alike(lines: list[Line], rows) -> None:
    """Gives each line without any other help the translation of the sentence most like it."""
    chosen = most_alike([line.source for line in lines], rows) if lines else {}
    found = rows.in_bulk(set(chosen.values()))
    for line in lines:
        line.alike = found.get(chosen.get(line.source))
