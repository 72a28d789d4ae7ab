"""What the scripts of the studio say (static/js/studio), in the language of the page. {braces} are filled in there."""

from django.utils.translation import gettext as _

from media.audio import describe

# What the first verdict in the browser can find (static/js/studio/verdict.js).
_VERDICTS = (
    "silent", "quiet", "noisy", "some-noise", "clipped", "some-clipping", "short-for-script", "long-for-script",
)  # fmt: skip


def verdict_words() -> dict[str, str]:
    known = {code: " ".join(map(str, describe(code))) for code in _VERDICTS}
    return known | {"cut": _("The page was closed while this was spoken; what was said until then is here.")}


def studio_words() -> dict[str, str]:
    return {
        "where": _("{n} of {all} · {kind} · about {time}"),
        "record": _("Record"),
        "recordAgain": _("Record again"),
        "stop": _("Stop"),
        "hold": _("Hold the text"),
        "goOn": _("Let the text go on"),
        "recording": _("Recording. Read calmly; the line to read is marked."),
        "good": _("Sounds good. It is kept on this device: use it, or record again."),
        "again": _("Kept on this device, but better record again."),
        "take": _("Take {n} · {time}"),
        "sent": _("Sound on the server"),
        "chosen": _("this one is used"),
        "soundsGood": _("sounds good"),
        "betterAgain": _("better record again"),
        "otherWords": _("The text has changed since this was spoken: record it again."),
        "use": _("Use this take"),
        "remove": _("Delete this take"),
        "sure": _("Delete this take? It cannot be brought back."),
        "toRecord": _("no sound yet"),
        "notChosen": _("choose a take"),
        "toSend": _("waiting to be sent"),
        "checking": _("being checked"),
        "usable": _("usable"),
        "notUsable": _("not usable"),
        "left": _("Segments without a usable sound: {n}"),
        "sending": _("Sending: {percent} %"),
        "waiting": _("No connection. The takes are kept on this device and sent by themselves when it is back."),
        "later": _("The server takes nothing just now. The takes are kept on this device; it is tried again."),
        "signedOut": _("You are signed out. The takes are kept on this device: sign in again and they are sent."),
        "signIn": _("Sign in again"),
        "another": _("Another person is signed in now. The takes are kept for the one who spoke them."),
        "full": _("This device has no room left. Delete takes you do not need."),
        "fine": _("level is good"),
        "tooLoud": _("too loud: hold the phone further away"),
        "tooQuiet": _("quiet: come closer"),
        "refused": _(
            "The microphone is not allowed here. Tap the sign beside the address, allow the microphone, and tap Record again. "
            "Or record with the phone's own recorder and send the file."
        ),
        "absent": _("No microphone was found. Plug one in, open this page on a phone, or send a file."),
        "inUse": _("Another app is using the microphone. Close calls and recorders, and tap Record again."),
        "insecure": _(
            "This browser gives no microphone here. Record with the phone's own recorder and send the file, or open this "
            "page with https in a newer browser."
        ),
        "broken": _("The microphone did not start ({error}). Tap Record again, or send a file."),
    }
