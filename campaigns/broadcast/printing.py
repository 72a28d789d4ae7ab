"""The script on paper: PDF in large type (typst, fonts of our own) and plain text.

Both say what campaigns.broadcast.scripts.script_to_read says: the approved words once there is an approval. The same version
gives the same bytes.
"""

from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns.broadcast.scripts import script_to_read
from campaigns.models import BulletinVersion, Segment
from core.templatetags.look import clock, sentences
from media.printing import pdf

FOLDER = Path(__file__).parents[1] / "print"


def spoken(version: BulletinVersion) -> list[dict]:
    """What is read aloud, in playing order: [{kind, who, lines, missing, lang, note}]; lines are single sentences.

    Where a version has no words of its own yet, or is only spoken, the Vietnamese ones stand there and `note` says so.
    """
    return _entries(script_to_read(version), version)


def _entries(script: dict, version: BulletinVersion) -> list[dict]:
    found: list[dict] = []
    for entry in script["entries"]:
        kind, text = entry["kind"], entry["text"]
        again = kind == Segment.Kind.KEY_MESSAGE and entry in script["entries"][: len(found)]
        if kind not in Segment.SPOKEN:
            found.append(
                {"kind": kind, "who": f"· {_label(kind)} ·", "lines": [], "missing": False, "lang": "", "note": ""}
            )
            continue
        note = ""
        if not text and version.audio_only:
            note = _("spoken only; the Vietnamese text stands here to follow along")
        elif not text:
            note = _("awaiting translation; the Vietnamese text stands here")
        found.append(
            {
                "kind": kind,
                "who": _("key message, once more") if again else _label(kind),
                "lines": sentences(text or entry["source"]),
                "missing": not text,
                "lang": version.language.tag if text else "vi",
                "note": note,
            }
        )
    return found


def _label(kind: str) -> str:
    return str(Segment.Kind(kind).label)


def interface_language(version: BulletinVersion) -> str:
    """Labels on an English script are English, on every other one Vietnamese."""
    return "en" if version.language.tag == "en" else "vi"


def _own(script: dict, name: str, language: str) -> str:
    return script[f"{name}_en"] if language == "en" and script[f"{name}_en"] else script[name]


def script_pdf(version: BulletinVersion, commune=None) -> bytes:
    """A4, 20 pt, one sentence a line, page x/y. `commune`: the unit whose name stands under the title."""
    language = interface_language(version)
    with override(language):
        script, month = script_to_read(version), f"{version.bulletin.month:%m/%Y}"
        data = {
            "title": _own(script, "title", language),
            "subtitle": " · ".join(
                [
                    month,
                    version.language.label,
                    _("about %(minutes)s minutes") % {"minutes": clock(script["seconds"])},
                ]
            ),
            "place": commune.label if commune else version.bulletin.area.label,
            "header": _("Loudspeaker script %(month)s") % {"month": month},
            "lang": language,
            "entries": _entries(script, version),
            "number": script["number"],
            "hotline": _own(script, "hotline", language),
        }
    return pdf(FOLDER / "script.typ", data)


def script_text(version: BulletinVersion) -> str:
    """One sentence a line, CRLF, so that it opens well on any machine."""
    language = interface_language(version)
    with override(language):
        script = script_to_read(version)
        out = [_own(script, "title", language), f"{version.bulletin.month:%m/%Y} · {version.language.label}", ""]
        for entry in _entries(script, version):
            out += [f"[{entry['who']}]", *([f"({entry['note']})"] if entry["note"] else []), *entry["lines"], ""]
        out += [f"☎ {script['number']} – {_own(script, 'hotline', language)}"]
    return "\r\n".join(out) + "\r\n"
