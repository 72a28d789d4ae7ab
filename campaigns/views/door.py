"""The door of an event on a phone: names, codes and heads, also without a connection."""

import hashlib
import json
import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.broadcast.desk_forms import VoidForm
from campaigns.models import Arrival, Event, Registration
from campaigns.models.registration import MOST_WALK_INS
from campaigns.season import door as acts
from campaigns.season.seasons import KEEP_EVENT
from campaigns.season.tickets import door_code
from campaigns.views.events import own_event
from core.errors import DomainError
from core.text import fold
from people.permissions import may

# What the page at the door is drawn with; kept when it is first opened.
SHELL = (
    "css/site.css", "img/band.svg", "img/band-dark.svg", "img/favicon.svg", "js/theme.js", "js/quick-exit.js",
    "js/menu.js", "js/door.js",
)  # fmt: skip
BATCH = 100


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def door(request, pk: int):
    """GET the list. POST without a script: the button of a name, or heads of those who are on no list."""
    found = own_event(request, pk)
    if request.method == "POST":
        row, people = request.POST.get("registration", ""), ""
        people = request.POST.get(f"people-{row}" if row else "people", "")
        said = {"id": request.POST.get("client_uuid", ""), "registration": row, "people": people}
        # One form carries all names: each of them has an id of its own.
        if row:
            said["id"] = str(uuid.uuid4())
        try:
            message = _record(request, found, said)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, message)
        return redirect("events:door", pk)
    rows = list(found.registrations.standing())
    came = _came(found)
    for one in rows:
        one.code, one.find, one.came = door_code(one), fold(one.label), came.get(one.pk, 0)
    # As a name list is read: by name, those with a seat first.
    rows.sort(key=lambda one: (one.state != Registration.State.BOOKED, one.find))
    context = {
        "event": found, "rows": rows, "heads": acts.heads(found), "fresh": uuid.uuid4().hex, "most": MOST_WALK_INS,
        "expected": sum(one.people for one in rows if one.state == Registration.State.BOOKED),
        "arrivals": Arrival.objects.counted().filter(event=found).select_related("registration", "recorded_by"),
        "until": int((found.ends_at + acts.EARLY * 8).timestamp() * 1000), "words": _words(),
    }  # fmt: skip
    response = render(request, "campaigns/events/door.html", context)
    # Whose page this is: a phone keeps it for that person only (templates/campaigns/door_worker.js).
    response["Door-Person"] = request.user.pk
    return response


def _words() -> dict[str, str]:
    return {
        "waiting": _("waiting"),
        "received": _("here"),
        "refused": _("not accepted"),
        "offline": _("No connection. What you tick is kept on this phone and sent when there is one."),
        "sent": _("Everything is sent."),
        "kept": _("Kept on this phone, not sent yet: {n}."),
        "signin": _("You are signed out. Sign in again: what waits here is kept."),
        "another": _("Another person is signed in now. What waits here is sent when you sign in again."),
        "found": _("Here: {name}"),
        "ask": _("{name}: how many of {n} came? Then press the button."),
        "twice": _("{name} is ticked already."),
        "unknown": _("Nobody on this list has this code."),
        "undo": _("Undo"),
        "count": _("{n} people are here"),
        "others": _("Not on the list: {n}"),
        "scan": _("Scan QR codes"),
        "stop": _("Stop the camera"),
        "camera": _("The camera cannot be used. Type the code."),
    }


def _came(event: Event) -> dict[int, int]:
    """Registration → how many of it came."""
    rows = Arrival.objects.counted().filter(event=event).exclude(registration=None)
    return dict(rows.values_list("registration", "people"))


def _record(request, event: Event, said: dict) -> str:
    """One arrival as a phone says it; the sentence that answers it."""
    try:
        client_uuid = uuid.UUID(str(said.get("id", "")))
        people = int(str(said.get("people", "")) or 1)
        row = int(str(said.get("registration") or 0))
        client_time = parse_datetime(str(said.get("at", "")))
    except ValueError:
        raise DomainError(_("What was sent cannot be read. Load the page again.")) from None
    if not 0 <= row < 2**63:
        raise DomainError(_("What was sent cannot be read. Load the page again."))
    registration = None
    if row:
        registration = event.registrations.filter(pk=row).first()
        if registration is None:
            raise DomainError(_("This name is not on the list of this event. Load the page again."))
    made, new = acts.record_arrival(
        event=event, actor=request.user, client_uuid=client_uuid, people=people, registration=registration,
        client_time=client_time if client_time and timezone.is_aware(client_time) else None,
    )  # fmt: skip
    if not new:
        return _("Recorded already: %(people)s.") % {"people": made.people}
    return _("Recorded: %(people)s.") % {"people": made.people}


@never_cache
@require_http_methods(["GET", "POST"])
def sync(request, pk: int):
    """GET: {person, csrf, came: {registration: heads}, others}. POST `entries`: a JSON list of {id, registration, people, at}
    that a phone kept; answered one by one, {results: [{id, state: received | refused, message}], came, others}. 401: sign in
    again, everything stays on the phone."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": "signed-out"}, status=401)
    rows = Event.objects.visible_to(request.user).select_related("season", "commune")
    found = get_object_or_404(rows, pk=pk)
    if not may(request.user, KEEP_EVENT, found.commune):
        return JsonResponse({"error": "not-yours"}, status=403)
    answer: dict = {"person": str(request.user.pk), "csrf": get_token(request)}
    if request.method == "POST":
        if request.POST.get("person") != str(request.user.pk):
            return JsonResponse({"error": "not-yours"}, status=409)
        try:
            entries = json.loads(request.POST.get("entries", ""))
        except ValueError:
            entries = None
        if not isinstance(entries, list) or len(entries) > BATCH or not all(isinstance(one, dict) for one in entries):
            return JsonResponse({"error": "unreadable"}, status=400)
        answer["results"] = []
        for one in entries:
            try:
                said = {"state": "received", "message": _record(request, found, one)}
            except DomainError as refusal:
                said = {"state": "refused", "message": str(refusal)}
            answer["results"].append({"id": str(one.get("id", ""))[:40]} | said)
    answer |= {"came": _came(found), "others": acts.heads(found).others}
    return JsonResponse(answer)


@login_required
@require_http_methods(["GET", "POST"])
def void(request, pk: int, arrival: int):
    """A wrong tap."""
    found = own_event(request, pk)
    row = get_object_or_404(Arrival.objects.select_related("event__commune"), pk=arrival, event=found)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        acts.void_arrival(arrival=row, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The record no longer counts. It stays readable with its reason."))
        return redirect("events:door", pk)
    context = {
        "title": _("Wrong record?"), "line": f"{timezone.localtime(row.received_at):%H:%M} · {row.people}",
        "text": _("It will no longer count, and stays readable with your reason."), "form": form,
        "button": _("Void this record"), "back": reverse("events:door", args=[pk]),
    }  # fmt: skip
    return render(request, "campaigns/sessions/confirm.html", context)


@require_safe
def worker(request):
    """The service worker of the door pages of this language. Every release changes its text, so phones notice."""
    shell = [static(name) for name in SHELL]
    context = {
        "shell": json.dumps(shell),
        "version": hashlib.sha256("".join(shell).encode()).hexdigest()[:12],
        "lang": "en" if get_language() == "en" else "vi",
    }
    answer = render(request, "campaigns/door_worker.js", context, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer
