"""A page on paper and as a picture: poster, leaflet, folded leaflet, the card a shared link shows, QR codes."""

import io
from itertools import takewhile
from pathlib import Path

import segno
from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.rich_text import RichText

from campaigns.hotlines import strip_hotlines
from campaigns.models import ContentPage, MaterialPage, ReadingSource
from campaigns.pages.readings import SOURCE
from media.printing import pdf, png, qr_svg
from places.models import AdministrativeUnit

FOLDER = Path(__file__).parents[1] / "print"
# kind → its sizes; a folded leaflet is always A4.
PAPERS = {"poster": ("a3", "a4", "a5"), "leaflet": ("a4", "a5"), "folded": ("a4",)}
CARD_SIZE = (1200, 630)
_SOURCE_OF = {
    "poster": ReadingSource.POSTER, "leaflet": ReadingSource.LEAFLET, "folded": ReadingSource.LEAFLET,
}  # fmt: skip


def address(page: ContentPage, source: str = "") -> str:
    """The page's own address, with what brings a reader there."""
    return f"{page.full_url}?{SOURCE}={source}" if source else page.full_url


def qr_png(text: str, scale: int = 12) -> bytes:
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", border=4, scale=scale)
    return out.getvalue()


def message_of(page: ContentPage) -> str:
    return page.key_message if isinstance(page, MaterialPage) else page.title


def kind_of(page: ContentPage) -> str:
    """What the paper says above its message."""
    from campaigns.pages.context import kind_label

    label = kind_label(page.entry_kind)
    return label[:1].upper() + label[1:]


def parts(body) -> list[dict]:
    """The body as paper has it: [{kind: heading, text or item, text}], pictures left out."""
    found: list[dict] = []

    def say(kind: str, text) -> None:
        words = " ".join(strip_tags(text.source if isinstance(text, RichText) else str(text)).split())
        if words:
            found.append({"kind": kind, "text": words})

    for block in body:
        value, kind = block.value, block.block_type
        if kind == "heading":
            say("heading", value)
        elif kind in ("steps", "signs"):
            say("heading", value["title"])
            for one in value["steps" if kind == "steps" else "signs"]:
                say("item", one)
        elif kind == "question":
            say("heading", value["question"])
            say("text", value["answer"])
        elif kind == "situation":
            # On paper too an invented story says that it is one.
            say("heading", f"{_('Illustrative situation')}: {value['title']}".removesuffix(": "))
            say("text", value["story"])
            say("text", value["lesson"])
        elif kind == "speech":
            for line in value["lines"]:
                say("text", f"{line['who']}: {line['says']}")
        elif kind == "law":
            say("text", f"{value['says']} ({value['document']}, {value['article']})")
        elif kind == "figure":
            say("text", f"{value['value']}: {value['what']}, {value['place']}, {value['year']} ({value['source']})")
        elif kind in ("paragraph", "key_message"):
            say("text", value)
    return found


def points_of(parts: list[dict]) -> list[str]:
    """What a poster says below its message: the first list, or else the first sentences."""
    first = next((n for n, part in enumerate(parts) if part["kind"] == "item"), None)
    if first is None:
        return [part["text"] for part in parts if part["kind"] == "text"][:1]
    return [part["text"] for part in takewhile(lambda part: part["kind"] == "item", parts[first:])][:6]


def _words(page: ContentPage) -> dict:
    """What every print says, in the page's language where the interface has it, else in Vietnamese."""
    code = page.locale.language_code
    with override(code if code in ("vi", "en") else "vi"):
        line = page.hotline if isinstance(page, MaterialPage) and page.hotline_id and page.hotline.is_fresh() else None
        first = next(iter(strip_hotlines(code)), None)
        number, label = (line.number, line.label) if line else (first["number"], first["label"]) if first else ("", "")
        said = parts(page.body)
        return {
            # A material's summary tells communicators what it is; whoever holds the paper sees that.
            "summary": "" if isinstance(page, MaterialPage) else page.summary,
            "title": page.title, "message": message_of(page), "kind": kind_of(page), "lang": code,
            "number": number, "hotline": label, "call": _("Need help? Call"), "site": _("Safe Villages"),
            "scan": _("Point your phone here"), "remember": _("To remember"), "parts": said, "points": points_of(said),
        }  # fmt: skip


def paper_pdf(
    page: ContentPage, kind: str, size: str, *, commune: AdministrativeUnit | None = None, bleed=False
) -> bytes:
    """A vector PDF of PAPERS, with 3 mm bleed and cutting marks where the printer wants them."""
    data = _words(page) | {
        "size": size, "bleed": bleed, "leaflet": kind == "leaflet", "commune": commune.name if commune else "",
        "qr": qr_svg(address(page, _SOURCE_OF[kind])),
    }  # fmt: skip
    return pdf(FOLDER / ("folded.typ" if kind == "folded" else "material.typ"), data)


def card_png(page: ContentPage) -> bytes:
    """The picture of a shared link, 1200 × 630."""
    return png(FOLDER / "card.typ", _words(page) | {"parts": []}, ppi=144)


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "share"
