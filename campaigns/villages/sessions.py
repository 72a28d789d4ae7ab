"""Planning and logging direct sessions in the villages (campaigns.models.session)."""

import uuid
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.facts import CLOCK_TOLERANCE, require_here, sent_before, void_fact, write_once
from campaigns.models import DirectSession, SessionKind, SessionPhoto, SessionPlan, Term
from campaigns.models.session import MOST_PEOPLE
from campaigns.photos import clean_photo
from campaigns.villages.integration import require_integration
from core.errors import DomainError
from media.storage import absolute, install, sha256_of, workdir
from people.permissions import areas_for, may
from places.models import AdministrativeUnit, Language, Settlement

KEEP, SEE = "campaigns.log_session", "campaigns.see_sessions"
MOST_PHOTOS = 12


def _described(
    actor, commune: AdministrativeUnit, kind: str, settlements: list[Settlement], is_priority: bool, place: str
) -> dict:
    """What a plan and a session have in common, checked."""
    if not may(actor, KEEP, commune):
        raise PermissionDenied
    if kind not in SessionKind.values:
        raise DomainError(_("Choose a kind of session."))
    require_here(commune, settlements)
    is_priority = is_priority or any(settlement.is_priority for settlement in settlements)
    if is_priority and place.strip():
        raise DomainError(
            _("In a priority area the place is not written down: name the settlement only. Nothing was recorded.")
        )
    return {"commune": commune, "kind": kind, "is_priority": is_priority, "place": place.strip()[:120]}


@transaction.atomic
def plan_session(
    *,
    actor,
    commune: AdministrativeUnit,
    starts_at: datetime,
    client_uuid: uuid.UUID,
    kind: str = SessionKind.TALK,
    settlements: list[Settlement] | None = None,
    is_priority: bool = False,
    place: str = "",
) -> SessionPlan:
    """Puts a session into the area's calendar. Sending the same again (by `client_uuid`) returns the first plan, also when it
    was cancelled meanwhile; with another time it is refused."""
    if not may(actor, KEEP, commune):
        raise PermissionDenied
    sent = {"commune": commune, "starts_at": starts_at, "planned_by": actor}
    if already := sent_before(SessionPlan, client_uuid, **sent):
        return already
    said = _described(actor, commune, kind, settlements or [], is_priority, place)
    more = {name: value for name, value in said.items() if name not in sent}
    plan, created = write_once(SessionPlan, client_uuid=client_uuid, said=sent, **more)
    if created:
        plan.settlements.set(settlements or [])
    return plan


@transaction.atomic
def cancel_plan(*, plan: SessionPlan, actor, reason: str) -> SessionPlan:
    """Takes a session that was not held out of what is to come; done twice is done once."""
    if not may(actor, KEEP, plan.commune):
        raise PermissionDenied
    if not reason.strip():
        raise DomainError(_("Say in a few words why it is cancelled."))
    plan = SessionPlan.objects.select_for_update().get(pk=plan.pk)
    if plan.sessions.counted().exists():
        raise DomainError(_("This session was held and is recorded. It cannot be cancelled any more."))
    if plan.cancelled_at is None:
        plan.cancelled_at, plan.cancelled_by, plan.cancel_reason = timezone.now(), actor, reason.strip()[:200]
        plan.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    return plan


@transaction.atomic
def log_session(
    *,
    actor,
    commune: AdministrativeUnit,
    held_at: datetime | None,
    attendees: int,
    women: int,
    children: int,
    minority: int,
    client_uuid: uuid.UUID,
    kind: str = SessionKind.TALK,
    settlements: list[Settlement] | None = None,
    is_priority: bool = False,
    place: str = "",
    languages: list[Language] | None = None,
    terms: list[Term] | None = None,
    materials: str = "",
    leaflets: int = 0,
    respected_persons: int = 0,
    plan: SessionPlan | None = None,
    client_time: datetime | None = None,
) -> DirectSession:
    """Records a session that was held. Sending the same again (by `client_uuid`) returns the first record; the same
    `client_uuid` with other figures is refused. `held_at` None: just now, by the server's clock."""
    if not may(actor, KEEP, commune):
        raise PermissionDenied
    counts = {
        "attendees": attendees, "women": women, "children": children, "minority": minority, "leaflets": leaflets,
        "respected_persons": respected_persons,
    }  # fmt: skip
    sent = {"commune": commune, "recorded_by": actor, **counts} | ({"held_at": held_at} if held_at else {})
    if already := sent_before(DirectSession, client_uuid, **sent):
        return already
    said = _described(actor, commune, kind, settlements or [], is_priority, place)
    _checked(commune, held_at := held_at or timezone.now(), **counts)
    require_integration(terms or [])
    if plan is not None:
        _open_plan(plan, commune)
    session, created = write_once(
        DirectSession, client_uuid=client_uuid, said=sent, plan=plan, client_time=client_time,
        materials=materials.strip()[:200],
        **{name: value for name, value in (said | {"held_at": held_at}).items() if name not in sent},
    )  # fmt: skip
    if created:
        session.settlements.set(settlements or [])
        session.languages.set(languages or [])
        session.terms.set(terms or [])
    return session


def _checked(commune, held_at, *, attendees, women, children, minority, leaflets, respected_persons) -> None:
    if held_at > timezone.now() + CLOCK_TOLERANCE:
        raise DomainError(_("That time lies in the future. Record the session after it was held."))
    if not commune.is_valid(timezone.localdate(held_at)):
        raise DomainError(_("The commune did not exist on that day."))
    if not 1 <= attendees <= MOST_PEOPLE:
        raise DomainError(_("The number of people present must be from 1 to 20,000."))
    if min(women, children, minority, leaflets, respected_persons) < 0:
        raise DomainError(_("A number cannot be less than nothing."))
    if max(women, children, minority) > attendees:
        raise DomainError(
            _("Women, children and ethnic minority are counted among the people present: none can be more than all.")
        )
    if leaflets > 100_000 or respected_persons > attendees:
        raise DomainError(_("One of the numbers is too large. Check it; nothing was recorded."))


def _open_plan(plan: SessionPlan, commune: AdministrativeUnit) -> None:
    plan = SessionPlan.objects.select_for_update().get(pk=plan.pk)
    if plan.commune_id not in AdministrativeUnit.objects.family(commune):
        raise DomainError(_("This plan belongs to another commune."))
    if plan.cancelled_at:
        raise DomainError(_("This plan was cancelled. Record the session without it."))
    if plan.sessions.counted().exists():
        raise DomainError(_("This planned session is recorded already. Nothing was recorded a second time."))


def void_session(*, session: DirectSession, actor, reason: str) -> DirectSession:
    """Says that a record was a mistake. Its plan can be recorded again."""
    return void_fact(fact=session, commune=session.commune, act=KEEP, actor=actor, reason=reason)


def add_photo(*, session: DirectSession, actor, file, subject: str, client_uuid: uuid.UUID) -> SessionPhoto:
    """Keeps a picture of a session, cleaned. Sending it twice is harmless.

    Refused in a priority area, and without a word on who is in it: nobody's consent, no picture.
    """
    if already := SessionPhoto.objects.filter(client_uuid=client_uuid).first():
        return already
    require_photo(session=session, actor=actor, subject=subject)
    clean = clean_photo(file)
    place = f"photos/{client_uuid.hex[:2]}/{client_uuid}.jpg"
    with workdir() as folder:
        made = folder / "photo.jpg"
        made.write_bytes(clean.data)
        sha256 = sha256_of(made)
        install(made, absolute(place))
    photo, _new = SessionPhoto.objects.get_or_create(
        client_uuid=client_uuid,
        defaults={
            "session": session, "subject": subject, "sha256": sha256, "path": place, "width": clean.width,
            "height": clean.height, "size": len(clean.data), "added_by": actor,
        },
    )  # fmt: skip
    return photo


def require_photo(*, session: DirectSession, actor, subject: str) -> None:
    """Refuses a picture for what can be said before it is there, so that a phone does not send it in vain."""
    if not may(actor, KEEP, session.commune):
        raise PermissionDenied
    if session.voided_at:
        raise DomainError(_("This record was voided. It takes no pictures."))
    if session.is_priority:
        raise DomainError(_("No picture is kept of a session in a priority area."))
    if subject not in SessionPhoto.Subject.values:
        raise DomainError(_("Say who is in the picture. A picture of people who did not agree is not kept."))
    if session.photos.filter(removed_at=None).count() >= MOST_PHOTOS:
        raise DomainError(_("This session has 12 pictures already. Remove one first."))


def remove_photo(*, photo: SessionPhoto, actor) -> SessionPhoto:
    """Deletes the file; that there was a picture stays on record. Also how a consent is taken back."""
    if not may(actor, KEEP, photo.session.commune):
        raise PermissionDenied
    place = photo.path
    gone = SessionPhoto.objects.filter(pk=photo.pk, removed_at=None).update(
        removed_at=timezone.now(), removed_by=actor, path=""
    )
    if gone:
        absolute(place).unlink(missing_ok=True)
    photo.refresh_from_db()
    return photo


def calendar(user, *, first, following, communes: set[int] | None = None) -> list[dict]:
    """What is planned and what was held in the person's area from the day `first` until before `following`, by time:
    [{at, day, plan, session}]. Six queries whatever the size."""
    plans = SessionPlan.objects.visible_to(user)
    held = DirectSession.objects.visible_to(user)
    if communes is not None:
        plans, held = plans.filter(commune__in=communes), held.filter(commune__in=communes)
    begin, end = (timezone.make_aware(datetime.combine(day, datetime.min.time())) for day in (first, following))
    sessions = held.filter(held_on__gte=first, held_on__lt=following)
    plans = plans.filter(starts_at__gte=begin, starts_at__lt=end)
    # A plan that was carried out shows as the session it became.
    plans = plans.exclude(Q(pk__in=DirectSession.objects.counted().exclude(plan=None).values("plan")))
    entries = [
        {"at": one.held_at, "session": one, "plan": None}
        for one in sessions.select_related("commune", "recorded_by").prefetch_related("settlements")
    ] + [
        {"at": one.starts_at, "session": None, "plan": one}
        for one in plans.select_related("commune", "planned_by").prefetch_related("settlements")
    ]
    for entry in entries:
        entry["day"] = timezone.localdate(entry["at"])
    return sorted(entries, key=lambda entry: entry["at"])


def my_communes(user):
    """Communes of today the person logs sessions for (a queryset)."""
    return areas_for(user, KEEP).communes().order_by("name")
