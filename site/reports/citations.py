"""Which texts cite a document of the law register, and which of them cite one that no longer holds.

A citation is the document's number standing in the text ("53/2024/QH15"): nobody has to keep a second list of what cites
what. Looked through are live pages, bulletins of this month and of months to come, and the courses of the catalogue.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Bulletin, PageEntry
from campaigns.pages.entries import exact_words
from campaigns.querysets import first_of_month
from core.errors import DomainError
from courses.models import Course
from people.models import User
from people.permissions import may, require
from reports.models import CitationCheck, LegalDocument


@dataclass(frozen=True)
class Text:
    """Something that may cite. `words` as campaigns.pages.entries keeps them: lower case, a space before each."""

    key: str
    kind: str
    label: str
    url: str
    owner: User | None
    words: str


@dataclass
class Cited:
    """A document with the texts that cite it; `waiting` are those somebody has to read again."""

    law: LegalDocument
    texts: list[Text] = field(default_factory=list)
    waiting: list[Text] = field(default_factory=list)
    checks: dict[str, CitationCheck] = field(default_factory=dict)


def texts(on: date | None = None) -> Iterator[Text]:
    """Everything in use on a day that may cite. Five queries whatever the size."""
    entries = PageEntry.objects.filter(is_alias=False).select_related("page__owner")
    for entry in entries:
        url = reverse("wagtailadmin_pages:edit", args=[entry.page_id])
        yield Text(f"page:{entry.page_id}", _("page"), entry.title, url, entry.page.owner, entry.exact)
    month = first_of_month(on or timezone.localdate())
    bulletins = Bulletin.objects.in_force().filter(month__gte=month).select_related("author")
    for bulletin in bulletins.prefetch_related("segments"):
        said = exact_words(" \n".join(segment.text for segment in bulletin.segments.all()))
        url = reverse("bulletin_workbench", args=[bulletin.pk])
        yield Text(f"bulletin:{bulletin.pk}", _("bulletin"), bulletin.title, url, bulletin.author, said)
    courses = Course.objects.filter(retired_on=None).prefetch_related("modules__lessons")
    for course in courses:
        read = [course.summary, *(_words_of(lesson.body) for m in course.modules.all() for lesson in m.lessons.all())]
        url = reverse("courses:course", args=[course.code])
        yield Text(f"course:{course.code}", _("course"), course.label, url, None, exact_words(" \n".join(read)))


def _words_of(body) -> str:
    return " \n".join(map(str, body.stream_block.get_searchable_content(body)))


def cited(laws=None, *, on: date | None = None) -> list[Cited]:
    """Documents that texts cite, those that need a look first."""
    on = on or timezone.localdate()
    found = [
        Cited(law, checks={check.key: check for check in reversed(law.checks.all())})
        for law in (LegalDocument.objects.all() if laws is None else laws).prefetch_related("checks__checked_by")
    ]
    marks = [exact_words(one.law.number) + " " for one in found]
    for text in texts(on):
        words = text.words + " "
        for one, mark in zip(found, marks, strict=True):
            if mark in words:
                one.texts.append(text)
                if _changed(one.law, on) and not _still_good(one.law, one.checks.get(text.key)):
                    one.waiting.append(text)
    return sorted((one for one in found if one.texts), key=lambda one: (-len(one.waiting), one.law.number))


def _changed(law: LegalDocument, on: date) -> bool:
    return not law.holds(on) and on >= law.valid_from


def _still_good(law: LegalDocument, check: CitationCheck | None) -> bool:
    """Was the text read again after the document ended?"""
    return check is not None and law.valid_until is not None and timezone.localdate(check.checked_at) >= law.valid_until


def waiting_for(user) -> list[tuple[LegalDocument, Text]]:
    """What this person wrote that cites a document which no longer holds."""
    ended = LegalDocument.objects.filter(valid_until__lte=timezone.localdate())
    return [(one.law, text) for one in cited(ended) for text in one.waiting if text.owner == user] if ended else []


@transaction.atomic
def check_citation(*, actor: User, law: LegalDocument, key: str, reason: str) -> CitationCheck:
    """Says that a text was read again and may go on citing the document, and why."""
    require(actor, "reports.see_plan")
    one = next((one for one in cited(LegalDocument.objects.filter(pk=law.pk))), None)
    text = next((text for text in one.waiting if text.key == key), None) if one else None
    if text is None:
        raise DomainError(_("This text is not waiting to be read again."))
    if text.owner != actor and not may(actor, "reports.keep_laws"):
        raise DomainError(_("Only its author, or who keeps the law register, can say so."))
    if not reason.strip():
        raise DomainError(_("Say in a few words why it may stay as it is."))
    return CitationCheck.objects.create(law=law, key=key, reason=reason.strip()[:300], checked_by=actor)


@transaction.atomic
def keep_law(*, actor: User, law: LegalDocument) -> LegalDocument:
    """Enters a document, or says that it has changed; from then on the file it was loaded from leaves it alone."""
    require(actor, "reports.keep_laws")
    law.kept_by, law.kept_at = actor, timezone.now()
    law.full_clean()
    law.save()
    return law
