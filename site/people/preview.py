"""Between a preview and its confirmation the rows travel in the page: signed, for one person, for two hours.

Nothing is kept on the server, so there is nothing to clean up and no row that nobody confirmed.
"""

from django.core import signing
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from people.models import User

LIFETIME = 2 * 3600


def seal(rows: list[dict], *, user: User, kind: str) -> str:
    """`rows` (plain values) as a text for a hidden field; `kind` keeps one import's rows out of another."""
    return signing.dumps({"user": user.pk, "rows": rows}, salt=f"people.preview.{kind}", compress=True)


def unseal(text: str, *, user: User, kind: str) -> list[dict]:
    """The rows, or a refusal: changed on the way, made for somebody else, or too old."""
    try:
        held = signing.loads(text, salt=f"people.preview.{kind}", max_age=LIFETIME)
    except signing.SignatureExpired:
        raise DomainError(_("The preview is older than two hours. Nothing was saved. Upload the file again.")) from None
    except signing.BadSignature:
        held = {}
    if held.get("user") != user.pk:
        raise DomainError(_("The preview is not complete. Nothing was saved. Upload the file again."))
    return held["rows"]
