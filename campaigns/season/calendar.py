"""Events for calendars (RFC 5545) and for search engines (schema.org)."""

import json
from datetime import UTC, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar
from icalendar import Event as Entry

from campaigns.models import Event

_DAILY = timedelta(days=1)
_ICAL = {"planned": "CONFIRMED", "moved": "CONFIRMED", "postponed": "TENTATIVE", "cancelled": "CANCELLED"}
_SCHEMA = {
    "planned": "EventScheduled", "moved": "EventRescheduled", "postponed": "EventPostponed", "cancelled": "EventCancelled",
}  # fmt: skip
_MODES = {"person": "Offline", "online": "Online", "hybrid": "Mixed"}


def address(event: Event) -> str:
    """The event's page, as a phone reads it from the QR."""
    with override("vi"):
        return settings.SITE_URL.rstrip("/") + reverse("events:event", args=[event.pk])


def register_address(event: Event) -> str:
    """Where people register, as a phone reads it from the QR."""
    with override("vi"):
        return settings.SITE_URL.rstrip("/") + reverse("events:register", args=[event.pk])


def calendar(events: list[Event], name: str, *, method: str = "PUBLISH", attendee: str = "") -> bytes:
    """A file to keep, and the same as a subscription: an event keeps its UID, a change raises its SEQUENCE. With `method`
    REQUEST or CANCEL (RFC 5546), what goes to the registered person whose address is `attendee`."""
    book = Calendar()
    book.add("prodid", "-//Safe Villages//30-7//VI")
    book.add("version", "2.0")
    book.add("method", method)
    book.add("x-wr-calname", name)
    book.add("refresh-interval", _DAILY, parameters={"VALUE": "DURATION"})
    for event in events:
        entry, page = Entry(), address(event)
        entry.add("uid", f"event-{event.pk}@{page.split('/')[2]}")
        entry.add("dtstamp", event.changed_at.astimezone(UTC))
        entry.add("last-modified", event.changed_at.astimezone(UTC))
        entry.add("sequence", event.revision)
        entry.add("dtstart", event.starts_at.astimezone(UTC))
        entry.add("dtend", event.ends_at.astimezone(UTC))
        entry.add("summary", f"{event.title} · {event.commune.name}")
        entry.add("status", _ICAL[event.status])
        entry.add("url", page)
        note = f"{event.get_status_display()}: {event.status_note}" if event.status_note else ""
        entry.add("description", "\n\n".join(filter(None, [note, event.summary, event.livestream])))
        if event.place:
            entry.add("location", f"{event.place}, {event.commune.name}")
        if attendee:
            entry.add("organizer", f"mailto:{settings.DEFAULT_FROM_EMAIL.split('<')[-1].strip('> ')}")
            entry.add("attendee", f"mailto:{attendee}")
        book.add_component(entry)
    return book.to_ical()


# What could end a script element or begin a comment in it, as Django's json_script writes it.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def json_ld_script(event: Event) -> SafeString:
    """The element for search engines: data, which no browser runs."""
    data = json.dumps(json_ld(event), ensure_ascii=False).translate(_ESCAPES)
    return SafeString(f'<script type="application/ld+json">{data}</script>')


def json_ld(event: Event) -> dict:
    """schema.org/Event."""
    places: list[dict] = []
    if event.mode != Event.Mode.ONLINE:
        places.append({"@type": "Place", "name": event.place, "address": f"{event.place}, {event.commune.name}"})
    if event.livestream:
        places.append({"@type": "VirtualLocation", "url": event.livestream})
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "description": event.summary,
        "startDate": event.starts_at.astimezone(UTC).isoformat(),
        "endDate": event.ends_at.astimezone(UTC).isoformat(),
        "eventStatus": f"https://schema.org/{_SCHEMA[event.status]}",
        "eventAttendanceMode": f"https://schema.org/{_MODES[event.mode]}EventAttendanceMode",
        "location": places[0] if len(places) == 1 else places,
        "organizer": {"@type": "Organization", "name": _("People's committee of %s") % event.commune.name},
        "url": address(event),
        "isAccessibleForFree": True,
    }
