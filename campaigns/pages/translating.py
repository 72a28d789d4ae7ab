"""A page's way into another language: written, signed by its translator, read by a second native speaker where we cannot
judge the language ourselves, approved by somebody who has not written in it. Only then does it touch the site.

Until then the words stand in the translation memory alone: the live page keeps what it says. A signature holds for
exactly the words it was given under (`digest`), so nobody has to remember to take it back.
"""

import difflib
import hashlib
import html
import json
import re
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    TranslationSource,
)
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.segments.types import StringSegmentValue
from wagtail_localize.strings import StringValue, validate_translation_links

from campaigns.blocks import BodyBlock
from campaigns.models import BackTranslation, GlossaryTerm, PageTranslation, SitePage, TranslationSign
from campaigns.pages.entries import exact_words
from campaigns.pages.ethics import findings
from core.errors import DomainError
from core.text import nfc
from people.permissions import require
from places.models import Language

Step = TranslationSign.Step
# Languages the office reads itself; in every other one a second native speaker signs.
READ_HERE = ("vi", "en")
# A sentence that shares this much of its words with another, in their order, is worth showing to its translator; of two
# or three words nothing can be said.
ALIKE, FEWEST_WORDS = 0.6, 4


def needs_native_reader(locale: Locale) -> bool:
    return locale.language_code not in READ_HERE


def target_locales() -> list[Locale]:
    """The languages pages are written in besides Vietnamese; one that is only spoken has no pages of its own."""
    spoken_only = Language.objects.filter(mode=Language.Mode.AUDIO_ONLY, variety="").values_list("tag", flat=True)
    found = Locale.objects.exclude(language_code="vi").exclude(language_code__in=spoken_only)
    order = {tag: n for n, tag in enumerate(Language.objects.order_by("position", "tag").values_list("tag", flat=True))}
    return sorted(found, key=lambda one: order.get(one.language_code, len(order)))


# ---------------------------------------------------------------------------------------------------------- the words


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


def _with_alike(lines: list[Line], rows) -> None:
    """Gives each line without any other help the translation of the sentence most like it."""
    chosen = most_alike([line.source for line in lines], rows) if lines else {}
    found = rows.in_bulk(set(chosen.values()))
    for line in lines:
        line.alike = found.get(chosen.get(line.source))


# --------------------------------------------------------------------------------------------------- what somebody does


def source_of(page: Page) -> TranslationSource:
    """The Vietnamese page's sentences, as they stand on the site."""
    if page.alias_of_id or page.locale.language_code != "vi" or not page.live:
        raise DomainError(_("Only a Vietnamese page that is on the site is translated."))
    return TranslationSource.get_or_create_from_instance(page)[0]


def opened(source: TranslationSource, locale: Locale, actor) -> PageTranslation:
    """The row signatures hang on, made when somebody begins. An earlier translation written by hand gives its words."""
    found, created = PageTranslation.objects.get_or_create(source=source, locale=locale, defaults={"created_by": actor})
    if created:
        _take_over(found)
    return found


def _shape(path: str) -> str:
    """A path without the ids of its blocks."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", path)


def _take_over(translation: PageTranslation) -> None:
    """Words of a page that was translated in the editor, where its pieces are the same as the Vietnamese one's."""
    page = Page.objects.filter(
        translation_key=translation.source.object_id, locale=translation.locale, alias_of=None, live=True
    ).first()
    if page is None:
        return
    theirs = [s for s in extract_segments(page.specific) if isinstance(s, StringSegmentValue) and not s.is_empty()]
    ours = list(
        StringSegment.objects.filter(source=translation.source).select_related("context", "string").order_by("order")
    )
    theirs.sort(key=lambda segment: segment.order)
    if [_shape(s.path) for s in theirs] != [_shape(s.context.path) for s in ours]:
        return
    for segment, value in zip(ours, theirs, strict=True):
        StringTranslation.objects.get_or_create(
            translation_of=segment.string, locale=translation.locale, context=segment.context,
            defaults={"data": value.string.data, "translation_type": "manual", "tool_name": "editor"},
        )  # fmt: skip
    translation.published_at = page.last_published_at
    translation.published_digest = status_of(translation.source, translation.locale).digest
    translation.save(update_fields=["published_at", "published_digest"])


@transaction.atomic
def save_text(
    *, translation: PageTranslation, segment: StringSegment, text: str, actor, back: str | None = None
) -> None:
    """Keeps a sentence's translation ("" takes it away) and what it says translated back; nothing goes out by this."""
    require(actor, "campaigns.translate")
    if segment.source_id != translation.source_id:
        raise DomainError(_("This sentence is not on the page."))
    data = stored(text, segment.string.data)
    _keep(segment, translation.locale, data, actor)
    if back is None:
        return
    back = nfc(back.replace("\r\n", "\n")).strip()
    rows = BackTranslation.objects.filter(translation=translation, context=segment.context)
    if not back:
        rows.delete()
    elif not rows.filter(text=back).exists():
        BackTranslation.objects.update_or_create(
            translation=translation, context=segment.context, defaults={"text": back, "by": actor}
        )


def _keep(segment: StringSegment, locale: Locale, data: str, actor, tool: str = "") -> bool:
    """Did anything change?"""
    row = StringTranslation.objects.filter(
        translation_of=segment.string, locale=locale, context=segment.context
    ).first()
    if row is not None and row.data == data and not row.has_error:
        return False
    if not data:
        if row is None:
            return False
        row.delete()
        return True
    row = row or StringTranslation(translation_of=segment.string, locale=locale, context=segment.context)
    row.data, row.last_translated_by, row.tool_name, row.has_error = data, actor, tool, False
    row.translation_type = StringTranslation.TRANSLATION_TYPE_MANUAL
    row.save()
    return True


def in_place(suggestion: StringTranslation, segment: StringSegment) -> str:
    """A stored translation as it would stand in the box of another sentence, without marks that one does not carry."""
    marked_up = is_marked_up(segment.string.data)
    text = readable(suggestion.data, is_marked_up(suggestion.translation_of.data))
    return text if marked_up else html.unescape(re.sub(r"<[^>]*>", "", text))


@transaction.atomic
def use_suggestion(
    *, translation: PageTranslation, segment: StringSegment, suggestion: StringTranslation, actor
) -> None:
    """Takes words that somebody wrote for the same sentence elsewhere, or for this place before it changed."""
    require(actor, "campaigns.translate")
    if suggestion.locale_id != translation.locale_id:
        raise DomainError(_("These words are of another language."))
    save_text(translation=translation, segment=segment, actor=actor, text=in_place(suggestion, segment))


@transaction.atomic
def fill_from_memory(*, translation: PageTranslation, actor) -> int:
    """Every empty sentence that was translated elsewhere, word for word the same, takes the newest of those texts."""
    require(actor, "campaigns.translate")
    filled = 0
    for line in with_help(status_of(translation.source, translation.locale)).lines:
        if not line.text and line.elsewhere:
            _keep(line.segment, translation.locale, line.elsewhere[-1].data, actor, tool="memory")
            filled += 1
    return filled


def _signed(translation: PageTranslation, step: str, status: Status, actor, note: str = "") -> TranslationSign:
    return TranslationSign.objects.create(
        translation=translation, step=step, digest=status.digest, by=actor, note=note.strip()[:300]
    )


def _locked(translation: PageTranslation) -> PageTranslation:
    return (
        PageTranslation.objects.select_for_update(of=("self",))
        .select_related("source", "locale")
        .get(pk=translation.pk)
    )


def _expect(status: Status, step: str) -> None:
    if not status.is_whole:
        raise DomainError(
            _("%(n)s of %(all)s sentences are written. All have to be, and key messages translated back.")
            % {"n": status.done, "all": status.total}
        )
    if status.next_step != step:
        raise DomainError(_("Somebody has moved this translation meanwhile. Nothing was changed."))


@transaction.atomic
def finish(*, translation: PageTranslation, actor) -> TranslationSign:
    """The translator stands by these words."""
    require(actor, "campaigns.translate")
    translation = _locked(translation)
    status = status_of(translation.source, translation.locale)
    _expect(status, Step.TRANSLATED)
    return _signed(translation, Step.TRANSLATED, status, actor)


@transaction.atomic
def review(*, translation: PageTranslation, actor) -> TranslationSign:
    """A second native speaker, who has written none of these words, stands by them too."""
    require(actor, "campaigns.review")
    translation = _locked(translation)
    status = status_of(translation.source, translation.locale)
    _expect(status, Step.REVIEWED)
    if actor.pk in status.writers:
        raise DomainError(_("You wrote in this translation, so somebody else has to read it."))
    return _signed(translation, Step.REVIEWED, status, actor)


@transaction.atomic
def send_back(*, translation: PageTranslation, actor, note: str) -> TranslationSign:
    """To the translator, with what is wrong. Signatures given before no longer hold."""
    translation = _locked(translation)
    status = status_of(translation.source, translation.locale)
    require(actor, "campaigns.review" if status.next_step == Step.REVIEWED else "campaigns.approve")
    if status.next_step not in (Step.REVIEWED, Step.APPROVED):
        raise DomainError(_("Nothing waits to be judged here."))
    if not note.strip():
        raise DomainError(_("Say what is to be changed."))
    return _signed(translation, Step.RETURNED, status, actor, note)


def draft_of(status: Status) -> SitePage:
    """The page as it would read, not saved. What is not words (dates, kind, hotline, terms) follows the Vietnamese; a
    sentence that is still missing reads Vietnamese."""
    original = status.source.as_instance()
    if status.page is None:
        parent = original.get_parent()
        if not parent.has_translation(status.locale):
            raise DomainError(_("The section above has no page in this language yet. It is made within the hour."))
        original.copy_for_translation(status.locale, alias=True)
    draft = status.source.get_ephemeral_translated_instance(status.locale, fallback=True)
    if hasattr(original, "terms"):
        draft.terms.set(original.terms.all())
    draft.alias_of = None
    return draft


def refusals(status: Status, actor) -> list[str]:
    """Why `actor` cannot let it go out; empty when they can."""
    reasons = []
    if actor.pk in status.writers:
        reasons.append(_("You wrote in this page, so somebody else has to approve it."))
    if status.page is not None and status.page.workflow_in_progress:
        reasons.append(_("A draft of this page waits for approval in the editor. Decide about that one first."))
    draft = draft_of(status)
    try:
        draft.full_clean()
    except ValidationError as wrong:
        reasons += wrong.messages
    return reasons + [finding.text for finding in findings(draft) if finding.stops]


@transaction.atomic
def approve(*, translation: PageTranslation, actor) -> SitePage:
    """Puts the translation on the site: where Vietnamese stood in for it, or over the words of before."""
    require(actor, "campaigns.approve")
    translation = _locked(translation)
    status = status_of(translation.source, translation.locale)
    _expect(status, Step.APPROVED)
    if reasons := refusals(status, actor):
        raise DomainError(" ".join(reasons), code="not-yet")
    draft = draft_of(status)
    stood_in = bool(status.page and status.page.alias_of_id)
    draft.save()
    revision = draft.save_revision(user=status.holding[Step.TRANSLATED].by, clean=False)
    revision.publish(user=actor)
    if stood_in:
        log(draft, "wagtail.convert_alias", user=actor)
    _signed(translation, Step.APPROVED, status, actor)
    translation.published_at, translation.published_digest = timezone.now(), status.digest
    translation.save(update_fields=["published_at", "published_digest"])
    return type(draft).objects.get(pk=draft.pk)


def source_published(instance, **kwargs) -> None:
    """The Vietnamese page has changed on the site: its sentences of today are what translators work on."""
    if isinstance(instance, SitePage) and not instance.alias_of_id and instance.locale.language_code == "vi":
        TranslationSource.update_or_create_from_instance(instance)
