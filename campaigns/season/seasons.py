"""The season of 30 July: one act makes every commune's kit; a changed season offers its changes and overwrites nothing."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from campaigns.broadcast.bulletins import bulletin_written
from campaigns.models import Bulletin, Event, Season, Segment, Term
from campaigns.season.notices import tell_all
from campaigns.villages.integration import require_integration
from core.errors import DomainError
from media import jobs
from media.models import Job
from people.models import User
from people.permissions import may
from places.models import AdministrativeUnit

KEEP_SEASON, KEEP_EVENT = "campaigns.keep_season", "campaigns.keep_event"
# What a kit takes from its season.
TEXTS = ("title", "summary", "programme", "speech", "plan_text")
TIMES = ("starts_at", "ends_at")
# Changes that the registered are told of.
TOLD = ("starts_at", "ends_at", "place", "mode", "livestream")
# The loudspeakers announce it so long before.
ANNOUNCED_BEFORE = timedelta(days=3)


@transaction.atomic
def save_season(*, actor, season: Season, terms: list[Term] | None = None) -> Season:
    """`terms`: what all its events are integrated with unless a commune says otherwise; None leaves them."""
    if not may(actor, KEEP_SEASON, season.area):
        raise PermissionDenied
    if season.author_id is None:
        season.author = actor
    season.save()
    if terms is not None:
        require_integration(terms)
        season.terms.set(terms)
    return season


def communes_of(season: Season):
    """The communes of today that hold a rally in it (a queryset)."""
    return AdministrativeUnit.objects.within(season.area).communes().order_by("name")


# Where a sentence begins, the name does too.
_FIRST = re.compile(r"((?:^|[.!?…]\s+)\s*)\{xa\}", re.MULTILINE)


def inside(name: str) -> str:
    """A unit's name within a sentence: "xã Tây Giang"."""
    return name[:1].lower() + name[1:]


def said(season: Season, commune: AdministrativeUnit) -> dict:
    """The season's texts and times for a commune."""
    words = {"{nam}": str(season.year), "{chu_de}": season.theme, "{xa}": inside(commune.name)}
    found: dict = {name: getattr(season, name) for name in TIMES}
    for name in (*TEXTS, "announcement"):
        text = getattr(season, name)
        text = _FIRST.sub(lambda found: found[1] + commune.name, text)
        for mark, word in words.items():
            text = text.replace(mark, word)
        found[name] = text
    found["title"] = found["title"][:160]
    return found


def _kept(texts: dict) -> dict:
    """As `made_from` keeps them."""
    return {name: texts[name] for name in TEXTS} | {name: texts[name].isoformat() for name in TIMES}


@transaction.atomic
def make_kit(*, season: Season, commune: AdministrativeUnit, actor) -> tuple[Event, bool]:
    """(the commune's event, is it new). Its announcement goes to the loudspeakers' workbench as a bulletin of its own,
    to be recorded and approved there like any other."""
    texts = said(season, commune)
    announcement = texts.pop("announcement")
    event, created = Event.objects.get_or_create(
        season=season, commune=commune, defaults=texts | {"made_from": _kept(texts)}
    )
    if created and announcement.strip():
        event.bulletin = _announce(event, announcement, actor)
        event.save(update_fields=["bulletin"])
    return event, created


def _announce(event: Event, text: str, actor) -> Bulletin:
    season = event.season
    bulletin = Bulletin.objects.create(
        month=timezone.localdate(event.starts_at), title=event.title, theme=season.theme, area=event.commune,
        hotline=season.hotline, release_at=event.starts_at - ANNOUNCED_BEFORE, author=actor,
    )  # fmt: skip
    slogan = next((line.strip() for line in season.slogans.splitlines() if line.strip()), "")
    segments = [
        (Segment.Kind.ANNOUNCER, text),
        (Segment.Kind.KEY_MESSAGE, slogan),
        (Segment.Kind.HOTLINE, f"Khi cần giúp đỡ, bà con hãy gọi {season.hotline.number}."),
    ]
    for position, (kind, words) in enumerate((kind, words) for kind, words in segments if words):
        Segment.objects.create(bulletin=bulletin, sort_order=position, kind=kind, text=words)
    return bulletin_written(bulletin=bulletin, actor=actor)


@transaction.atomic
def make_kits(*, season: Season, actor) -> Job:
    """Makes the kits of all communes in one job; done again, it makes those that are missing and touches no other."""
    if not may(actor, KEEP_SEASON, season.area):
        raise PermissionDenied
    job = jobs.enqueue("kits", str(season.pk), {"season": season.pk, "actor": actor.pk})
    jobs.retry_job(job)
    return job


@jobs.handles("kits")
def kits_job(args: dict) -> None:
    """One commune a transaction: a worker that is killed leaves whole kits, and the next goes on where it stopped."""
    season = Season.objects.select_related("area", "hotline").get(pk=args["season"])
    actor = User.objects.get(pk=args["actor"])
    done = set(season.events.values_list("commune", flat=True))
    for commune in communes_of(season).exclude(pk__in=done).iterator():
        make_kit(season=season, commune=commune, actor=actor)


def progress(season: Season) -> dict:
    """{made, all, state}: how many communes have their kit, and what the job says (waiting, running, done, failed, "")."""
    job = Job.objects.filter(key=f"kits:{season.pk}").first()
    communes = communes_of(season)
    made = season.events.filter(commune__in=communes).count()
    return {"made": made, "all": communes.count(), "state": job.state if job else ""}


# The commune's side -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """A change of the season that an event has not taken over. `edited`: the commune has its own words there."""

    name: str
    label: str
    now: str
    offered: str
    edited: bool


def offers(event: Event) -> list[Offer]:
    """What the season says otherwise than when this event last took it over."""
    texts = said(event.season, event.commune)
    found = []
    for name, offered in _kept(texts).items():
        if event.made_from.get(name) == offered:
            continue
        value = getattr(event, name)
        here = value.isoformat() if isinstance(value, datetime) else value
        if here == offered:
            continue
        edited = _moment(here) != _moment(event.made_from.get(name))
        found.append(
            Offer(name, str(Event._meta.get_field(name).verbose_name), _shown(value), _shown(texts[name]), edited)
        )
    return found


def _moment(text: str | None):
    """Times are equal when they are the same instant, whatever zone they are written in."""
    try:
        return parse_datetime(text or "") or text
    except ValueError:
        return text


def _shown(value) -> str:
    return f"{timezone.localtime(value):%d/%m/%Y %H:%M}" if isinstance(value, datetime) else value


@transaction.atomic
def take_offers(*, event: Event, actor, names: list[str]) -> Event:
    """Takes over the season's words for `names`; what is not named stays the commune's own and is not offered again."""
    _require(actor, event)
    event = _locked(event)
    texts = said(event.season, event.commune)
    for offer in offers(event):
        if offer.name in names:
            setattr(event, offer.name, texts[offer.name])
    event.made_from = _kept(texts)
    return _changed(event)


def _require(actor, event: Event) -> None:
    if not may(actor, KEEP_EVENT, event.commune):
        raise PermissionDenied


def _locked(event: Event) -> Event:
    Event.objects.select_for_update().get(pk=event.pk)
    return Event.objects.select_related("season__hotline", "season__area", "commune").get(pk=event.pk)


def _changed(event: Event) -> Event:
    event.revision += 1
    event.changed_at = timezone.now()
    event.save()
    return event


@transaction.atomic
def change_event(*, event: Event, actor, terms: list[Term] | None = None) -> Event:
    """Saves what a form has written into an event. Another time or place is told to the registered."""
    _require(actor, event)
    before = Event.objects.select_for_update().get(pk=event.pk)
    told = any(getattr(before, name) != getattr(event, name) for name in TOLD)
    event = _changed(event)
    if terms is not None:
        require_integration(terms)
        event.terms.set(terms)
    if told and event.published_at:
        tell_all(event, "changed")
    return event


@transaction.atomic
def publish_event(*, event: Event, actor) -> Event:
    """Shows the event to everybody. It needs a place, or an address of its livestream, first."""
    _require(actor, event)
    event = _locked(event)
    if event.mode != Event.Mode.ONLINE and not event.place:
        raise DomainError(_("Say where it is held before it is published. Nothing was published."))
    if event.mode != Event.Mode.PERSON and not event.livestream:
        raise DomainError(_("Enter the address of the livestream before it is published. Nothing was published."))
    event.published_at = event.published_at or timezone.now()
    return _changed(event)


@transaction.atomic
def set_status(*, event: Event, actor, status: str, note: str) -> Event:
    """Postpones, moves, cancels, or says that it takes place after all; the note stands on top of the page and goes to the
    registered."""
    _require(actor, event)
    if status not in Event.Status.values:
        raise DomainError(_("Choose a status."))
    if status != Event.Status.PLANNED and not note.strip():
        raise DomainError(_("Say what changes, and why: people read it on top of the page."))
    event = _locked(event)
    event.status, event.status_note, event.status_at = status, note.strip()[:300], timezone.now()
    event = _changed(event)
    tell_all(event, status)
    return event
