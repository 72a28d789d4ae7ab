"""A page's sound and video on their way to its readers: sent in, given words, handed over, heard by a native speaker where
we cannot judge the language ourselves, approved by somebody who had no hand in it. Only then are they public, and only
as long as the page is.

A page translation has a voice of its own. An alias (Vietnamese words in the place of a missing translation) may have one
too: for a language that is heard before it is written, the voice follows the Vietnamese text.
"""

import hashlib
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from campaigns.models import PageMedia, SitePage
from campaigns.pages.cache import forget_pages
from campaigns.pages.ethics import word_findings
from campaigns.pages.translation_status import needs_native_reader
from core.errors import DomainError
from core.text import nfc
from media.models import Recording, Video
from media.programmes import LISTENING_PROFILES, programme_state, request_programme, retry_programme
from media.recordings import refusal, retry_recording
from media.videos import retry_video, video_refusal
from media.webvtt import Problem, parse, spread, write
from people.permissions import require
from places.models import Language

Kind, State = PageMedia.Kind, PageMedia.State
_WORDS_A_MINUTE = 150


# ---------------------------------------------------------------------------------------------------------- the words


def words_page(page: Page) -> SitePage:
    """The page whose words are read: what the site shows, or the newest draft of what was never shown."""
    own = page.alias_of if page.alias_of_id else page
    return own.specific if own.live else own.get_latest_revision_as_object()


def words_of(page: SitePage) -> list[str]:
    """What a voice reads, paragraph by paragraph, in the order of the page."""
    lines = [page.title, getattr(page, "summary", "") or getattr(page, "intro", ""), getattr(page, "key_message", "")]
    for block in getattr(page, "body", None) or ():
        lines += [str(text) for text in block.block.get_searchable_content(block.value)]
    return [line for line in (" ".join(text.split()) for text in lines) if line]


def digest_of(page: SitePage) -> str:
    return hashlib.sha256("\n".join(words_of(page)).encode()).hexdigest()


def reading_seconds(page: Page) -> float:
    """How long the page takes to read aloud in its own language, about."""
    language = Language.objects.filter(tag=page.locale.language_code, variety="").first()
    speed = language.words_per_minute if language else _WORDS_A_MINUTE
    return sum(len(line.split()) for line in words_of(words_page(page))) * 60 / speed


def speaks_its_words(item: PageMedia) -> bool:
    """Are the words of the page what is heard? For an alias they are the Vietnamese it was spoken from."""
    return item.kind == Kind.VOICE and not item.page.alias_of_id


def transcript_of(item: PageMedia) -> list[str]:
    """What is said in it, paragraph by paragraph; empty where nobody has written it down."""
    if speaks_its_words(item):
        return words_of(words_page(item.page))
    return [line for line in item.transcript.splitlines() if line.strip()]


# --------------------------------------------------------------------------------------------------- what somebody does


@transaction.atomic
def attach(
    *, page: Page, kind: str, actor, recording: Recording | None = None, video: Video | None = None, title: str = ""
) -> PageMedia:
    """A new voice, recording or video for a page. It takes the place of what was still in preparation; what the page
    shows stays until the new one is approved."""
    require(actor, "campaigns.record")
    if not isinstance(page.specific, SitePage):
        raise DomainError(_("This page has no place for sound or video."))
    _end(page.media_items.open().filter(kind=kind), State.REPLACED)
    return PageMedia.objects.create(
        page=page, kind=kind, recording=recording, video=video, title=title.strip()[:120], sent_by=actor,
        words_digest=digest_of(words_page(page)) if kind == Kind.VOICE else "",
        is_synthetic=bool(recording and recording.is_synthetic),
    )  # fmt: skip


@transaction.atomic
def borrow(*, page: Page, actor) -> PageMedia:
    """The video of the Vietnamese page for this language: the same film, with captions of its own."""
    source = PageMedia.objects.public().filter(
        page__translation_key=page.translation_key, page__locale__language_code="vi", kind=Kind.VIDEO
    ).exclude(page=page).first()  # fmt: skip
    if source is None:
        raise DomainError(_("The Vietnamese page has no video yet."))
    made = attach(page=page, kind=Kind.VIDEO, actor=actor, video=source.video)
    made.no_speech, made.is_synthetic = source.no_speech, source.is_synthetic
    made.save(update_fields=["no_speech", "is_synthetic"])
    return made


@transaction.atomic
def reword(*, item: PageMedia, actor) -> PageMedia:
    """The same recording or film once more, to mend its transcript or captions; what the page shows stays meanwhile."""
    made = attach(
        page=item.page, kind=item.kind, actor=actor, recording=item.recording, video=item.video, title=item.title
    )
    for name in (
        "transcript",
        "captions",
        "captions_estimated",
        "no_speech",
        "is_synthetic",
        "words_digest",
        "is_stale",
    ):
        setattr(made, name, getattr(item, name))
    made.save()
    return made


def _locked(item: PageMedia, *states: str) -> PageMedia:
    item = (
        PageMedia.objects.select_for_update(of=("self",))
        .select_related("page__locale", "recording", "video", "programme")
        .get(pk=item.pk)
    )
    if item.state not in states:
        raise DomainError(_("Somebody has taken another step meanwhile. Look at the page again."))
    return item


@transaction.atomic
def write_words(
    *, item: PageMedia, actor, transcript: str, captions: str, title: str | None = None, no_speech: bool = False,
    is_synthetic: bool | None = None,
) -> list[Problem]:  # fmt: skip
    """Keeps transcript and captions as they were typed, also when they are not right yet; returns what is wrong with the
    captions, by line. What was handed over goes back into preparation: others would sign for other words."""
    require(actor, "campaigns.record")
    item = _locked(item, *PageMedia.OPEN)
    captions = nfc(captions.replace("\r\n", "\n").removeprefix("\ufeff")).strip()
    captions = f"{captions}\n" if captions else ""
    if captions != item.captions:
        item.captions_estimated = False
    item.transcript, item.captions, item.no_speech = nfc(transcript.replace("\r\n", "\n")).strip(), captions, no_speech
    item.title = item.title if title is None else title.strip()[:120]
    item.is_synthetic = item.is_synthetic if is_synthetic is None else is_synthetic
    item.state = State.DRAFT
    item.save()
    return caption_problems(item)


def caption_problems(item: PageMedia) -> list[Problem]:
    return parse(item.captions, seconds=item.seconds)[1] if item.captions else []


@transaction.atomic
def suggest_captions(*, item: PageMedia, actor) -> PageMedia:
    """Captions from the transcript, their times shared out over the recording: an estimate to listen along with."""
    require(actor, "campaigns.record")
    item = _locked(item, State.DRAFT)
    lines = transcript_of(item)
    if not lines:
        raise DomainError(_("Write down first what is said: the captions are made of it."))
    if not item.seconds:
        raise DomainError(_("The recording is still being checked. Try again in a moment."))
    item.captions, item.captions_estimated = write(spread(lines, item.seconds)), True
    item.save(update_fields=["captions", "captions_estimated"])
    return item


@transaction.atomic
def still_fits(*, item: PageMedia, actor) -> PageMedia:
    """Somebody has listened: the voice says what the page says now. On the page that is the approver's word."""
    require(actor, "campaigns.approve" if item.state == State.PUBLIC else "campaigns.record")
    item = _locked(item, *PageMedia.OPEN, State.PUBLIC)
    item.words_digest, item.is_stale = digest_of(words_page(item.page)), False
    item.save(update_fields=["words_digest", "is_stale"])
    if item.state == State.PUBLIC:
        log(item.page, "campaigns.voice_fits", user=actor)
        forget_pages()
    return item


@transaction.atomic
def try_again(*, item: PageMedia, actor) -> None:
    """Has a file checked or made again that our side failed on."""
    require(actor, "campaigns.record")
    item = _locked(item, *PageMedia.OPEN)
    if item.video_id:
        retry_video(item.video)
    elif item.programme_id:
        retry_programme(item.programme)
    else:
        retry_recording(item.recording)


def work_state(item: PageMedia) -> tuple[str, str]:
    """("ready" | "waiting" | "refused", why) of its files."""
    if item.is_video:
        return item.video.state, video_refusal(item.video)
    if item.recording.state != Recording.State.READY:
        return item.recording.state, refusal(item.recording)
    if item.programme_id is None:
        return "ready", ""
    state, why = programme_state(item.programme, LISTENING_PROFILES)
    return ("refused" if state == "failed" else state), why


def lacking(item: PageMedia) -> Iterator[str]:
    """What is missing before it can go out, in words."""
    state, why = work_state(item)
    if state == "waiting":
        yield _("It is still being prepared. Wait for its verdict.")
    elif state != "ready":
        yield why
    if item.kind == Kind.SOUND and not item.transcript:
        yield _("The recording needs a transcript: some readers cannot hear it.")
    if item.is_video and not item.no_speech and not item.captions:
        yield _("The video needs captions, or the word that nobody speaks in it.")
    if problems := caption_problems(item):
        yield _("The captions are not right yet: line %(line)s. %(what)s") % {
            "line": problems[0].line, "what": problems[0].text,
        }  # fmt: skip
    if item.kind == Kind.VOICE and item.words_digest != digest_of(words_page(item.page)):
        yield _(
            "The text of the page has changed since it was recorded. Record it again, or listen and say that it fits."
        )
    said = "\n".join((item.title, item.transcript, item.captions))
    for finding in word_findings(said, item.page.locale.language_code):
        if finding.stops:
            yield finding.text


@transaction.atomic
def finish(*, item: PageMedia, actor) -> PageMedia:
    """Hands it over to those who judge it; a voice gets its captions, and its files for listening are made."""
    require(actor, "campaigns.record")
    item = _locked(item, State.DRAFT)
    if not item.captions and not item.is_video and transcript_of(item) and item.seconds:
        item.captions, item.captions_estimated = write(spread(transcript_of(item), item.seconds)), True
    if reasons := list(lacking(item)):
        raise DomainError(" ".join(reasons), code="not-yet")
    if not item.is_video:
        row = item.recording
        item.programme = request_programme(
            [{"type": "speech", "sha256": row.sha256, "path": row.path}], LISTENING_PROFILES
        )
    item.state, item.finished_by, item.note = State.FINISHED, actor, ""
    item.save()
    return item


def next_act(item: PageMedia) -> str:
    """The act it waits for: campaigns.record, campaigns.review or campaigns.approve; "" when it waits for nobody."""
    if item.state == State.DRAFT:
        return "campaigns.record"
    if item.state == State.FINISHED and needs_native_reader(item.page.locale):
        return "campaigns.review"
    return "campaigns.approve" if item.state in (State.FINISHED, State.REVIEWED) else ""


@transaction.atomic
def review(*, item: PageMedia, actor) -> PageMedia:
    """A second native speaker has heard it: it says the same as the page, and says it well."""
    require(actor, "campaigns.review")
    item = _locked(item, State.FINISHED)
    if next_act(item) != "campaigns.review":
        raise DomainError(_("In this language the approver listens. Nothing waits for a native speaker."))
    if actor.pk in item.makers:
        raise DomainError(_("You had a hand in it, so somebody else has to listen."))
    item.state, item.reviewed_by = State.REVIEWED, actor
    item.save(update_fields=["state", "reviewed_by"])
    return item


@transaction.atomic
def send_back(*, item: PageMedia, actor, note: str) -> PageMedia:
    """Back to who made it, with what is wrong."""
    item = _locked(item, State.FINISHED, State.REVIEWED)
    require(actor, next_act(item))
    if not note.strip():
        raise DomainError(_("Say what is to be changed."))
    item.state, item.reviewed_by, item.note = State.DRAFT, None, note.strip()[:300]
    item.save(update_fields=["state", "reviewed_by", "note"])
    return item


def refusals(item: PageMedia, actor) -> list[str]:
    """Why `actor` cannot let it go out; empty when they can."""
    reasons = []
    if actor.pk in item.makers | {item.reviewed_by_id}:
        reasons.append(_("You had a hand in it, so somebody else has to approve it."))
    return reasons + list(lacking(item))


@transaction.atomic
def approve(*, item: PageMedia, actor) -> PageMedia:
    """Puts it on the page, in the place of the one before."""
    require(actor, "campaigns.approve")
    item = _locked(item, State.FINISHED, State.REVIEWED)
    if next_act(item) != "campaigns.approve":
        raise DomainError(_("A native speaker has to listen first."))
    if reasons := refusals(item, actor):
        raise DomainError(" ".join(reasons), code="not-yet")
    _end(item.page.media_items.filter(kind=item.kind, state=State.PUBLIC), State.REPLACED)
    item.state, item.approved_by, item.approved_at, item.is_stale = State.PUBLIC, actor, timezone.now(), False
    item.save()
    log(item.page, "campaigns.media_approved", user=actor, data={"kind": item.kind})
    forget_pages()
    return item


@transaction.atomic
def take_off(*, item: PageMedia, actor, reason: str) -> PageMedia:
    """Off the page at once, with an audit line; or out of preparation."""
    if item.state == State.PUBLIC:
        require(actor, "campaigns.withdraw")
        if not reason.strip():
            raise DomainError(_("Say in a few words why it is taken down."))
    else:
        require(actor, "campaigns.record")
    item = _locked(item, *PageMedia.OPEN, State.PUBLIC)
    was_public = item.state == State.PUBLIC
    _end(PageMedia.objects.filter(pk=item.pk), State.TAKEN_OFF, reason.strip()[:300])
    if was_public:
        log(
            item.page, "campaigns.media_taken_off", user=actor, data={"kind": item.kind, "reason": reason.strip()[:300]}
        )
        forget_pages()
    item.refresh_from_db()
    return item


def _end(rows, state: str, note: str = "") -> None:
    rows.update(state=state, ended_at=timezone.now(), note=note)


def page_published(instance, **kwargs) -> None:
    """The site shows other words: voices that read the earlier ones say so from now on."""
    if not isinstance(instance, SitePage):
        return
    voices = PageMedia.objects.filter(page=instance.pk, kind=Kind.VOICE, state__in=(*PageMedia.OPEN, State.PUBLIC))
    if voices.exists():
        now = digest_of(words_page(Page.objects.get(pk=instance.pk)))
        for voice in voices:
            if voice.is_stale != (voice.words_digest != now):
                PageMedia.objects.filter(pk=voice.pk).update(is_stale=voice.words_digest != now)
