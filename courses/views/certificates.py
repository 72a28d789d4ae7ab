"""What a stranger who scans a certificate learns: is it valid, for what, whose (in part)."""

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from courses.certificates import shown_name, state_of
from courses.models import Certificate

SHAPES = {
    "valid": "done", "expiring": "due", "expired": "over", "suspended": "over", "superseded": "plain", "revoked": "over",
}  # fmt: skip
_WORDS = {
    "valid": _("valid"), "expiring": _("valid, expires soon"), "expired": _("expired"),
    "suspended": _("suspended, proves nothing for now"), "superseded": _("replaced by a newer one"),
    "revoked": _("revoked"),
}  # fmt: skip


def shown_state(state: str) -> str:
    return str(_WORDS[state])


@never_cache
def verify(request, code: str):
    """Answers for ever, also for what is revoked or replaced; an unknown code gets a sentence and 404. Typed in groups or with
    small letters it is the same code."""
    code = "".join(filter(str.isalnum, code)).upper()[:16]
    rows = Certificate.objects.select_related("register__issuer", "course").prefetch_related("events")
    found = rows.filter(code=code).first()
    context = {"code": code, "certificate": found}
    if found:
        state = state_of(found)
        context |= {
            "state": state,
            "shape": SHAPES[state],
            "label": shown_state(state),
            "name": shown_name(found.holder_name),
            "events": found.events.all(),
        }
    return render(request, "courses/verify.html", context, status=200 if found else 404)
