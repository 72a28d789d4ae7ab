"""Sentences taken out for translators who have no connection, and brought back: PO and XLSX.

A file holds each Vietnamese sentence once, however many pages say it. Bringing it back writes the text to every place
that says the sentence, except where somebody has written there since the file was made: that is told, not overwritten.
"""

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zipfile import ZipFile

import polib
from django.conf import settings
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation, TranslationSource

from campaigns.pages.memory import is_marked_up, most_alike, readable, stored
from campaigns.pages.translating import opened, save_text
from core.errors import DomainError
from core.sheets import safe
from core.tables import check_archive
from core.text import nfc
from people.permissions import require

LARGEST = 4 * 1024 * 1024
MOST_ROWS = 20_000
_LONGEST = 4000
_HEAD = ("Tiếng Việt (không sửa cột này)", "Bản dịch", "Trang", "Câu gần giống đã dịch")
_MADE = "exported-at "


@dataclass
class Sentence:
    """`source`, `text`: as people read them. `pages`: titles it stands on. `alike`: (Vietnamese, text) of the translated
    sentence most like it, where it has no text itself."""

    source: str
    text: str
    pages: list[str]
    alike: tuple[str, str] | None = None


@dataclass
class Outcome:
    """What a file brought. `conflicts`: (Vietnamese, stored, in the file). `refused`: (Vietnamese, why)."""

    written: int = 0
    unchanged: int = 0
    empty: int = 0
    unknown: list[str] = field(default_factory=list)
    conflicts: list[tuple[str, str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def _segments(sources):
    return (
        StringSegment.objects.filter(source__in=sources)
        .select_related("string", "context", "source")
        .order_by("source__object_repr", "source", "order")
    )


def _texts(segments, locale: Locale) -> dict[tuple[int, int], StringTranslation]:
    rows = StringTranslation.objects.filter(locale=locale, context__in={s.context_id for s in segments})
    return {(row.context_id, row.translation_of_id): row for row in rows}


def sentences(sources: list[TranslationSource], locale: Locale) -> list[Sentence]:
    """Every sentence once, in the order of the pages. Where places differ in their text, the newest is given."""
    segments = list(_segments(sources))
    texts = _texts(segments, locale)
    newest: dict[int, StringTranslation] = {}
    found: dict[int, Sentence] = {}
    for segment in segments:
        marked_up = is_marked_up(segment.string.data)
        one = found.setdefault(segment.string_id, Sentence(readable(segment.string.data, marked_up), "", []))
        if segment.source.object_repr not in one.pages:
            one.pages.append(segment.source.object_repr)
        row = texts.get((segment.context_id, segment.string_id))
        if row and (segment.string_id not in newest or row.updated_at > newest[segment.string_id].updated_at):
            newest[segment.string_id] = row
            one.text = readable(row.data, marked_up)
    empty = {segment.string.data: found[segment.string_id] for segment in segments if not found[segment.string_id].text}
    rows = StringTranslation.objects.filter(locale=locale, has_error=False)
    chosen = most_alike(list(empty), rows)
    others = rows.select_related("translation_of").in_bulk(set(chosen.values()))
    for data, pk in chosen.items():
        marked_up = is_marked_up(others[pk].translation_of.data)
        empty[data].alike = (readable(others[pk].translation_of.data, marked_up), readable(others[pk].data, marked_up))
    return list(found.values())


def to_po(sources: list[TranslationSource], locale: Locale) -> bytes:
    """A PO file that `msgfmt -c` accepts; each msgid stands once. What a similar sentence says is marked fuzzy: editors
    show it with the difference, and it does not come back before somebody has taken the mark away."""
    now = datetime.now(UTC)
    po = polib.POFile(wrapwidth=0, encoding="utf-8")
    stamp = now.strftime("%Y-%m-%d %H:%M+0000")
    po.metadata = {
        "Project-Id-Version": settings.WAGTAIL_SITE_NAME,
        "Report-Msgid-Bugs-To": "",
        "POT-Creation-Date": stamp,
        "PO-Revision-Date": stamp,
        "Last-Translator": "none <none@localhost>",
        "Language-Team": f"{locale.language_code} <none@localhost>",
        "Language": locale.language_code,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "X-Exported-At": now.isoformat(),
    }
    for one in sentences(sources, locale):
        entry = polib.POEntry(msgid=one.source, msgstr=one.text, tcomment=" · ".join(one.pages))
        if one.alike:
            entry.previous_msgid, entry.msgstr = one.alike
            entry.flags.append("fuzzy")
        po.append(entry)
    return str(po).encode()


def to_xlsx(sources: list[TranslationSource], locale: Locale) -> bytes:
    """One sheet: Vietnamese, translation, pages, what a similar sentence says. Its properties say when it was made and
    in which language."""
    book = Workbook()
    sheet = book.active
    sheet.title = locale.language_code
    book.properties.title = f"{settings.WAGTAIL_SITE_NAME}: {locale.language_code}"
    book.properties.description = _MADE + datetime.now(UTC).isoformat()
    sheet.append(_HEAD)
    for one in sentences(sources, locale):
        alike = safe(" → ".join(one.alike)) if one.alike else ""
        sheet.append([safe(one.source), safe(one.text), " · ".join(one.pages), alike])
    for letter, width in (("A", 60), ("B", 60), ("C", 30), ("D", 50)):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if cell.row == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def from_file(name: str, data: bytes, locale: Locale) -> tuple[list[tuple[str, str]], datetime]:
    """([(Vietnamese, text)], when it was made). Raises DomainError in a sentence for anything that is not such a file."""
    if len(data) > LARGEST:
        raise DomainError(_("This file is larger than 4 MB. Export it again and fill that one in."))
    read = _from_xlsx if data[:4] == b"PK\x03\x04" else _from_po
    rows, made, language = read(data)
    if language != locale.language_code:
        raise DomainError(
            _("This file is for “%(its)s”, not for “%(here)s”.")
            % {"its": language or "?", "here": locale.language_code}
        )
    if not rows:
        raise DomainError(_("This file has no sentences in it."))
    # No text has a NUL, and PostgreSQL keeps none.
    return [(source, text.replace("\0", "")) for source, text in rows], _moment(made)


def _moment(made: str) -> datetime:
    """When a file says it was made; one that does not say it properly is taken for older than every text."""
    try:
        when = parse_datetime(made)
    except ValueError:
        when = None
    if when is None:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _from_po(data: bytes):
    try:
        text = data.decode("utf-8-sig")
        if "msgid" not in text or "\n" not in text:
            # polib would take such a line for the name of a file of ours, and read that.
            raise ValueError("no PO")
        po = polib.pofile(text)
    except (UnicodeDecodeError, OSError, ValueError, IndexError) as wrong:
        raise DomainError(_("This is neither a PO nor an XLSX file that can be read.")) from wrong
    rows = [(e.msgid, "" if "fuzzy" in e.flags else e.msgstr) for e in po if not e.obsolete]
    return rows[:MOST_ROWS], po.metadata.get("X-Exported-At", ""), po.metadata.get("Language", "")


def _from_xlsx(data: bytes):
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            check_archive(packed)
        book = load_workbook(io.BytesIO(data), read_only=True)
        sheet = book.worksheets[0]
        rows = list(sheet.iter_rows(min_row=2, max_row=MOST_ROWS + 1, max_col=2, values_only=True))
    except Exception as wrong:  # openpyxl raises whatever its parsers raise
        raise DomainError(_("This is neither a PO nor an XLSX file that can be read.")) from wrong
    told = book.properties.description or ""
    found = [(_cell(row[0]), _cell(row[1] if len(row) > 1 else "")) for row in rows if row and row[0] is not None]
    return found, told.removeprefix(_MADE), sheet.title


def _cell(value) -> str:
    text = "" if value is None else str(value)
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t") else text


def _key(text: str) -> str:
    return " ".join(nfc(text).split())


@transaction.atomic
def take_in(*, rows: list[tuple[str, str]], made: datetime, locale: Locale, sources, actor) -> Outcome:
    """Writes the file's texts to every place of `sources` that says the sentence."""
    require(actor, "campaigns.translate")
    outcome = Outcome()
    segments = list(_segments(sources))
    texts = _texts(segments, locale)
    places: dict[str, list[StringSegment]] = {}
    for segment in segments:
        data = segment.string.data
        places.setdefault(_key(readable(data, is_marked_up(data))), []).append(segment)
    for source, text in rows:
        here = places.get(_key(source))
        if not text.strip():
            outcome.empty += 1
        elif here is None:
            outcome.unknown.append(source)
        elif len(text) > _LONGEST:
            outcome.refused.append((source, _("It is longer than 4,000 characters.")))
        else:
            _take_one(here, text, texts, made, locale, actor, outcome)
    return outcome


def _take_one(here, text, texts, made, locale, actor, outcome) -> None:
    written = False
    for segment in here:
        source = segment.string.data
        try:
            data = stored(text, source)
        except DomainError as refusal:
            outcome.refused.append((source, str(refusal)))
            return
        row = texts.get((segment.context_id, segment.string_id))
        if row is not None and row.data == data:
            continue
        if row is not None and row.updated_at > made:
            marked_up = is_marked_up(source)
            outcome.conflicts.append((readable(source, marked_up), readable(row.data, marked_up), text))
            continue
        save_text(translation=opened(segment.source, locale, actor), segment=segment, text=text, actor=actor)
        written = True
    outcome.written += written
    outcome.unchanged += not written
