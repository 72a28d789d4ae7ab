"""Nobody forgets: who is reminded of a month's broadcast, when, and what they are told.

    five days before the month ends   the commune's radio operators (its officers where it has none)
    the last day                      the commune's officers: its communicators and programme managers
    the first days of the next month  programme managers of the areas above: the list of communes that stayed silent

A recorded broadcast ends it, and so does "could not air", which opens a line of the repair list. Nobody is told the same
twice. Nothing leaves in the quiet hours.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns.broadcast.channels import channels
from campaigns.broadcast.month import commune_status, month_end
from campaigns.models import Airing, Bulletin, MissedBroadcast, Reminder
from campaigns.querysets import first_of_month
from media import jobs
from people.models import Membership, User
from people.roles import Role
from places.models import AdministrativeUnit

OPERATOR_DAYS = timedelta(days=5)
# On how many days of the next month the list may still leave, if the first one's sending was missed.
LIST_DAYS = 5
# Messages leave from 7:00 to 20:00, local time.
AWAKE = range(7, 20)
# Names in a list; a whole country's stand on the board.
MOST_NAMES = 100
FOCAL_ROLES = (Role.COMMUNICATOR, Role.PROGRAMME_MANAGER)
Step = Reminder.Step


@dataclass(frozen=True)
class Silent:
    """A commune that was asked to broadcast in a month and has recorded nothing; `reason` in words, if one was given."""

    commune: AdministrativeUnit
    reason: str


def silent_communes(month: date, communes=None) -> list[Silent]:
    """Of today's communes (or of these, a queryset): who was asked and has not recorded a broadcast, by name. What was
    recorded before a merger counts for the commune that came of it. Nine queries whatever the size."""
    month = first_of_month(month)
    asked = _asked(month).addressees()
    rows = AdministrativeUnit.objects.current().communes() if communes is None else communes
    units = [unit for unit in rows.order_by("name", "pk") if unit.pk in asked]
    if not units:
        return []
    family = AdministrativeUnit.objects.filter(pk__in=[unit.pk for unit in units]).ancestry()
    aired = set(Airing.objects.counted().aired_in(month).order_by().values_list("commune", flat=True).distinct())
    missed = MissedBroadcast.objects.filter(month=month).order_by("received_at")
    reasons = {row.commune_id: row.get_reason_display() for row in missed}
    return [
        Silent(unit, next((reasons[pk] for pk in family[unit.pk] if pk in reasons), ""))
        for unit in units
        if not family[unit.pk] & aired
    ]


def _asked(month: date):
    """The bulletins that communes were asked to broadcast in a month (a queryset)."""
    return Bulletin.objects.in_month(month).in_force().filter(versions__state="released").distinct()


def plan(now: datetime) -> int:
    """Writes down who is to be reminded at this hour, and has all that is unsent sent; how many are under way."""
    local = timezone.localtime(now)
    if local.hour not in AWAKE:
        return 0
    today = local.date()
    month = first_of_month(today)
    last_month = first_of_month(month - timedelta(days=1))
    wanted: list[Reminder] = []
    if today >= month_end(today) - OPERATOR_DAYS:
        wanted += _to_communes(month, is_last_day=today == month_end(today))
    if today.day <= LIST_DAYS:
        wanted += _to_managers(last_month)
    # What is there already stays as it is: nobody is told twice.
    Reminder.objects.bulk_create(wanted, ignore_conflicts=True)
    unsent = Reminder.objects.filter(month__in=(month, last_month), sent_at=None, dropped_at=None).order_by("pk")
    found = list(unsent.values_list("pk", flat=True))
    for pk in found:
        with transaction.atomic():
            jobs.retry_job(jobs.enqueue("broadcast-reminder", str(pk), {"reminder": pk}))
    return len(found)


def _to_communes(month: date, *, is_last_day: bool) -> list[Reminder]:
    waiting = [silent.commune for silent in silent_communes(month) if not silent.reason]
    operators = _people(waiting, [Role.RADIO_OPERATOR])
    officers = _people(waiting, FOCAL_ROLES)
    found = []
    for commune in waiting:
        found += _rows(operators[commune.pk], Step.OPERATOR, month, commune)
        # Where nobody runs the loudspeakers, the officer is the first who can help.
        if is_last_day or not operators[commune.pk]:
            found += _rows(officers[commune.pk], Step.FOCAL, month, commune)
    return found


def _people(communes: list[AdministrativeUnit], roles: Iterable[str]) -> dict[int, set[User]]:
    """Commune id → who holds one of these roles there, or in a commune that merged into it. Three queries."""
    family = AdministrativeUnit.objects.filter(pk__in=[unit.pk for unit in communes]).ancestry()
    heirs = defaultdict(set)
    for pk, members in family.items():
        for member in members:
            heirs[member].add(pk)
    found: dict[int, set[User]] = defaultdict(set)
    rows = Membership.objects.current().in_roles(*roles).filter(user__is_active=True, user__locked_at=None)
    for row in rows.select_related("user"):
        for pk in heirs.get(row.area_id, ()):
            found[pk].add(row.user)
    return found


def _to_managers(month: date) -> list[Reminder]:
    silent = {one.commune.pk for one in silent_communes(month)}
    rows = Membership.objects.current().in_roles(Role.PROGRAMME_MANAGER)
    rows = rows.filter(user__is_active=True, user__locked_at=None).exclude(area__level="commune")
    areas: dict[User, list[AdministrativeUnit]] = defaultdict(list)
    for row in rows.select_related("user", "area"):
        areas[row.user].append(row.area)
    told = [user for user, managed in areas.items() if _communes_below(managed).filter(pk__in=silent).exists()]
    return _rows(told, Step.MANAGER, month)


def _communes_below(areas: list[AdministrativeUnit]):
    return AdministrativeUnit.objects.within_any(areas).communes()


def _silent_below(user: User, month: date) -> list[Silent]:
    """The silent communes of the areas a person manages, those of a single commune aside."""
    rows = Membership.objects.current().in_roles(Role.PROGRAMME_MANAGER).filter(user=user)
    areas = [row.area for row in rows.exclude(area__level="commune").select_related("area")]
    return silent_communes(month, _communes_below(areas)) if areas else []


def _rows(people: Iterable[User], step: str, month: date, commune: AdministrativeUnit | None = None) -> list[Reminder]:
    return [
        Reminder(person=person, step=step, month=month, commune=commune, channel=name)
        for person in sorted(people, key=lambda user: user.pk)
        for name, way in channels().items()
        if way.reaches(person)
    ]


# Sending ------------------------------------------------------------------------------------------------------------


@jobs.handles("broadcast-reminder")
def reminder_job(args: dict):
    """Sends one reminder, if what it is about still waits; in the quiet hours it is left for the morning's plan."""
    reminder = Reminder.objects.select_related("person", "commune").get(pk=args["reminder"])
    if reminder.sent_at or reminder.dropped_at or timezone.localtime().hour not in AWAKE:
        return None
    way = channels().get(reminder.channel)
    still = _still(reminder)
    if way is None or not still:
        return lambda: _finish(reminder, dropped_at=timezone.now())
    subject, body = words(reminder, still)
    way.send(reminder.person, subject, body)
    return lambda: _finish(reminder, sent_at=timezone.now(), subject=subject[:200], body=body)


def _finish(reminder: Reminder, **fields) -> None:
    Reminder.objects.filter(pk=reminder.pk, sent_at=None, dropped_at=None).update(**fields)


def _still(reminder: Reminder) -> list[Silent]:
    """What a reminder is about and still waits; nothing for a person who has left or is locked out."""
    person = reminder.person
    if not person.is_active or person.locked_at:
        return []
    if reminder.commune is None:
        return _silent_below(person, reminder.month)
    heirs = AdministrativeUnit.objects.filter(pk=reminder.commune_id).successors().communes().order_by("name", "pk")
    return [Silent(unit, "") for unit in heirs if _waits(unit, reminder.month)]


def _waits(commune: AdministrativeUnit, month: date) -> bool:
    """One commune's part of silent_communes, without a look at all the others: asked, and has said nothing yet."""
    if commune_status(commune, month) in ("aired", "missed"):
        return False
    return _asked(month).addressed_to(commune).exists()


def words(reminder: Reminder, silent: list[Silent]) -> tuple[str, str]:
    """(subject, body) in the person's language."""
    person, month = reminder.person, reminder.month
    with override(person.written_language):
        said = {"month": f"{month:%m/%Y}", "commune": reminder.commune}
        if reminder.commune is None:
            subject = _("Communes without a broadcast in %(month)s") % said
            path = f"{reverse('reports:coverage')}?on={month_end(month):%Y-%m-%d}"
        else:
            subject = _("%(commune)s: this month's broadcast is still to be aired (%(month)s)") % said
            path = f"{reverse('campaigns:desk')}?xa={silent[0].commune.pk}"
        context = said | {
            "reminder": reminder,
            "days": max(0, (month_end(month) - timezone.localdate()).days),
            "waiting": [one for one in silent if not one.reason][:MOST_NAMES],
            "more": max(0, sum(1 for one in silent if not one.reason) - MOST_NAMES),
            "excused": [one for one in silent if one.reason][:MOST_NAMES],
            "link": settings.SITE_URL + path,
        }
        return subject, render_to_string("campaigns/email/reminder.txt", context)


# In the application -------------------------------------------------------------------------------------------------


def open_for(user) -> list[dict]:
    """What a person was reminded of and still waits, for templates: [{commune, month, sent_at, link}]. One query for
    those who were never reminded."""
    if not user.is_authenticated:
        return []
    today = timezone.localdate()
    months = (first_of_month(today), first_of_month(first_of_month(today) - timedelta(days=1)))
    rows = Reminder.objects.filter(person=user, month__in=months, sent_at__isnull=False).select_related(
        "person", "commune"
    )
    found: dict = {}
    for row in rows:
        # A commune's own month is over with the month; the list of the silent is for the month after.
        if (row.commune_id, row.month) in found or (row.commune and row.month != months[0]):
            continue
        board = f"{reverse('reports:coverage')}?on={month_end(row.month):%Y-%m-%d}"
        one = {"commune": row.commune, "month": row.month, "sent_at": row.sent_at, "link": board}
        # Whether the list is still true shows on the board; asking it for thousands of communes would slow every page.
        if row.commune is None:
            found[None, row.month] = one
        elif still := _still(row):
            found[row.commune_id, row.month] = one | {"link": f"{reverse('campaigns:desk')}?xa={still[0].commune.pk}"}
    return list(found.values())
