"""The link that a registered person holds: it shows the registration, and gives it up."""

import hashlib
import hmac
import uuid

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import override

from campaigns.models import Registration

# A copy of the database alone opens no ticket.
_signer = Signer(salt="campaigns.registration", sep=".")
# Easy to read aloud and to type: no 0 and O, no 1 and I.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def ticket_key(registration: Registration) -> str:
    return _signer.sign(registration.key.hex)


def ticket_address(registration: Registration) -> str:
    """Where a registration is seen, changed and given up, by whoever holds the link."""
    with override(registration.language):
        return settings.SITE_URL.rstrip("/") + reverse("events:ticket", args=[ticket_key(registration)])


def by_ticket(signed: str) -> Registration | None:
    try:
        key = uuid.UUID(_signer.unsign(signed))
    except (BadSignature, ValueError):
        return None
    rows = Registration.objects.select_related("event__season__hotline", "event__season__area", "event__commune")
    return rows.select_related("event__seating").filter(key=key).first()


def door_code(registration: Registration) -> str:
    """Six letters, shown as a QR code, by which the people at the door find a registration without a connection. They open
    nothing: whoever reads them over a shoulder can neither see nor change anything."""
    text = f"campaigns.door:{registration.event_id}:{registration.key.hex}"
    digest = hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).digest()
    return "".join(LETTERS[byte % 32] for byte in digest[:6])
