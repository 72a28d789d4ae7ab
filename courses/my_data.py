"""All that is kept about a person as a page to read: no program is needed but a browser, and no connection."""

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from courses.models import Answer, CertificateEvent, Enrolment, Experience, ExperienceEvent, Mark, SurveyKind
from people.models import Correction
from people.roles import Role

# What the names of the values are called on the page. A name without a word of its own is shown as it is.
WORDS = {
    "name": lazy("Name"), "email": lazy("E-mail"), "phone": lazy("Phone"), "language": lazy("Language"),
    "joined": lazy("Account since"), "last_login": lazy("Signed in last"), "addresses": lazy("E-mail addresses"),
    "verified": lazy("Confirmed"), "primary": lazy("Main address"), "second_factors": lazy("Second step at sign-in"),
    "invitations": lazy("Invitations"), "role": lazy("Role"), "area": lazy("Area"), "invited_by": lazy("Invited by"),
    "created": lazy("Made"), "accepted": lazy("Accepted on"), "memberships": lazy("Posts"),
    "organisation": lazy("Organisation"), "post": lazy("Post"), "from": lazy("From"), "until": lazy("Until the day"),
    "duties": lazy("Duties"), "corrections": lazy("Corrections asked for"), "what": lazy("What"),
    "wanted": lazy("As it should be"), "reason": lazy("Reason"), "at": lazy("When"), "done": lazy("Corrected"),
    "settled": lazy("Decided on"), "note": lazy("Note to it"), "enrolments": lazy("Seats in classes"), "course": lazy("Course"),
    "class": lazy("Number of the class"), "sent_by": lazy("Sent by"), "state": lazy("State"),
    "history": lazy("What happened"), "attendance": lazy("Attendance at sittings"), "session": lazy("Sitting"),
    "way": lazy("Noted by"), "present": lazy("Present"), "tests": lazy("Tests"), "test": lazy("Test"),
    "attempt": lazy("Attempt"), "opened": lazy("Begun"), "closed": lazy("Handed in at"), "points": lazy("Points"),
    "answers": lazy("Answers given"), "question": lazy("Question"), "answer": lazy("Answer"), "received": lazy("Received"),
    "standing": lazy("Does it count"), "assignments": lazy("Assignments"), "assignment": lazy("Assignment"),
    "text": lazy("Text"), "marks": lazy("Marks"), "given_back": lazy("Given back"), "remarks": lazy("Remarks"),
    "certificates": lazy("Certificates"), "number": lazy("Number"), "code": lazy("Code"), "issuer": lazy("Issued by"),
    "issued_on": lazy("Issued on"), "valid_from": lazy("Valid from"), "valid_until": lazy("Valid until"),
    "on": lazy("Day"), "lessons_read": lazy("Lessons read"), "lesson": lazy("Lesson"), "last": lazy("Last opened"),
    "interactive_lessons": lazy("Interactive lessons"), "part": lazy("Part"), "score": lazy("Score"),
    "kept": lazy("Kept by the lesson"), "visits": lazy("Times opened"), "seconds": lazy("Seconds"), "surveys": lazy("Surveys"),
    "kind": lazy("Kind"), "answered": lazy("Answered"), "classes_taught": lazy("Classes taught"),
    "fields": lazy("Fields as a trainer"), "languages": lazy("Languages as a trainer"),
    "difficulties_and_practices": lazy("Difficulties and practices"), "title": lazy("Title"),
}  # fmt: skip
# (list, name): what its codes mean.
CODES = {
    ("memberships", "role"): Role, ("invitations", "role"): Role, ("corrections", "what"): Correction.What,
    ("enrolments", "state"): Enrolment.State, ("attendance", "way"): Mark.Way, ("answers", "standing"): Answer.Standing,
    ("surveys", "kind"): SurveyKind, ("difficulties_and_practices", "state"): Experience.State,
}  # fmt: skip
HISTORIES = {
    "enrolments": Enrolment.State, "certificates": CertificateEvent.Kind, "difficulties_and_practices": ExperienceEvent.Kind,
}  # fmt: skip


def page(said: dict) -> str:
    """`said` as courses.home.everything gives it."""
    person = {name: value for name, value in said.items() if name != "training"}
    context = {
        "name": said["name"],
        "today": timezone.localdate(),
        "lang": get_language(),
        "rows": _rows(person | said["training"]),
    }
    return render_to_string("courses/my_data.html", context)


def _rows(values: dict, inside: str = "") -> list[dict]:
    """Label and text, or label and parts (each rows again); what is empty is left out."""
    found = []
    for name, value in values.items():
        row = {"label": WORDS.get(name, name)}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found.append(
                row | {"parts": [_rows(one, f"{inside}/history" if name == "history" else name) for one in value]}
            )
        elif value not in (None, "", [], {}):
            found.append(row | {"text": _text(value, inside, name)})
    return found


def _text(value, inside: str, name: str) -> str:
    codes = CODES.get((inside, name))
    if name in ("state", "what") and inside.endswith("/history"):
        codes = HISTORIES.get(inside.removesuffix("/history"))
    if codes and value in codes.values:
        return str(codes(value).label)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_text(one, inside, name) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(one, inside, name)}" for key, one in value.items())
    return _moment(value) if isinstance(value, str) else str(value)


def _moment(text: str) -> str:
    """A day or a moment as people here write it; any other text as it is."""
    try:
        if len(text) == 10 and (day := parse_date(text)):
            return f"{day:%d/%m/%Y}"
        if "T" in text[10:11] and (at := parse_datetime(text)):
            return f"{timezone.localtime(at):%H:%M, %d/%m/%Y}"
    except ValueError:
        pass
    return text
