"""What the scripts of the desk and the sessions say (campaigns/_phone.html), in the language of the page. {braces} are filled in
there."""

from django.utils.translation import gettext as _

from campaigns.villages.session_forms import PlanForm, SessionForm

HEADS = ("attendees", "women", "children", "minority")


def phone_words() -> dict:
    return {
        "waiting": _("waiting"),
        "received": _("received"),
        "refused": _("not accepted"),
        "offline": _("No connection. This is the page as of {at}; what you record is kept here and sent later."),
        "signedOut": _("You are signed out. Records kept on this phone: {n}. Sign in again and they are sent."),
        "signIn": _("Sign in again"),
        "another": _("Another person is signed in now. Open the page again."),
        "others": _("Records of another person wait on this phone: {n}. They are sent when that person signs in."),
        "slow": _("This phone's clock is {by} behind. Times are recorded by the server's clock."),
        "fast": _("This phone's clock is {by} ahead. Times are recorded by the server's clock."),
        "days": _("{n} days"),
        "hours": _("{n} hours"),
        "minutes": _("{n} minutes"),
        "clockChanged": _("The phone's clock was changed meanwhile. Say when it was."),
        "edit": _("Change or remove"),
        "time": _("When was it aired?"),
        "held": _("When was it?"),
        "begins": str(PlanForm.base_fields["starts_at"].label),
        "place": str(PlanForm.base_fields["place"].label),
        "heads": {name: str(SessionForm.base_fields[name].label) for name in HEADS},
        "plays": _("How many times?"),
        "note": _("What is needed?"),
        "again": _("Send again"),
        "remove": _("Remove from this phone"),
        "sure": _("Remove this record? It has not been sent."),
        "sureWith": _("Remove this record and its pictures ({n})? None of them has been sent."),
        "afterSession": _("sent when its session is received"),
        "sending": _("Sending: {percent} %"),
        "tooLarge": _("The picture is larger than 10 MB. Nothing was kept. Take it again at a smaller size."),
        "full": _("There is no room left on this phone: the picture was not kept. Free some space and add it again."),
        "keep": _("Keep on this phone"),
        "free": _("Free the space"),
        "sounds": _("Sounds kept here"),
        "fetching": _("Fetching: {percent} %"),
        "isKept": _("Kept: plays without a connection."),
        "failed": _("This did not work. Try again."),
        "gone": _("A bulletin was withdrawn. Its sound is no longer kept here; do not air it."),
        "room": _("Used here: {used}. Free: {left}."),
    }
