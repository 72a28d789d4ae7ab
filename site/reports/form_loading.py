"""Loads the report forms of data/reports that are not there yet. A form that is there belongs to those who keep it."""

import tomllib
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.errors import DomainError
from places.models import AdministrativeUnit
from reports.indicators import REGISTRY
from reports.models import FormLine, FormSection, ReportForm
from reports.plans import plan_on

PATH = Path(settings.ROOT) / "data" / "reports" / "forms.toml"


@transaction.atomic
def load_forms(path: Path = PATH, *, area: AdministrativeUnit | None = None) -> list[ReportForm]:
    """The forms that were made. `area`: who keeps them; without it the province of the plan in force, or what became of it."""
    with path.open("rb") as file:
        rows = tomllib.load(file)["forms"]
    area = area or _area_of_the_plan(path)
    made, lines = [], {}
    for row in rows:
        if ReportForm.objects.filter(code=row["code"]).exists():
            continue
        said = {name: value.strip() for name, value in row.items() if name != "sections"}
        form = ReportForm.objects.create(area=area, **said)
        made.append(form)
        for position, section in enumerate(row["sections"]):
            said = {name: value for name, value in section.items() if name not in ("code", "lines")}
            kept = FormSection.objects.create(form=form, position=position, **said)
            for place, line in enumerate(section.get("lines", [])):
                key = f"{form.code}/{section['code']}/{line['code']}"
                lines[key] = _line(kept, place, line, lines, path)
    return made


def _area_of_the_plan(path: Path) -> AdministrativeUnit:
    plan = plan_on(timezone.localdate())
    if plan is None:
        raise DomainError(f"{path.name}: no plan is loaded that its reports could be about")
    return AdministrativeUnit.objects.filter(pk=plan.area_id).successors().first() or plan.area


def _line(section: FormSection, position: int, row: dict, lines: dict, path: Path) -> FormLine:
    if row.get("indicator") and row["indicator"] not in REGISTRY:
        raise DomainError(f"{path.name}: no indicator is called {row['indicator']!r}")
    said = {name: value for name, value in row.items() if name not in ("code", "adds_up")}
    if source := row.get("adds_up"):
        if source not in lines:
            raise DomainError(f"{path.name}: no line before is called {source!r}, or its form was there already")
        said["adds_up"] = lines[source]
    return FormLine.objects.create(section=section, position=position, **said)
