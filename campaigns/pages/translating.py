"""A page's way into another language: written, signed by its translator, read by a second native speaker where we cannot
judge the language ourselves, approved by somebody who has not written in it. Only then does it touch the site.

Until then the words stand in the translation memory alone: the live page keeps what it says. A signature holds for
exactly the words it was given under (`digest`), so nobody has to remember to take it back.
"""

import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, TranslationSource
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.segments.types import StringSegmentValue

from campaigns.models import BackTranslation, PageTranslation, SitePage, TranslationSign
from campaigns.pages.ethics import findings
from campaigns.pages.memory import in_place, stored
from campaigns.pages.translation_status import Status, Step, status_of, statuses, with_help
from core.errors import DomainError
from core.text import nfc
from people.permissions import require


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
        source, _new = TranslationSource.update_or_create_from_instance(instance)
        _look_again(source)


def _look_again(source: TranslationSource) -> None:
    """Translations on the site that say today's Vietnamese, though it went out anew: nobody has to see to them."""
    said = PageTranslation.objects.filter(source=source).exclude(published_digest="").select_related("locale")
    found = statuses([source], [one.locale for one in said]) if said else {}
    same = [one.pk for one in said if found[source.pk, one.locale_id].digest == one.published_digest]
    PageTranslation.objects.filter(pk__in=same).update(published_at=timezone.now())
