"""Keeping the figures of training for the yearly report: as they stood on a day, never changed afterwards.

`lines` of a snapshot: {"requirements" | "units" | "organisations": [[id, name in Vietnamese, name in English, should, trained,
in time]]}, names as they were. `missing`: [[person's id, membership id, requirement id, due on, overdue]]; names are read when
they are shown, so that they are corrected or gone where the person's are.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from courses import compliance
from courses.compliance import TABLES, Count, Gap, Line, most_gaps_first
from courses.models import ComplianceSnapshot, Requirement
from people.permissions import require
from places.models import AdministrativeUnit

ACT = "courses.keep_compliance"


@transaction.atomic
def keep(*, area: AdministrativeUnit, on: date, purpose: str = "", actor=None, source: str = "") -> ComplianceSnapshot:
    """`actor` is None where something that has a `source` keeps its figures, such as a report that was sent. Kept a second time
    for the same purpose while nothing changed, the first stays alone."""
    if actor is not None:
        require(actor, ACT, area)
    if on > timezone.localdate():
        raise DomainError(_("This day is still to come. Nothing was kept."))
    # Two clicks in the same instant: the second waits here and finds the first.
    AdministrativeUnit.objects.select_for_update(no_key=True).get(pk=area.pk)
    units = _units(area, on)
    found, missing = compliance.figures(units=units, on=on), compliance.gaps(units=units, on=on)
    if not found.total.should:
        raise DomainError(_("Nobody here held a duty that asks for a course on that day. Nothing was kept."))
    fields = {
        "should": found.total.should,
        "trained": found.total.trained,
        "in_time": found.total.in_time,
        "lines": _lines(found),
        "missing": [[gap.user, gap.post, gap.requirement.pk, f"{gap.due_on}", gap.overdue] for gap in missing],
    }
    before = ComplianceSnapshot.objects.filter(area=area, on=on, purpose=purpose, source=source).first()
    if before and all(getattr(before, name) == value for name, value in fields.items()):
        return before
    return ComplianceSnapshot.objects.create(area=area, on=on, purpose=purpose, source=source, taken_by=actor, **fields)


def _units(area: AdministrativeUnit, on: date):
    """The area's units as they were that day; of an area that came later, today's."""
    return AdministrativeUnit.objects.within(area, on=on if area.is_valid(on) else None)


def _lines(found: compliance.Figures) -> dict:
    named = compliance.names(found)
    return {
        table: [
            [pk, *_in_both(named[table][pk]), count.should, count.trained, count.in_time]
            for pk, count in sorted(getattr(found, table).items())
        ]
        for table in TABLES
    }


def _in_both(one) -> list[str]:
    """Its label in Vietnamese and in English."""
    said = []
    for language in ("vi", "en"):
        with override(language):
            said.append(str(one.label))
    return said


def living(snapshot: ComplianceSnapshot) -> compliance.Figures:
    """What is counted for the same day and area now."""
    return compliance.figures(units=_units(snapshot.area, snapshot.on), on=snapshot.on)


def total(snapshot: ComplianceSnapshot) -> Count:
    return Count(snapshot.should, snapshot.trained, snapshot.in_time)


def table(snapshot: ComplianceSnapshot, name: str, now: compliance.Figures) -> list[Line]:
    """One of TABLES, the most gaps first, then by name. What is counted no more is 0 of 0 now."""
    counted, place = getattr(now, name), 2 if get_language() == "en" else 1
    lines = [
        Line(row[place], Count(*row[3:]), counted[row[0]] if row[0] in counted else Count())
        for row in snapshot.lines[name]
    ]
    return most_gaps_first(lines)


def missing(snapshot: ComplianceSnapshot) -> list[Gap]:
    """As `compliance.gaps` gave it then; `compliance.named` reads the names."""
    required = Requirement.objects.select_related("duty", "course").in_bulk({row[2] for row in snapshot.missing})
    return [
        Gap(user, post, required[pk], date.fromisoformat(due_on), overdue)
        for user, post, pk, due_on, overdue in snapshot.missing
        # A requirement that is taken back on its first day leaves no row.
        if pk in required
    ]
