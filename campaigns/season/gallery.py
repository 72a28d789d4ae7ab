"""Pictures of an event, for everybody: pixels only, released by a second pair of eyes, of people only with their consent."""

import io
import uuid
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Consent, Event, EventPhoto
from campaigns.photos import clean_photo
from campaigns.season.seasons import KEEP_EVENT
from core.errors import DomainError
from media.storage import absolute, install, sha256_of, workdir
from people.models import Organisation
from people.permissions import areas_for, current_memberships, may
from places.models import AdministrativeUnit

MOST_PHOTOS = 12
# For a list on a phone: about 20 kB.
SMALL_SIDE = 480
Subject = EventPhoto.Subject


def consents_for(user):
    """Consents that hold today, kept by offices of the person's area (a queryset)."""
    units = areas_for(user, KEEP_EVENT).ancestry()
    return Consent.objects.valid().filter(holder__area__in=set().union(*units.values())).order_by("-given_on", "pk")


@transaction.atomic
def enter_consent(
    *, actor, commune: AdministrativeUnit, reference: str, scope: str, given_on: date, expires_on: date,
    child_agreed: bool = False, guardian_agreed: bool = False,
) -> Consent:  # fmt: skip
    """The number of a signed paper that the commune keeps; no name is written down."""
    if not may(actor, KEEP_EVENT, commune):
        raise PermissionDenied
    if not reference.strip() or not scope.strip():
        raise DomainError(_("Write down the number of the paper and what it allows. Nothing was entered."))
    if not given_on <= timezone.localdate() < expires_on:
        raise DomainError(_("The paper must be signed by today and be good for some time. Nothing was entered."))
    if Consent.objects.filter(reference=reference.strip()).exists():
        raise DomainError(_("A paper of this number is entered already."))
    return Consent.objects.create(
        reference=reference.strip()[:60], scope=scope.strip()[:400], given_on=given_on, expires_on=expires_on,
        child_agreed=child_agreed, guardian_agreed=guardian_agreed, holder=_office(actor, commune),
    )  # fmt: skip


def _office(actor, commune: AdministrativeUnit) -> Organisation:
    """Where the paper lies: the person's own office; in the commune, if they have several."""
    family = AdministrativeUnit.objects.family(commune)
    own = [one.organisation for one in current_memberships(actor) if one.organisation]
    return next((one for one in own if one.area_id in family), own[0])


def add_photo(
    *, event: Event, actor, file, subject: str, description: str, client_uuid: uuid.UUID, consent: Consent | None = None
) -> EventPhoto:
    """Keeps a picture, cleaned, in two sizes; nobody but the commune and its manager sees it before it is released. Sending it
    twice is harmless."""
    if not may(actor, KEEP_EVENT, event.commune):
        raise PermissionDenied
    if already := EventPhoto.objects.filter(client_uuid=client_uuid).first():
        return already
    if not description.strip():
        raise DomainError(_("Say in one sentence what is seen: some readers hear the page."))
    _agreed(subject, consent)
    if event.photos.kept().count() >= MOST_PHOTOS:
        raise DomainError(_("This event has 12 pictures already. Remove one first."))
    clean = clean_photo(file)
    small = clean_photo(io.BytesIO(clean.data), longest=SMALL_SIDE)
    paths = [f"photos/{client_uuid.hex[:2]}/{client_uuid}{end}.jpg" for end in ("", "-small")]
    digests = []
    with workdir() as folder:
        for place, data in zip(paths, (clean.data, small.data), strict=True):
            made = folder / "photo.jpg"
            made.write_bytes(data)
            digests.append(sha256_of(made))
            install(made, absolute(place))
    photo, _new = EventPhoto.objects.get_or_create(
        client_uuid=client_uuid,
        defaults={
            "event": event, "subject": subject, "description": description.strip()[:200], "consent": consent,
            "path": paths[0], "sha256": digests[0], "small_path": paths[1], "small_sha256": digests[1],
            "width": small.width, "height": small.height, "size": len(clean.data), "added_by": actor,
        },
    )  # fmt: skip
    return photo


def _agreed(subject: str, consent: Consent | None) -> None:
    """The rules of the site's pictures (campaigns.models.picture)."""
    if subject not in Subject.values:
        raise DomainError(_("Say who is in the picture. A picture of people who did not agree is not kept."))
    if subject in (Subject.ADULT, Subject.CHILD) and (consent is None or not consent.is_valid()):
        raise DomainError(_("Whoever can be recognised must have agreed in writing, and the paper be valid."))
    if subject == Subject.CHILD and not (consent.child_agreed and consent.guardian_agreed):
        raise DomainError(_("For a child both the child and a parent or guardian must have agreed."))


def release(*, event: Event, actor) -> int:
    """Shows the pictures that somebody else has added. Called by whoever approves; how many it released."""
    waiting = event.photos.kept().filter(released_at=None).exclude(added_by=actor)
    return waiting.update(released_at=timezone.now(), released_by=actor)


def release_photos(*, event: Event, actor) -> int:
    """The same for pictures that came after the results were approved."""
    if not may(actor, "campaigns.approve_results", event.commune):
        raise PermissionDenied
    return release(event=event, actor=actor)


def remove_photo(*, photo: EventPhoto, actor) -> EventPhoto:
    """Deletes the files; that there was a picture stays on record."""
    if not may(actor, KEEP_EVENT, photo.event.commune):
        raise PermissionDenied
    paths = [photo.path, photo.small_path]
    gone = EventPhoto.objects.filter(pk=photo.pk, removed_at=None).update(
        removed_at=timezone.now(), removed_by=actor, path="", small_path=""
    )
    if gone:
        for path in paths:
            absolute(path).unlink(missing_ok=True)
    photo.refresh_from_db()
    return photo
