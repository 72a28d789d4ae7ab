"""Many reports added up into one: the provincial report from those of all communes, in a job.

What was sent counts, as it was sent (corrections included). Counts add up; shares are added part by part and whole by whole and
so recomputed; what is the same thing in every commune (a language, a help line, a person with two posts) is not added up but
counted for the whole area. Where a commune was split, its successors both report what it did: that is taken off once.
"""

from collections import defaultdict
from datetime import date

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from media import jobs
from media.models import Job
from people.permissions import may
from places.models import AdministrativeUnit
from reports.content import value
from reports.counting import count, lines_of
from reports.indicators import REGISTRY, Indicator, Scope
from reports.models import Consolidation, FormLine, Report, ReportAct
from reports.obligations import owing, standings
from reports.writing import WRITE, note


def order(*, actor, report: Report) -> Job:
    """Has the reports added up. Asking again does it again, with those that have come since."""
    if not may(actor, WRITE, report.unit):
        raise PermissionDenied
    if not report.is_open or not report.request.adds_up_id:
        raise DomainError(_("Only a draft that adds up other reports can be consolidated."))
    job = jobs.enqueue("report-consolidation", str(report.pk), {"report": report.pk, "by": actor.pk})
    jobs.retry_job(job)
    return job


def running(report: Report) -> Job | None:
    """The job of a report, whatever its state."""
    return Job.objects.filter(key=f"report-consolidation:{report.pk}").first()


def came_since(report: Report, added: Consolidation | None) -> int:
    """How many reports were sent, or sent anew, after they were added up."""
    if added is None:
        return 0
    known = {one["report"] for one in added.units}
    return sum(one.is_sent and one.report.pk not in known for one in standings(report.request.adds_up))


@jobs.handles("report-consolidation")
def consolidation_job(args: dict):
    report = Report.objects.select_related("request__adds_up__form", "request__adds_up__period__area").get(
        pk=args["report"]
    )
    if not report.is_open:
        return None
    count(report=report)
    report = Report.objects.select_related(
        "request__adds_up__form", "request__adds_up__period__area", "request__period", "unit"
    ).get(pk=report.pk)
    lines, units = add_up(report)

    def finish() -> None:
        Consolidation.objects.create(report=report, lines=lines, units=units)
        note(report, ReportAct.Kind.ADDED_UP, None, f"{sum(bool(one['report']) for one in units)}/{len(units)}")

    return finish


def add_up(report: Report) -> tuple[dict, list]:
    """(lines, units) in the shape of Consolidation. Nothing is saved."""
    asked = report.request.adds_up
    wanted = {line.adds_up_id: line for line in lines_of(report) if line.adds_up_id}
    rows = standings(asked, owing(asked))
    frozen = dict(
        Report.objects.filter(pk__in=[one.report.pk for one in rows if one.is_sent]).values_list("pk", "frozen")
    )
    units, sums = [], {pk: [None, None] for pk in wanted}
    for one in rows:
        said = frozen.get(one.report.pk) if one.report else None
        figures: dict[str, list] = {}
        for line in (line for section in (said or {}).get("sections", ()) for line in section["lines"]):
            if line["id"] in wanted:
                figures[str(wanted[line["id"]].pk)] = list(value(line))
                _add(sums[line["id"]], value(line))
        units.append(
            {
                "unit": one.unit.pk, "name": one.unit.name, "state": one.state, "report": one.report.pk if said else None,
                "sha256": one.report.sha256 if said else "", "lines": figures,
            }
        )  # fmt: skip
    twice = _counted_twice(
        report, [one.unit for one in rows if one.report and one.report.pk in frozen], wanted.values()
    )
    lines = {}
    for source, line in wanted.items():
        indicator = REGISTRY.get(line.adds_up.indicator)
        if indicator and not indicator.adds_up:
            area = report.computed.get(str(line.pk), {})
            lines[str(line.pk)] = {"part": area.get("part"), "whole": area.get("whole"), "counted_once": 0}
            continue
        part, whole = sums[source]
        off = twice.get(line.pk, (0, 0))
        lines[str(line.pk)] = {
            "part": None if part is None else part - off[0], "whole": None if whole is None else whole - off[1],
            "counted_once": off[0],
        }  # fmt: skip
    return lines, units


def _add(total: list, pair: tuple) -> None:
    for place, figure in enumerate(pair):
        if figure is not None:
            total[place] = (total[place] or 0) + figure


def _counted_twice(report: Report, units: list[AdministrativeUnit], lines) -> dict[int, tuple]:
    """Line id → (part, whole) that several of these units report because they come of the same split unit."""
    found: dict[int, list] = defaultdict(lambda: [0, 0])
    period, today = report.request.adds_up.period, timezone.localdate()
    last = min(period.ends_on, today)
    for group in _of_one_origin(units):
        together = _values(group, lines, period.starts_on, last)
        apart = [_values([unit], lines, period.starts_on, last) for unit in group]
        for line in lines:
            indicator = REGISTRY.get(line.adds_up.indicator)
            if indicator is None:
                continue
            for place in (0, 1):
                single = sum(one[indicator.key][place] for one in apart)
                found[line.pk][place] += single - together[indicator.key][place]
    return {pk: tuple(pair) for pk, pair in found.items()}


def _values(units: list[AdministrativeUnit], lines: list[FormLine], first: date, last: date) -> dict[str, tuple]:
    communes = AdministrativeUnit.objects.filter(pk__in=[unit.pk for unit in units])
    scope = Scope(communes=communes, first=first, last=last, known=timezone.localdate())
    found = {}
    for line in lines:
        indicator: Indicator | None = REGISTRY.get(line.adds_up.indicator)
        if indicator and indicator.key not in found:
            counted = indicator.count(scope)
            found[indicator.key] = (counted.part, counted.whole or 0)
    return found


def _of_one_origin(units: list[AdministrativeUnit]) -> list[list[AdministrativeUnit]]:
    """Units that share a predecessor, group by group; most areas have none."""
    family = AdministrativeUnit.objects.filter(pk__in=[unit.pk for unit in units]).ancestry()
    groups: list[tuple[set, list]] = []
    for unit in units:
        members, mine = set(family[unit.pk]), [unit]
        for group in [group for group in groups if group[0] & members]:
            groups.remove(group)
            members, mine = members | group[0], group[1] + mine
        groups.append((members, mine))
    return [mine for _members, mine in groups if len(mine) > 1]
