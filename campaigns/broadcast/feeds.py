"""The broadcasts as a podcast, and a commune's broadcast hours as a calendar.

RSS 2.0 with the tags of Apple Podcasts (help page "Podcast RSS feed requirements") and of the Podcasting 2.0 namespace:
alternateEnclosure with integrity (SRI), transcript, guid (a UUIDv5 of the feed's address, as its page `guid` says).
What is withdrawn disappears from the next answer.
"""

import base64
import hashlib
import uuid
from datetime import date, datetime, timedelta

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event, vRecur

from campaigns.broadcast.month import languages_of, offered, ready_files, released_of, sound_path
from campaigns.models import BroadcastSlot, Bulletin, BulletinVersion
from campaigns.querysets import first_of_month
from media.audio import PROFILES
from media.models import Rendition
from places.models import AdministrativeUnit, Language

# The namespace of podcast:guid, from its specification.
PODCAST_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
ITEMS = 100
# A commune's feed goes this far back.
COMMUNE_DAYS = 366
WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Podcast clients know MP3 best; `phone` profiles are made for ears, `horn` ones for loudspeakers.
FIRST_FOR_EARS = ("phone-aac", "horn-small", "horn", "phone")
FIRST_FOR_LOUDSPEAKERS = ("horn", "horn-small", "phone-aac", "phone")


def absolute(path: str) -> str:
    """An address with the site's own scheme and host in front, whoever asked by which name."""
    return settings.SITE_URL + path


class PodcastFeed(Rss201rev2Feed):
    """Django's RSS with the podcast tags; items carry `version`, `files` (Rendition, best first)."""

    def rss_attributes(self):
        return super().rss_attributes() | {
            "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
            "xmlns:podcast": "https://podcastindex.org/namespace/1.0",
        }

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        picture, name = absolute(static("img/podcast.png")), self.feed["author"]
        handler.startElement("image", {})
        for tag, text in (("url", picture), ("title", self.feed["title"]), ("link", self.feed["link"])):
            handler.addQuickElement(tag, text)
        handler.endElement("image")
        handler.addQuickElement("itunes:image", attrs={"href": picture})
        handler.addQuickElement("itunes:author", name)
        handler.addQuickElement("itunes:explicit", "false")
        handler.addQuickElement("itunes:type", "episodic")
        handler.addQuickElement("itunes:category", attrs={"text": "Government"})
        plain = self.feed["feed_url"].split("://", 1)[1].rstrip("/")
        handler.addQuickElement("podcast:guid", str(uuid.uuid5(PODCAST_NAMESPACE, plain)))
        handler.addQuickElement("podcast:medium", "podcast")

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        version, files = item["version"], item["files"]
        handler.addQuickElement("itunes:duration", str(round(files[0].duration or 0)))
        handler.addQuickElement("itunes:explicit", "false")
        handler.addQuickElement("itunes:episodeType", "full")
        for number, file in enumerate(files):
            profile = PROFILES[file.profile]
            handler.startElement(
                "podcast:alternateEnclosure",
                {
                    "type": profile.content_type, "length": str(file.size), "title": profile.name,
                    "bitrate": str(round(file.size * 8 / (file.duration or 1))),
                    "default": "true" if number == 0 else "false",
                },
            )  # fmt: skip
            handler.addQuickElement("podcast:source", attrs={"uri": sound_address(version, file)})
            handler.addQuickElement("podcast:integrity", attrs={"type": "sri", "value": integrity(file)})
            handler.endElement("podcast:alternateEnclosure")
        text = {"url": item["text"], "type": "text/plain"}
        if not version.audio_only:
            text["language"] = version.language.tag
        handler.addQuickElement("podcast:transcript", attrs=text)


def integrity(file: Rendition) -> str:
    """A file's hash as Subresource Integrity writes it."""
    return "sha256-" + base64.b64encode(bytes.fromhex(file.sha256)).decode()


def sound_address(version: BulletinVersion, file: Rendition, length: str = "") -> str:
    return absolute(sound_path(version, file, length))


def versions_for_all() -> list[BulletinVersion]:
    return list(released_of(Bulletin.objects.all()).order_by("-released_at", "-pk")[:ITEMS])


def versions_in(tag: str) -> list[BulletinVersion]:
    """Released versions in a language, all its varieties."""
    return list(released_of(Bulletin.objects.all()).filter(language__tag=tag).order_by("-released_at", "-pk")[:ITEMS])


def versions_of(commune: AdministrativeUnit) -> list[BulletinVersion]:
    """What a commune was asked to air in the last year, in its languages and what stands in for them."""
    since = first_of_month(timezone.localdate() - timedelta(days=COMMUNE_DAYS))
    mine = Bulletin.objects.filter(month__gte=since).addressed_to(commune)
    offers = offered(released_of(mine), languages_of(commune))
    found = [offer.version for _bulletin, of_one in offers for offer in of_one if offer.version]
    return sorted(found, key=lambda version: (version.released_at, version.pk), reverse=True)[:ITEMS]


def podcast(
    *, path: str, title: str, versions: list[BulletinVersion], language: str, link: str, first=FIRST_FOR_EARS
) -> bytes:
    """The feed at `path`. `first`: profiles in the order in which a client should try them."""
    with override("en" if language == "en" else "vi"):
        feed = PodcastFeed(
            title=title,
            link=absolute(link),
            description=_("Monthly loudspeaker broadcasts against human trafficking, free to play and to share."),
            language=language,
            feed_url=absolute(path),
            author=_("Safe Villages"),
        )
        for version in versions:
            ready = ready_files(version.programme)
            files = [ready[profile] for profile in first if profile in ready]
            if files:
                _add(feed, version, files)
        return feed.writeString("utf-8").encode()


def _add(feed: PodcastFeed, version: BulletinVersion, files: list[Rendition]) -> None:
    bulletin = version.bulletin
    english = version.language.tag == "en" and bulletin.title_en
    title = bulletin.title_en if english else bulletin.title
    hotline = f"{bulletin.hotline.label}: {bulletin.hotline.number}"
    feed.add_item(
        title=f"{title} · {bulletin.month:%m/%Y} · {version.language.label}",
        link=absolute(reverse("campaigns:version", args=[version.pk])),
        description=f"{bulletin.theme or title}. {hotline}",
        unique_id=f"urn:uuid:{uuid.uuid5(PODCAST_NAMESPACE, f'version {version.pk} {version.programme.key}')}",
        unique_id_is_permalink=False,
        pubdate=version.released_at,
        enclosures=[
            Enclosure(sound_address(version, files[0]), str(files[0].size), PROFILES[files[0].profile].content_type)
        ],
        version=version,
        files=files,
        text=absolute(reverse("campaigns:script", args=[version.pk, "txt"])),
    )  # fmt: skip


# Calendar -------------------------------------------------------------------------------------------------------


def calendar_of(commune: AdministrativeUnit) -> bytes:
    """The broadcast hours of a commune's stations (also of those that merged into it), repeating every week."""
    family = AdministrativeUnit.objects.family(commune)
    slots = BroadcastSlot.objects.filter(station__commune__in=family, station__is_active=True).select_related("station")
    calendar = Calendar()
    calendar.add("prodid", "-//Binh yen ban lang//Broadcast hours//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    with override("vi"):
        calendar.add("x-wr-calname", _("Broadcast hours · %(commune)s") % {"commune": commune.label})
        for slot in slots.order_by("pk"):
            calendar.add_component(_event(slot, commune))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(slot: BroadcastSlot, commune: AdministrativeUnit) -> Event:
    first = _first_day(slot, timezone.localdate(slot.since))
    # Made from the zone by name: a calendar must say 5 o'clock in Việt Nam, not a distance from Greenwich.
    begins = datetime.combine(first, slot.starts_at, tzinfo=timezone.get_default_timezone())
    event = Event()
    event.add(
        "uid", f"{uuid.uuid5(PODCAST_NAMESPACE, f'slot {slot.pk}')}@{settings.SITE_URL.split('://')[1].split(':')[0]}"
    )
    event.add("dtstamp", slot.since)
    event.add("summary", _("Loudspeaker broadcast · %(station)s") % {"station": slot.station})
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(minutes=slot.minutes))
    event.add(
        "rrule", vRecur({"FREQ": "DAILY"} if slot.day == slot.Day.DAILY else {"FREQ": "WEEKLY", "BYDAY": slot.day})
    )
    event.add("location", commune.label)
    event.add("url", absolute(f"{reverse('campaigns:desk')}?xa={commune.pk}"))
    return event


def _first_day(slot: BroadcastSlot, since: date) -> date:
    if slot.day == slot.Day.DAILY:
        return since
    return since + timedelta(days=(WEEK.index(slot.day) - since.weekday()) % 7)


def etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def language_of(tag: str) -> Language | None:
    """A language in use of this tag, its plainest variety first."""
    return Language.objects.active().filter(tag=tag).order_by("variety").first()
