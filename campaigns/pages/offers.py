"""What a page offers to be heard and seen, as its templates, feeds and other machines need it. Nothing loads before a tap."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Case, Q, When
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import PageMedia
from campaigns.pages.listening import speaks_its_words, transcript_of
from media.audio import PROFILES
from media.models import Rendition
from media.programmes import LISTENING_PROFILES

# What is offered to take away, and to feed readers: every player reads it, also a loudspeaker's.
TAKEN_AWAY = "horn-small"
_HEARD = tuple(profile for profile in LISTENING_PROFILES if profile != TAKEN_AWAY)


@dataclass(frozen=True)
class File:
    src: str
    type: str
    size: int


@dataclass(frozen=True)
class Offer:
    """`sources`: the same sound or film, the smallest first. `download`: an MP3, or the film itself. Addresses are paths."""

    kind: str
    title: str
    language: str
    sources: list[File]
    download: File | None
    seconds: float | None
    is_stale: bool
    is_synthetic: bool
    captions: str = ""
    transcript: list[str] = field(default_factory=list)
    poster: str = ""
    width: int = 0
    height: int = 0

    @property
    def size(self) -> int:
        return self.sources[0].size

    @property
    def is_video(self) -> bool:
        return self.kind == PageMedia.Kind.VIDEO


def captions_digest(item: PageMedia) -> str:
    return hashlib.sha256(item.captions.encode()).hexdigest()[:16]


def offers_of(page) -> list[Offer]:
    """Of one page: voice, other recording, video. Where a translation has no video of its own the Vietnamese one stands
    in; where Vietnamese words stand in, so do their voices, unless the language has its own. Two queries, one without."""
    own, source = page.pk, page.alias_of_id
    vietnamese = Q(page__translation_key=page.translation_key, page__locale__language_code="vi", page__live=True)
    rows = PageMedia.objects.filter(
        Q(page__in=[pk for pk in (own, source) if pk]) | vietnamese & Q(kind=PageMedia.Kind.VIDEO),
        state=PageMedia.State.PUBLIC,
    ).order_by(Case(When(page=own, then=0), When(page=source, then=1), default=2))
    first = {}
    for item in _whole(rows):
        first.setdefault(item.kind, item)
    return offers_of_items([first[kind] for kind in PageMedia.Kind if kind in first])


def offers_by_page(page_ids) -> dict[int, list[Offer]]:
    """page → what it offers itself, its voice first, in two queries."""
    rows = list(_whole(PageMedia.objects.public().filter(page__in=page_ids)))
    rows.sort(key=lambda item: list(PageMedia.Kind).index(item.kind))
    found = defaultdict(list)
    for item, offer in zip(rows, offers_of_items(rows, words=False), strict=True):
        found[item.page_id].append(offer)
    return found


def _whole(rows):
    return rows.select_related("recording", "video", "page__locale")


def offers_of_items(items: list[PageMedia], *, words: bool = True) -> list[Offer]:
    """In the order given; one without sources is still being made."""
    programmes = {item.programme_id for item in items if item.programme_id}
    renditions = defaultdict(dict)
    if programmes:
        for row in Rendition.objects.filter(programme__in=programmes, state="ready").order_by("pk"):
            renditions[row.programme_id][row.profile] = row
    return [_video(item) if item.is_video else _sound(item, renditions[item.programme_id], words) for item in items]


def _sound(item: PageMedia, made: dict[str, Rendition], words: bool) -> Offer:
    files = {
        profile: File(
            reverse("listening:sound", args=[row.key, _name(item, PROFILES[profile].suffix)]),
            PROFILES[profile].content_type, row.size,
        )
        for profile, row in made.items() if profile in LISTENING_PROFILES
    }  # fmt: skip
    heard = [files[profile] for profile in _HEARD if profile in files]
    return Offer(
        kind=item.kind, title=_title(item), language=item.page.locale.language_code, sources=heard,
        download=files.get(TAKEN_AWAY), seconds=made[_HEARD[0]].duration if _HEARD[0] in made else item.seconds,
        is_stale=item.is_stale, is_synthetic=item.is_synthetic, captions=_captions(item),
        # The page itself is the transcript of a voice that reads it.
        transcript=transcript_of(item) if words and not speaks_its_words(item) else [],
    )  # fmt: skip


def _video(item: PageMedia) -> Offer:
    row = item.video
    film = File(reverse("listening:file", args=[row.sha256, _name(item, ".mp4")]), "video/mp4", row.size)
    return Offer(
        kind=item.kind, title=_title(item), language=item.page.locale.language_code, sources=[film], download=film,
        seconds=row.duration, is_stale=False, is_synthetic=item.is_synthetic, captions=_captions(item),
        transcript=transcript_of(item), poster=reverse("listening:file", args=[row.poster_sha256, _name(item, ".jpg")]),
        width=row.width, height=row.height,
    )  # fmt: skip


def _name(item: PageMedia, suffix: str) -> str:
    return f"{item.page.slug[:80]}-{item.page.locale.language_code}{suffix}"


def _captions(item: PageMedia) -> str:
    return reverse("listening:captions", args=[item.pk, captions_digest(item)]) if item.captions else ""


def _title(item: PageMedia) -> str:
    name = dict(settings.LANGUAGES).get(item.page.locale.language_code, "")
    if item.kind == PageMedia.Kind.VOICE:
        return _("Listen to this page (%(language)s)") % {"language": name}
    fallback = _("Watch the video") if item.is_video else _("Listen")
    return item.title or fallback


def told(offers: list[Offer]) -> dict:
    """The same in schema.org's words: {"audio": …, "video": …} for a page's structured data."""
    found: dict[str, list] = defaultdict(list)
    for offer in offers:
        if not offer.sources:
            continue
        file = offer.sources[0] if offer.is_video or not offer.download else offer.download
        about = {
            "@type": "VideoObject" if offer.is_video else "AudioObject", "name": offer.title,
            "inLanguage": offer.language, "contentUrl": settings.SITE_URL + file.src, "encodingFormat": file.type,
            "contentSize": str(file.size),
        }  # fmt: skip
        if offer.seconds:
            about["duration"] = f"PT{int(offer.seconds) // 60}M{round(offer.seconds) % 60}S"
        if offer.transcript:
            about["transcript"] = "\n".join(offer.transcript)
        if offer.captions:
            about["caption"] = {
                "@type": "MediaObject", "encodingFormat": "text/vtt", "contentUrl": settings.SITE_URL + offer.captions,
            }  # fmt: skip
        if offer.is_video:
            about |= {"thumbnailUrl": settings.SITE_URL + offer.poster, "width": offer.width, "height": offer.height}
        found["video" if offer.is_video else "audio"].append(about)
    return {name: rows if len(rows) > 1 else rows[0] for name, rows in found.items()}
