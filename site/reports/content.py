"""All that a report says, in one shape: read from the rows while it is written, from `frozen` once it is signed. Pages and
papers know only this shape, so a frozen report looks the same for ever.

    {"version", "unit", "above", "place", "period": {"name", "name_en", "kind", "first", "last"}, "counted": {"at", "until"},
     "paper": {heads, number, symbol, day, subject, addressed_to, grounds, recipients, signature}, "years": [year],
     "sections": [{"id", "title", "title_en", "asks_text", "guidance", "guidance_en", "text", "lines": [LINE]}],
     "attachments": [{"name", "sha256", "size"}], "added": {"made_at", "units", "missing"} or None}

    LINE: {"id", "label", "label_en", "unit", "unit_en", "source": counted | added | manual, "guidance", "is_share",
           "part", "whole", "rows", "rule", "years", "area_part", "area_whole", "said": {"part", "whole"} or None,
           "corrects", "note", "counted_once"}

`part` and `whole` are the counted ones (None where nothing counts); `said` is a person's figure. `value` says which holds.
"""

import hashlib
import json
from datetime import date

from django.utils import timezone

from places.models import AdministrativeUnit
from reports.counting import is_share, lines_of, source_of
from reports.models import FormSection, Report

VERSION = 1


def content(report: Report) -> dict:
    """What the report says: frozen, or as it stands."""
    return report.frozen if report.frozen is not None else assemble(report)


def stamp(said: dict | list) -> str:
    """The sha256 of a content or of a part of one: what somebody signs is what they read."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def written(section: dict) -> str:
    """The stamp of what people wrote in a section: its words, their figures and notes."""
    return stamp([section["text"], *([line["id"], line["said"], line["note"]] for line in section["lines"])])


def value(line: dict) -> tuple:
    """(part, whole) that holds: a person's figure before the counted one; (None, None) where there is neither."""
    said = line["said"]
    return (said["part"], said["whole"]) if said else (line["part"], line["whole"])


def share(pair: tuple) -> float | None:
    part, whole = pair
    return part / whole if whole and part is not None else None


def assemble(report: Report) -> dict:
    """From the rows; nine queries whatever the size. `report` has its request, form, period, unit and parent selected."""
    request, unit = report.request, report.unit
    period, form = request.period, request.form
    texts = {row.section_id: row.text for row in report.texts.all()}
    entries = {row.line_id: row for row in report.entries.all()}
    added = report.consolidations.first() if request.adds_up_id else None
    lines: dict[int, list] = {}
    for line in lines_of(report):
        lines.setdefault(line.section_id, []).append(_line(line, report, entries.get(line.pk), added))
    sections = [
        {
            "id": one.pk, "title": one.title, "title_en": one.title_en, "asks_text": one.asks_text,
            "guidance": one.guidance, "guidance_en": one.guidance_en, "text": texts.get(one.pk, ""),
            "lines": lines.get(one.pk, []),
        }
        for one in FormSection.objects.filter(form=form, is_active=True)
    ]  # fmt: skip
    above = _above(unit, period.area)
    return {
        "version": VERSION,
        "unit": unit.name,
        "above": above,
        "place": unit.short_name,
        "period": {
            "name": period.name, "name_en": period.name_en, "kind": period.kind, "first": f"{period.starts_on}",
            "last": f"{period.ends_on}",
        },
        "counted": {
            "at": report.counted_at.isoformat() if report.counted_at else "",
            "until": f"{report.counted_until or ''}",
        },
        "paper": _paper(report, form, unit.name, above),
        "years": sorted({year for found in report.computed.values() for year in found.get("years", {})}),
        "sections": sections,
        "attachments": [
            {"name": one.name, "sha256": one.sha256, "size": one.size} for one in report.attachments.all()
        ],
        "added": added and {
            "made_at": added.made_at.isoformat(),
            "units": [
                {name: one[name] for name in ("unit", "name", "report", "sha256")} for one in added.units if one["report"]
            ],
            "missing": [one["name"] for one in added.units if not one["report"]],
        },
    }  # fmt: skip


def _line(line, report: Report, entry, added) -> dict:
    counted = report.computed.get(str(line.pk), {})
    source = source_of(line, report.request)
    found = {
        "id": line.pk, "label": line.label, "label_en": line.label_en, "unit": line.unit, "unit_en": line.unit_en,
        "source": source, "guidance": line.guidance, "is_share": is_share(line), "part": counted.get("part"),
        "whole": counted.get("whole"), "rows": counted.get("rows"), "rule": counted.get("rule"),
        "years": counted.get("years", {}), "area_part": None, "area_whole": None, "counted_once": 0, "said": None,
        "corrects": False, "note": "",
    }  # fmt: skip
    if source == "added":
        sums = (added.lines if added else {}).get(str(line.pk), {})
        found |= {
            "area_part": found["part"], "area_whole": found["whole"], "part": sums.get("part"), "whole": sums.get("whole"),
            "counted_once": sums.get("counted_once", 0),
        }  # fmt: skip
    if entry is not None:
        found |= {"corrects": entry.corrects, "note": entry.note}
        if entry.part is not None:
            found["said"] = {"part": number(entry.part), "whole": number(entry.whole)}
    return found


def number(figure):
    """A decimal as JSON keeps it: 12, 12.5, None."""
    if figure is None:
        return None
    return int(figure) if figure == int(figure) else float(figure)


def _above(unit: AdministrativeUnit, area: AdministrativeUnit) -> str:
    return unit.parent.name if unit.parent_id else area.name if area.pk != unit.pk else ""


def inside(name: str) -> str:
    """A unit's name in the middle of a sentence: "xã Tây Giang", "thành phố Đà Nẵng"."""
    return name[:1].lower() + name[1:]


def _paper(report: Report, form, unit: str, above: str) -> dict:
    period = report.request.period.name

    def filled(text: str, *, mid: bool = False) -> str:
        names = {"{don_vi}": inside(unit) if mid else unit, "{tren}": inside(above) if mid else above, "{ky}": period}
        for sign, word in names.items():
            text = text.replace(sign, word)
        return text

    def rows(text: str) -> list[str]:
        return [filled(line.strip(), mid=True) for line in text.splitlines() if line.strip()]

    return {
        "parent": filled(form.parent_body).replace(" / ", "\n"), "issuer": filled(form.issuing_body).replace(" / ", "\n"),
        "number": report.number, "symbol": form.symbol, "day": f"{report.issued_on or ''}",
        "subject": filled(form.subject, mid=True), "addressed_to": rows(form.addressed_to), "grounds": rows(form.grounds),
        "recipients": rows(form.recipients), "signs_for": form.signs_for,
        "post": form.post, "deputy_post": form.deputy_post if report.by_deputy else "", "signer": report.signer_name,
    }  # fmt: skip


def day(text: str) -> date | None:
    """A day of the shape above."""
    return date.fromisoformat(text) if text else None


def today_or(text: str) -> date:
    return day(text) or timezone.localdate()
