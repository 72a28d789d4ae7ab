"""Registering for an event, for everybody and without an account; and the list of the registered, for who keeps the event.

The pages for everybody set no cookie: a signed note in the form, or the signed link of the ticket, stands for the CSRF
cookie. Nothing here acts in the name of who is signed in, so there is nothing to forge.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from campaigns.models import Event, Registration, Seating
from campaigns.season import bots, registrations
from campaigns.season.calendar import calendar
from campaigns.season.registration_forms import FewerForm, RegisterForm, SeatingForm
from campaigns.season.tickets import by_ticket, door_code, ticket_key
from campaigns.views.events import WITH, form_page, own_event
from core.errors import DomainError
from core.text import fold
from media.printing import qr_svg


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def register(request, pk: int):
    found = get_object_or_404(Event.objects.public().select_related(*WITH, "seating"), pk=pk)
    seating = getattr(found, "seating", None)
    refusal, status = registrations.closed(found, seating), 200
    # A note of its own for each form: two people must never send the same one.
    form = RegisterForm(request.POST or None, initial={"note": bots.form_note(pk)})
    if request.method == "POST":
        status = 409
        try:
            key = bots.read_note(request.POST.get("note", ""), pk)
            if already := Registration.objects.filter(key=key, event=found).first():
                return redirect("events:ticket", ticket_key(already))
            if request.POST.get("fax"):
                raise DomainError(_("Leave the last field empty: it is there for machines."))
            if form.is_valid():
                bots.require_time(form.cleaned_data["note"])
                bots.require_pace(request, pk, form.cleaned_data["contact"])
                said = {name: form.cleaned_data[name] for name in ("kind", "name", "unit", "people", "contact")}
                made = registrations.register(event=found, key=key, language=get_language() or "vi", **said)
                return redirect("events:ticket", ticket_key(made))
        except DomainError as trouble:
            if trouble.code == "again":
                form.data = form.data.copy()
                form.data["note"] = bots.form_note(pk)
            elif trouble.code == "pace":
                status = 429
            form.add_error(None, str(trouble))
    context = {"event": found, "seating": seating, "form": form, "refusal": refusal}
    response = render(request, "campaigns/events/register.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request, key: str):
    """The page behind the link: a look changes nothing (mail scanners look too), a button does."""
    found = by_ticket(key)
    if found is None:
        raise Http404
    refusal, status = "", 200
    fewer = FewerForm(request.POST if "people" in request.POST else None, most=found.people)
    if request.method == "POST":
        try:
            if request.POST.get("act") == "cancel":
                registrations.cancel_registration(registration=found)
                return redirect("events:ticket", key)
            if fewer.is_valid():
                registrations.come_with_fewer(registration=found, people=fewer.cleaned_data["people"])
                return redirect("events:ticket", key)
        except DomainError as trouble:
            refusal = str(trouble)
        status = 409
    code = door_code(found)
    waits = found.state == Registration.State.WAITING
    context = {
        "registration": found, "event": found.event, "key": key, "refusal": refusal, "fewer": fewer, "code": code,
        "before": registrations.people_before(found) if waits else 0,
        "came": found.arrivals.counted().first(),
    }  # fmt: skip
    response = render(request, "campaigns/events/ticket.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def ticket_code(request, key: str):
    """The QR code for the door, as a picture."""
    found = by_ticket(key)
    if found is None:
        raise Http404
    return HttpResponse(qr_svg(door_code(found)), content_type="image/svg+xml")


@never_cache
@require_safe
def ticket_file(request, key: str):
    found = by_ticket(key)
    if found is None:
        raise Http404
    response = HttpResponse(calendar([found.event], found.event.title), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="su-kien.ics"'
    return response


# For who keeps the event ------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def seating(request, pk: int):
    """How many fit, and until when people register."""
    found = own_event(request, pk)
    row = Seating.objects.filter(event=found).first()
    form = SeatingForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            registrations.set_seating(event=found, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. The event's page shows how to register."))
            return redirect("events:kit", pk)
    back = reverse("events:kit", args=[pk])
    return form_page(request, _("Seats and registration"), form, back, found.commune, back_label=_("The kit"))


@login_required
@never_cache
@require_GET
def registered(request, pk: int):
    """The list with contacts, found without accents (`?q=`)."""
    found = own_event(request, pk)
    rows = found.registrations.standing().order_by("number")
    query = request.GET.get("q", "").strip()[:80]
    if query:
        # Names are kept for weeks only and are few: they need no index of their own.
        wanted = fold(query)
        rows = [one for one in rows if wanted in fold(f"{one.name} {one.unit} {one.contact}")]
    context = {
        "event": found,
        "seating": Seating.objects.filter(event=found).first(),
        "page": Paginator(rows, 100).get_page(request.GET.get("page")),
        "query": query,
    }
    return render(request, "campaigns/events/registered.html", context)


@login_required
@require_POST
def cancel_registered(request, pk: int, registration: int):
    found = own_event(request, pk)
    row = get_object_or_404(found.registrations.select_related("event__commune"), pk=registration)
    registrations.cancel_registration(registration=row, actor=request.user)
    messages.success(request, _("Given up. What was kept of them is deleted; whoever waits has moved up."))
    return redirect("events:registered", pk)
