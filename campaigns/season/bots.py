"""Holding off machines from a form that needs no account: no puzzle, no third party, no cookie, no address kept.

A form carries a signed note of the event, of its own id, and of when it was made; it stands for the CSRF cookie too. What
comes without it, or faster than anybody can write, is not taken, and so many a while from one connection or for one
contact (campaigns.pace); a person who is refused keeps what they wrote.
"""

import time
import uuid

from django.core import signing
from django.utils.translation import gettext_lazy as _

from campaigns.pace import count, network
from core.errors import DomainError

_SALT = "campaigns.registration.form"
# Nobody reads and fills in the form faster; a page may lie open half a day on a slow line.
FASTEST, SLOWEST = 3, 12 * 3600
# A whole village may share one address of the mobile network.
FROM_ONE_ADDRESS, WHILE = 60, 600
FOR_ONE_CONTACT, A_DAY = 5, 86_400


def form_note(event_id: int, key: uuid.UUID | None = None) -> str:
    return signing.dumps({"event": event_id, "key": (key or uuid.uuid4()).hex}, salt=_SALT)


def read_note(note: str, event_id: int) -> uuid.UUID:
    """The id of the form. DomainError with code "again" when it is too old or not ours, "fast" when it came too fast."""
    try:
        said = signing.loads(note, salt=_SALT, max_age=SLOWEST)
        key = uuid.UUID(said["key"])
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        raise _again() from None
    if said["event"] != event_id:
        raise _again()
    return key


def _again() -> DomainError:
    return DomainError(
        _("This page was open for too long. What you wrote is kept: look at it and press once more."), code="again"
    )


def require_time(note: str) -> None:
    """Refuses what was written faster than a person writes. `note`: one that read_note has taken."""
    made = signing.b62_decode(note.rsplit(":", 2)[1])
    if time.time() - made < FASTEST:
        raise DomainError(_("That was very fast. What you wrote is kept: look at it and press once more."), code="fast")


def require_pace(request, event_id: int, contact: str) -> None:
    """Counts one sending, and refuses it when too many came from this connection or for this contact."""
    if count(f"{_SALT}:{event_id}:{network(request)}", WHILE) > FROM_ONE_ADDRESS:
        raise DomainError(
            _("Many registrations came from this connection. Wait ten minutes; what you wrote is kept."), code="pace"
        )
    # Of all events together: else every commune's form would send letters to the same stranger.
    if count(f"{_SALT}:{contact.strip().casefold()}", A_DAY) > FOR_ONE_CONTACT:
        raise DomainError(
            _("This contact has registered several times today. Register a group as a unit, in one go."), code="pace"
        )
