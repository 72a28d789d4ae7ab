"""Keys of smart loudspeakers: made once and shown once, replaced with a week to change over, revoked at once."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Station, StationKey
from core.errors import DomainError
from people.permissions import may

# A replaced key goes on working this long: somebody has to climb up to the loudspeaker first.
CHANGEOVER = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=1)
_BEGINNING = 12


@transaction.atomic
def make_key(*, actor, station: Station) -> tuple[StationKey, str]:
    """A new key of a station: its row, and the key itself, which nobody can read again."""
    _require(actor, station)
    if not station.is_active:
        raise DomainError(_("This station is not in use."))
    text = secrets.token_urlsafe(_BEGINNING * 3 // 4) + secrets.token_urlsafe(32)
    key = StationKey.objects.create(
        station=station, beginning=text[:_BEGINNING], digest=_digest(text), made_by=actor
    )  # fmt: skip
    return key, text


@transaction.atomic
def rotate_key(*, actor, key: StationKey) -> tuple[StationKey, str]:
    """A new key in the place of this one, which works for another week."""
    _require(actor, key.station)
    if not key.is_valid():
        raise DomainError(_("This key no longer works. Make a new one."))
    ends = timezone.now() + CHANGEOVER
    StationKey.objects.filter(pk=key.pk).filter(Q(expires_at=None) | Q(expires_at__gt=ends)).update(expires_at=ends)
    return make_key(actor=actor, station=key.station)


@transaction.atomic
def revoke_key(*, actor, key: StationKey) -> StationKey:
    """The key stops working with the next request."""
    _require(actor, key.station)
    StationKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=actor)
    key.refresh_from_db()
    return key


def key_of(text: str) -> StationKey | None:
    """The key, if it works today; notes when it was last seen, at most once a minute. One query, seldom two."""
    key = StationKey.objects.select_related("station__commune").filter(beginning=text[:_BEGINNING]).first()
    if key is None or not hmac.compare_digest(key.digest, _digest(text)):
        return None
    now = timezone.now()
    if not key.is_valid(now) or not key.station.is_active:
        return None
    if key.last_seen_at is None or now - key.last_seen_at > SEEN_EVERY:
        StationKey.objects.filter(pk=key.pk).update(last_seen_at=now)
    return key


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _require(actor, station: Station) -> None:
    if not may(actor, "campaigns.keep_stations", station.commune):
        raise PermissionDenied
