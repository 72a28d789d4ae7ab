"""A month on a USB stick: one ZIP in playing order that the oldest player reads, built once for each distinct content.

    01_VIET_T11.MP3  02_COTU_T11.MP3 …   constant bit rate, no tags (media.audio's profiles), in playing order
    PLAYLIST.M3U                         the same order, CRLF
    DOC.TXT  README.TXT                  what to do, in Vietnamese and English
    KICHBAN/01_VIET_T11.PDF …            the scripts on paper
    SHA256SUMS                           `sha256sum -c` or any checker says whether the copy is whole

Only full broadcasts: a player plays whatever lies on the stick, and would play the minute after the whole. The shorter ones
are fetched one by one.

Names are ASCII, at most 31 characters; nothing lies deeper than one folder. Everything is stored, not compressed: sound
and PDF would not shrink, and the same content gives the same bytes on every machine.
"""

import hashlib
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns.broadcast import month as months
from campaigns.broadcast.month import Offer, offered, plain_name, released_versions
from campaigns.broadcast.printing import script_pdf
from campaigns.models import Bulletin, BulletinVersion, Pack
from campaigns.querysets import first_of_month
from core.errors import DomainError
from core.text import fold
from media import jobs
from media.models import Rendition
from media.storage import absolute, install, sha256_of, workdir
from places.models import AdministrativeUnit, Language

# A change of the pack's layout gives every pack a new key.
LAYOUT = 2
# profile → what tells its file from the other one's
PROFILES = {"horn": "usb", "horn-small": "usb-64k"}
NAME_LIMIT = 31
# A pack that could not be built is tried again by the sweep, but not each time it looks.
RETRY_AFTER = timedelta(hours=1)
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Track:
    """One file of sound on the stick."""

    name: str
    version: BulletinVersion
    rendition: Rendition


Offers = list[tuple[Bulletin, list[Offer]]]


def tracks(offers: Offers, profile: str) -> list[Track]:
    """What a commune's stick holds, in playing order; empty while any programme is not there in this profile."""
    found: list[Track] = []
    for _bulletin, offers_of_one in offers:
        for offer in offers_of_one:
            if offer.version is None:
                continue
            rendition = offer.renditions.get(profile.replace("-", "_"))
            if rendition is None:
                return []
            found.append(Track(_track_name(len(found) + 1, offer.version), offer.version, rendition))
    return found


def _track_name(number: int, version: BulletinVersion) -> str:
    """ "01_VIET_T11.MP3": order, language, month; ASCII, at most 31 characters."""
    language = version.language
    said = fold(f"{language.name_vi} {language.variety if language.variety not in language.name_vi else ''}")
    spoken = "".join(c for c in said.removeprefix("tieng ") if c.isascii() and c.isalnum()).upper()
    head, tail = f"{number:02}_", f"_T{version.bulletin.month:%m}.MP3"
    return head + (spoken or language.tag.upper())[: NAME_LIMIT - len(head) - len(tail)] + tail


def pack_key(found: list[Track], profile: str) -> str:
    """sha256 of all that decides the bytes: layout, names and order, sounds, approved words."""
    said = [
        [track.name, track.rendition.sha256, track.version.pk, _words(track.version), track.version.bulletin.title]
        for track in found
    ]
    return hashlib.sha256(json.dumps([LAYOUT, profile, said]).encode()).hexdigest()


def _words(version: BulletinVersion) -> str:
    return hashlib.sha256(json.dumps(version.approved_script, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def request_pack(found: list[Track], profile: str) -> Pack:
    """The pack of these tracks; made, with a job, unless somebody asked for the same before."""
    month = found[0].version.bulletin.month
    rows = [{"version": t.version.pk, "rendition": t.rendition.pk, "name": t.name} for t in found]
    pack, created = Pack.objects.get_or_create(
        key=pack_key(found, profile), defaults={"month": month, "profile": profile, "tracks": rows}
    )
    if created:
        pack.versions.set([t.version for t in found])
    if created or _failed_long_ago(pack):
        Pack.objects.filter(pk=pack.pk).update(state=Pack.State.WAITING, reason="", finished_at=None)
        jobs.retry_job(jobs.enqueue("pack", pack.key, {"pack": pack.pk}))
    return pack


def _failed_long_ago(pack: Pack) -> bool:
    return pack.state == Pack.State.FAILED and pack.finished_at < timezone.now() - RETRY_AFTER


def packs_of(offers: Offers) -> list[Pack]:
    """The packs of a commune's offers that are ready, the good sound first. One query, two with packs."""
    keys = {pack_key(found, profile): profile for profile in PROFILES if (found := tracks(offers, profile))}
    ready = {pack.profile: pack for pack in Pack.objects.filter(key__in=keys, state=Pack.State.READY)} if keys else {}
    return [ready[profile] for profile in PROFILES if profile in ready]


def downloads(offers: Offers, commune: AdministrativeUnit) -> list[dict]:
    """A commune's packs for components/download_button.html: [{url, label, format, size, sha256}]."""
    labels = {"horn": _("USB stick for the amplifier"), "horn-small": _("USB stick, smaller files")}
    return [
        {
            "url": address(pack, commune),
            "label": labels[pack.profile],
            "format": "ZIP",
            "size": pack.size,
            "sha256": pack.sha256,
        }
        for pack in packs_of(offers)
    ]


def address(pack: Pack, commune: AdministrativeUnit) -> str:
    """Where a commune finds a pack, under a name that says whose month it is."""
    return reverse("pack:download", args=[pack.key, zip_name(pack, commune)])


def zip_name(pack: Pack, commune: AdministrativeUnit) -> str:
    """ "2026-11_xa-tay-giang_usb.zip" """
    place = plain_name(commune.name)
    return "_".join(filter(None, [f"{pack.month:%Y-%m}", place, PROFILES[pack.profile]])) + ".zip"


# All communes at once -------------------------------------------------------------------------------------------


def prepare(month: date) -> set[str]:
    """Asks for the pack of every commune's month in every profile; the keys. As many queries for 3,000 communes as for
    one, and as many packs as there are distinct contents."""
    return {
        request_pack(found, profile).key
        for offers in distinct_offers(month)
        for profile in PROFILES
        if (found := tracks(offers, profile))
    }


def distinct_offers(month: date) -> list[Offers]:
    """What communes are offered in a month, each distinct list once; as month.offers says of each."""
    versions = list(released_versions(month))
    if not versions:
        return []
    languages = Language.objects.active().select_related("fallback__fallback__fallback")
    known = {language.pk: language for language in languages.order_by("position", "tag")}
    vietnamese = [pk for pk, language in known.items() if language.tag == "vi"]
    groups = {
        (bulletins, tuple(pk for pk in known if pk in spoken or pk in vietnamese))
        for bulletins, spoken in _contents({v.bulletin_id for v in versions})
    }
    return [
        offered([v for v in versions if v.bulletin_id in bulletins], [known[pk] for pk in asked])
        for bulletins, asked in sorted(groups, key=lambda group: (sorted(group[0]), group[1]))
    ]


def _contents(bulletin_ids: Iterable[int]) -> set[tuple[frozenset[int], frozenset[int]]]:
    """(bulletins addressed to it, languages spoken in it) of every commune of today."""
    addressed = Bulletin.objects.filter(pk__in=bulletin_ids).addressees()
    spoken: dict[int, set[int]] = defaultdict(set)
    for unit, language in (
        Language.objects.active().filter(spoken__unit__in=addressed).values_list("spoken__unit", "pk")
    ):
        spoken[unit].add(language)
    return {(bulletins, frozenset(spoken[commune])) for commune, bulletins in addressed.items()}


# Building -------------------------------------------------------------------------------------------------------


def _failed(args: dict, reason: str) -> None:
    Pack.objects.filter(pk=args["pack"]).update(state=Pack.State.FAILED, reason=reason, finished_at=timezone.now())


@jobs.handles("pack", on_failure=_failed)
def build_job(args: dict):
    """Writes one ZIP; it appears whole, and the row says ready in the same transaction."""
    pack = Pack.objects.get(pk=args["pack"])
    with workdir() as folder:
        made = folder / "pack.zip"
        write_pack(pack, made)
        size, sha256 = made.stat().st_size, sha256_of(made)
        place = f"packs/{pack.key[:2]}/{pack.key}-{sha256[:12]}.zip"
        install(made, absolute(place))

    def finish() -> None:
        Pack.objects.filter(pk=pack.pk).update(
            state=Pack.State.READY, reason="", path=place, size=size, sha256=sha256, finished_at=timezone.now()
        )

    return finish


def write_pack(pack: Pack, target: Path) -> None:
    """The ZIP of a pack's tracks; refuses a sound whose bytes are not those that were approved."""
    versions = BulletinVersion.objects.select_related("bulletin__hotline", "language").in_bulk(
        [row["version"] for row in pack.tracks]
    )
    sounds = Rendition.objects.in_bulk([row["rendition"] for row in pack.tracks])
    rows = [(row["name"], versions[row["version"]], sounds[row["rendition"]]) for row in pack.tracks]
    sums: list[str] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:

        def add(name: str, content: bytes) -> None:
            archive.writestr(_entry(name, pack.month), content)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}")

        for name, _version, rendition in rows:
            _add_sound(archive, _entry(name, pack.month), rendition)
            sums.append(f"{rendition.sha256}  {name}")
        add("PLAYLIST.M3U", "".join(f"{name}\r\n" for name, _version, _sound in rows).encode("ascii"))
        for name, language in (("DOC.TXT", "vi"), ("README.TXT", "en")):
            add(name, _instructions(pack, rows, language))
        for name, version, _sound in rows:
            add(f"KICHBAN/{name.removesuffix('.MP3')}.PDF", script_pdf(version))
        archive.writestr(_entry("SHA256SUMS", pack.month), "".join(f"{line}\n" for line in sums))


def _entry(name: str, month: date) -> zipfile.ZipInfo:
    """A file of the first of the month, stored, an ordinary one for every system that unpacks it."""
    entry = zipfile.ZipInfo(name, (month.year, month.month, 1, 0, 0, 0))
    entry.create_system, entry.external_attr = 3, 0o100644 << 16
    return entry


def _add_sound(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, rendition: Rendition) -> None:
    entry.file_size, digest = rendition.size, hashlib.sha256()
    with absolute(rendition.path).open("rb") as sound, archive.open(entry, "w") as place:
        while block := sound.read(_BLOCK):
            digest.update(block)
            place.write(block)
    if digest.hexdigest() != rendition.sha256:
        raise ValueError(f"the bytes of {rendition.path} are not those that were rendered")


def _instructions(pack: Pack, rows: list, language: str) -> bytes:
    """What to do with the stick. With a mark in front by which also old editors know UTF-8."""
    with override(language):
        listed = [
            {
                "name": name,
                "language": version.language.label,
                "title": version.bulletin.title_en if language == "en" and version.bulletin.title_en else version.bulletin.title,
                "seconds": sound.duration,
            }
            for name, version, sound in rows
        ]  # fmt: skip
        text = render_to_string("campaigns/pack.txt", {"month": pack.month, "rows": listed})
    return b"\xef\xbb\xbf" + "".join(f"{line}\r\n" for line in text.splitlines()).encode()


def current_pack(commune: AdministrativeUnit, month: date, profile: str) -> Pack:
    """The pack behind a commune's own address; refused in words while there is none."""
    pack = next(
        (one for one in packs_of(months.offers(commune, first_of_month(month))) if one.profile == profile), None
    )
    if pack is None:
        raise DomainError(_("The pack of this month is not ready yet. Please come back in a few minutes."))
    return pack
