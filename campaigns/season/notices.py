"""What the registered are told, by e-mail with a calendar file. Each message is a leased job with a key, so that a worker
that is killed loses none and a mail server that is down delays it. A job holds numbers only: no name, no address."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from campaigns.models import Event, Registration
from campaigns.season.calendar import calendar
from campaigns.season.tickets import ticket_address
from media import jobs

SUBJECTS = {
    "booked": gettext_noop("You are registered: %(event)s"),
    "waiting": gettext_noop("On the waiting list: %(event)s"),
    "moved-up": gettext_noop("A seat for you: %(event)s"),
    "changed": gettext_noop("Changed: %(event)s"),
    "postponed": gettext_noop("Postponed: %(event)s"),
    "moved": gettext_noop("Moved: %(event)s"),
    "cancelled": gettext_noop("Cancelled: %(event)s"),
    "planned": gettext_noop("It takes place: %(event)s"),
}


def tell(registration: Registration, what: str) -> None:
    """`what`: a key of SUBJECTS. Leaves when the transaction commits; who gave a phone number is not written to."""
    if "@" in registration.contact:
        key = f"{registration.pk}:{what}:{registration.event.revision}"
        jobs.enqueue("event-notice", key, {"registration": registration.pk, "what": what})


def tell_all(event: Event, what: str) -> None:
    """Everybody with a seat or in the line, in one job that makes a job for each."""
    if event.registrations.standing().exists():
        jobs.enqueue("event-notices", f"{event.pk}:{event.revision}", {"event": event.pk, "what": what})


@jobs.handles("event-notices")
def notices_job(args: dict) -> None:
    event = Event.objects.get(pk=args["event"])
    for registration in event.registrations.standing().filter(contact__contains="@").iterator(chunk_size=200):
        registration.event = event
        tell(registration, args["what"])


@jobs.handles("event-notice")
def notice_job(args: dict) -> None:
    rows = Registration.objects.select_related("event__season__hotline", "event__season__area", "event__commune")
    registration = rows.get(pk=args["registration"])
    what, event = args["what"], registration.event
    # Given up or forgotten meanwhile: there is nobody to write to.
    if not registration.contact or registration.state == Registration.State.CANCELLED:
        return
    gone = event.status == Event.Status.CANCELLED
    with override(registration.language):
        message = EmailMessage(
            subject=_(SUBJECTS[what]) % {"event": f"{event.title} · {event.commune}"},
            body=render_to_string(
                "campaigns/events/email/notice.txt",
                {"registration": registration, "event": event, "what": what, "link": ticket_address(registration)},
            ),
            to=[registration.contact],
        )
        if gone or registration.state == Registration.State.BOOKED:
            method = "CANCEL" if gone else "REQUEST"
            book = calendar([event], event.title, method=method, attendee=registration.contact).decode()
            message.attach("su-kien.ics", book, f"text/calendar; method={method}")
    message.send()
