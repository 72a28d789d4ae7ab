"""What a commune is asked to air in a month, in which languages, and how far it has come."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Prefetch, Q, Value, When, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.broadcast.cuts import LIMITS
from campaigns.models import Airing, Bulletin, BulletinVersion, Length, MissedBroadcast, VersionCut
from campaigns.querysets import first_of_month
from core.text import fold
from media.audio import PROFILES
from media.models import Programme, Rendition
from places.models import AdministrativeUnit, Language

# From this many days before the month ends, a commune that has not broadcast is told so.
LAST_DAYS = 7

# On a desk the most urgent stands first.
URGENCY = Case(
    When(bulletin__priority=Bulletin.Priority.EMERGENCY, then=Value(0)),
    When(bulletin__priority=Bulletin.Priority.PRIORITY, then=Value(1)),
    default=Value(2),
)

DOWNLOADS = ("horn", "horn-small", "phone", "phone-aac")


@dataclass(frozen=True)
class Offer:
    """A version a commune can air, or a language it speaks that still waits (`version` None); `instead` is the language
    to air meanwhile."""

    language: Language
    version: BulletinVersion | None
    renditions: dict
    instead: Language | None = None


def month_end(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def status(*, aired: bool, missed: bool, month: date, today: date | None = None) -> str:
    """ "aired", "missed" (a reason was given), "overdue", "due" (the last days) or "open" of a commune's month."""
    today = today or timezone.localdate()
    if aired:
        return "aired"
    if today > month_end(month):
        return "missed" if missed else "overdue"
    if missed:
        return "missed"
    return "due" if today > month_end(month) - timedelta(days=LAST_DAYS) else "open"


def released_versions(month: date, *, commune: AdministrativeUnit | None = None, family: set[int] | None = None):
    """Released versions of a month's bulletins with their renditions; three queries."""
    bulletins = Bulletin.objects.in_month(month)
    if commune is not None:
        bulletins = bulletins.addressed_to(commune, family)
    return released_of(bulletins)


def released_of(bulletins):
    """Released versions of these bulletins (a queryset), the most urgent first, with their renditions; three queries."""
    return (
        BulletinVersion.objects.released()
        .filter(bulletin__in=bulletins)
        .with_lengths()
        .select_related("bulletin__hotline", "language", "programme")
        .prefetch_related(_with_sound())
        .order_by(URGENCY, "-bulletin__release_at", "bulletin_id", "language__position", "pk")
    )


def _with_sound() -> Prefetch:
    """The programme's finished renditions, for ready_files."""
    return Prefetch("programme__renditions", Rendition.objects.filter(state="ready").order_by("pk"), to_attr="ready")


def lengths(version: BulletinVersion) -> list[tuple[str, str]]:
    """(value, label) of every length a version (read with its lengths) can be played in, the full one first; empty where there is
    no choice. No query: the desk asks for each of its forms."""
    shorter = [(length.value, length.label) for length in LIMITS if getattr(version, f"has_{length.value}")]
    return [(Length.FULL.value, Length.FULL.label), *reversed(shorter)] if shorter else []


def read_shorter(versions: list[BulletinVersion]) -> None:
    """Reads the shorter broadcasts of these versions with their renditions; one query, two where there are any."""
    cuts = VersionCut.objects.select_related("programme").prefetch_related(_with_sound())
    prefetch_related_objects(versions, Prefetch("shorter", cuts))


def shorter(version: BulletinVersion) -> list[dict]:
    """The shorter broadcasts of a version (after read_shorter), for templates: [{label, title, seconds, files}]."""
    found = []
    for cut in version.shorter.all():
        ready = ready_files(cut.programme)
        if "horn" in ready:
            label = cut.get_length_display()
            found.append(
                {
                    "label": label,
                    "title": f"{version.bulletin.title} – {version.language.label} – {label}",
                    "seconds": ready["horn"].duration,
                    "files": _files(version, ready, cut.length),
                }
            )
    return found


def renditions(version: BulletinVersion) -> dict:
    """Profile (with _ for -) → rendition, and under "files" what can be downloaded, for templates."""
    ready = ready_files(version.programme)
    found: dict = {profile.replace("-", "_"): rendition for profile, rendition in ready.items()}
    return found | {"files": _files(version, ready)}


def ready_files(programme: Programme) -> dict[str, Rendition]:
    """Profile → rendition of what can be downloaded; of a programme that came with released_of."""
    return {file.profile: file for file in programme.ready if file.profile in DOWNLOADS}


def _files(version: BulletinVersion, ready: dict[str, Rendition], length: str = "") -> list[dict]:
    """For components/download_button.html. `length` tells a shorter broadcast's files from the full one's."""
    return [
        {
            "label": label,
            "format": kind,
            "size": ready[profile].size,
            "sha256": ready[profile].sha256,
            "url": sound_path(version, ready[profile], length),
        }
        for profile, label, kind in (
            ("horn", _("For loudspeakers, USB"), "MP3 128"),
            ("horn-small", _("Loudspeakers, smaller file"), "MP3 64"),
            ("phone", _("For the phone"), "Opus"),
            ("phone-aac", _("For the phone"), "M4A"),
        )
        if profile in ready
    ]


def sound_path(version: BulletinVersion, file: Rendition, length: str = "") -> str:
    """Where a file of a version is fetched, under a name that tells it from the version's other files; `length` of a
    shorter broadcast."""
    part = "_".join(filter(None, (length and f"{length}s", "64k" if file.profile == "horn-small" else "")))
    return reverse("audio:download", args=[file.key, file_name(version, PROFILES[file.profile].suffix, part)])


def file_name(version: BulletinVersion, suffix: str, part: str = "") -> str:
    """FAT-safe and in order on a USB stick: "2026-11_vi_viec-nhe-luong-cao.mp3"; `part` tells two of one suffix apart.

    Two varieties of a language have two names, or the second would replace the first on the stick.
    """
    language = f"{version.language.tag} {version.language.variety}"
    pieces = [f"{version.bulletin.month:%Y-%m}", plain_name(language), plain_name(version.bulletin.title), part]
    return "_".join(filter(None, pieces)) + suffix


def plain_name(text: str) -> str:
    """At most 40 ASCII letters, digits and hyphens, whatever the script of `text`."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in fold(text)).split()
    return "-".join(words)[:40].strip("-")


def offers(
    commune: AdministrativeUnit, month: date, family: set[int] | None = None
) -> list[tuple[Bulletin, list[Offer]]]:
    """This month's bulletins for a commune: Vietnamese and the languages spoken there, ready or still waiting. Where one
    waits, the next of its fallbacks that is ready is offered too."""
    versions = list(released_versions(month, commune=commune, family=family))
    return offered(versions, languages_of(commune))


def languages_of(commune: AdministrativeUnit):
    """Vietnamese and the languages spoken in a commune, with what to offer instead of each. One query."""
    asked = Language.objects.filter(Q(tag="vi") | Q(pk__in=Language.objects.spoken_in(commune).values("pk")))
    return asked.select_related("fallback__fallback__fallback")


def offered(versions: Iterable[BulletinVersion], asked: Iterable[Language]) -> list[tuple[Bulletin, list[Offer]]]:
    """These released versions, bulletin by bulletin, for people who speak the languages `asked` (Vietnamese among them)."""
    wanted = sorted(asked, key=lambda language: language.tag != "vi")
    versions, found = list(versions), []
    for bulletin in {v.bulletin_id: v.bulletin for v in versions}.values():
        by_language = {v.language_id: v for v in versions if v.bulletin_id == bulletin.pk}
        ready, waiting = [], []
        for language in wanted:
            if language.pk in by_language:
                ready.append(language)
                continue
            # Vietnamese is the last resort of every language, also of one whose chain nobody has written down.
            chain = [*language.fallback_chain(), *wanted[:1]]
            instead = next((one for one in chain if one.pk in by_language), None)
            waiting.append(Offer(language, None, {}, instead))
            if instead is not None and instead not in wanted and instead not in ready:
                ready.append(instead)
        found.append((bulletin, [*(_ready(by_language[one.pk]) for one in ready), *waiting]))
    return found


def _ready(version: BulletinVersion) -> Offer:
    return Offer(version.language, version, renditions(version))


def former_communes(commune: AdministrativeUnit, family: set[int], month: date) -> list[AdministrativeUnit]:
    """Communes that became `commune` after `month` began, by name: an airing of before the merger is theirs. No query
    where the commune existed all month."""
    if commune.valid_from <= first_of_month(month):
        return []
    gone = AdministrativeUnit.objects.filter(pk__in=family - {commune.pk}, valid_until__gt=first_of_month(month))
    return list(gone.filter(valid_until__lte=commune.valid_from, level=commune.level).order_by("name"))


def commune_status(commune: AdministrativeUnit, month: date) -> str:
    """Where a commune stands in a month; airings of communes that merged into it count. Three queries."""
    family = AdministrativeUnit.objects.family(commune)
    aired = Airing.objects.counted().aired_in(month).filter(commune__in=family).exists()
    missed = MissedBroadcast.objects.filter(commune__in=family, month=first_of_month(month)).exists()
    return status(aired=aired, missed=missed, month=month)
