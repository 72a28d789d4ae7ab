"""What a stranger who scans a certificate learns: is it valid, for what, whose (in part)."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache

from courses.certificates import shown_name, state_of
from courses.models import Certificate

SHAPES = {"valid": "done", "expiring": "due", "expired": "over", "superseded": "plain", "revoked": "over"}


@never_cache
def verify(request, code: str):
    """Answers for ever, also for what is revoked or replaced; an unknown code gets a sentence and 404."""
    rows = Certificate.objects.select_related("register__issuer", "course").prefetch_related("events")
    found = rows.filter(code=code.upper()).first()
    context = {"code": code.upper()[:16], "certificate": found}
    if found:
        state = state_of(found)
        context |= {
            "state": state,
            "shape": SHAPES[state],
            "name": shown_name(found.holder_name),
            "last": max(found.events.all(), key=lambda event: (event.at, event.pk), default=None),
        }
    return render(request, "courses/verify.html", context, status=200 if found else 404)
