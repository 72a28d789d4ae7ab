"""What people are told about their class: by e-mail with a calendar file. Each message is a leased job with a key, so that a
worker that is killed loses none and a mail server that is down delays it."""

from datetime import UTC

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override
from icalendar import Calendar, Event

from courses.models import CourseRun, Enrolment, SurveyTicket
from media import jobs

SUBJECTS = {
    "booked": gettext_noop("Your seat: %(course)s"),
    "waiting": gettext_noop("On the wait list: %(course)s"),
    "declined": gettext_noop("Not approved: %(course)s"),
    "withdrawn": gettext_noop("You no longer have a seat: %(course)s"),
    "changed": gettext_noop("Changed: %(course)s"),
    "cancelled": gettext_noop("Cancelled: %(course)s"),
}


def tell(enrolment: Enrolment, what: str) -> None:
    """`what`: a key of SUBJECTS. Leaves when the transaction commits; the same change is told once."""
    last = enrolment.events.count()
    key = f"{enrolment.pk}:{what}:{enrolment.run.revision}:{last}"
    jobs.enqueue("course-notice", key, {"enrolment": enrolment.pk, "what": what})


@jobs.handles("course-notice")
def notice_job(args: dict) -> None:
    enrolment = Enrolment.objects.select_related("run__course__organiser", "user").get(pk=args["enrolment"])
    what, run, user = args["what"], enrolment.run, enrolment.user
    with override(user.written_language):
        context = {"enrolment": enrolment, "run": run, "what": what, "link": address_of(run), "sessions": _held(run)}
        context["reason"] = enrolment.events.last().reason
        message = EmailMessage(
            subject=_(SUBJECTS[what]) % {"course": run.course.label},
            body=render_to_string("courses/email/notice.txt", context),
            to=[user.email],
        )
        for number, (session, method) in enumerate(_to_attach(run, what), start=1):
            file = calendar(run, method, user.email, [session]).decode()
            message.attach(f"buoi-{number}.ics", file, f"text/calendar; method={method}")
    message.send()


def ask(ticket: SurveyTicket) -> None:
    """The invitation to a survey. Leaves when the transaction commits; a ticket is sent for once."""
    jobs.enqueue("survey-notice", str(ticket.pk), {"ticket": ticket.pk})


@jobs.handles("survey-notice")
def survey_job(args: dict) -> None:
    ticket = SurveyTicket.objects.select_related("run__course", "user").get(pk=args["ticket"])
    user = ticket.user
    with override(user.written_language):
        link = settings.SITE_URL.rstrip("/") + reverse("courses:survey", args=[ticket.pk])
        EmailMessage(
            subject=_("A few questions about: %(course)s") % {"course": ticket.run.course.label},
            body=render_to_string("courses/email/survey.txt", {"ticket": ticket, "link": link}),
            to=[user.email],
        ).send()


def address_of(run: CourseRun) -> str:
    return settings.SITE_URL.rstrip("/") + reverse("courses:run", args=[run.pk])


def _held(run: CourseRun) -> list:
    return list(run.sessions.filter(cancelled_at=None))


def _to_attach(run: CourseRun, what: str) -> list[tuple]:
    """(session, method) of the calendar files of a message. One session a file: an invitation holds one UID (RFC 5546,
    3.2.2), and of several the programs of many people show the first alone."""
    rows = list(run.sessions.all())
    held = [one for one in rows if not one.cancelled_at]
    if what in ("cancelled", "withdrawn"):
        return [(one, "CANCEL") for one in held]
    if what == "booked":
        return [(one, "REQUEST") for one in held]
    if what == "changed":
        return [(one, "CANCEL" if one.cancelled_at else "REQUEST") for one in rows]
    return []


def calendar(run: CourseRun, method: str, attendee: str = "", sessions=None) -> bytes:
    """RFC 5545: a session keeps its UID, a change raises SEQUENCE; what was called off is CANCELLED. `method`: PUBLISH,
    REQUEST or CANCEL (RFC 5546). All sessions, or those given."""
    book = Calendar()
    book.add("prodid", "-//Safe Villages//Classes//VI")
    book.add("version", "2.0")
    book.add("method", method)
    page = address_of(run)
    for session in run.sessions.all() if sessions is None else sessions:
        gone = method == "CANCEL" or session.cancelled_at or run.cancelled_at
        entry = Event()
        entry.add("uid", f"session-{session.pk}@{page.split('/')[2]}")
        entry.add("dtstamp", timezone.now().astimezone(UTC))
        entry.add("sequence", run.revision)
        entry.add("dtstart", session.starts_at.astimezone(UTC))
        entry.add("dtend", session.ends_at.astimezone(UTC))
        entry.add("summary", f"{run.course.label}: {session.title}" if session.title else run.course.label)
        entry.add("status", "CANCELLED" if gone else "CONFIRMED")
        entry.add("location", session.place or run.place or run.link)
        entry.add("url", page)
        if run.note:
            entry.add("description", run.note)
        if attendee:
            # Invitations need both (RFC 5546, 3.2.2).
            entry.add("organizer", f"mailto:{settings.DEFAULT_FROM_EMAIL.split('<')[-1].strip('>')}")
            entry.add("attendee", f"mailto:{attendee}")
        book.add_component(entry)
    return book.to_ical()
