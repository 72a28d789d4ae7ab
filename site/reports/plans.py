"""Loads the plans and laws of data/plan. Running it again changes nothing; a changed file changes exactly what differs."""

import tomllib
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from core.errors import DomainError
from core.text import fold
from places.models import AdministrativeUnit
from reports import features
from reports.models import Body, Clause, Deadline, LegalDocument, Plan, Responsibility, Target, VisitQuestion

FOLDER = Path(settings.ROOT) / "data" / "plan"


@transaction.atomic
def load_all(folder: Path = FOLDER) -> dict[str, int]:
    """Everything in a folder; how many plans, clauses and documents there are afterwards."""
    load_laws(folder / "laws.toml")
    for path in sorted(folder.glob("*.toml")):
        if path.name not in ("laws.toml", "checklist.toml"):
            load_plan(path)
    return {
        "plans": Plan.objects.count(),
        "clauses": Clause.objects.count(),
        "laws": LegalDocument.objects.count(),
    }


def load_laws(path: Path) -> None:
    rows = _read(path)["laws"]
    kept = set(LegalDocument.objects.exclude(kept_at=None).values_list("number", flat=True))
    rows = [row for row in rows if row["number"] not in kept]
    for row in rows:
        fields = {name: value for name, value in row.items() if name not in ("number", "replaced_by")}
        fields = {"valid_until": None, "note": "", "issued_on": None, "title_en": ""} | fields
        LegalDocument.objects.update_or_create(number=row["number"], defaults=fields)
    found = {law.number: law for law in LegalDocument.objects.all()}
    for row in rows:
        law = found[row["number"]]
        law.replaced_by = _pick(found, row.get("replaced_by"), path)
        law.save(update_fields=["replaced_by"])


def load_checklist(path: Path = FOLDER / "checklist.toml") -> None:
    """What visits look at; a question the file no longer names is not asked any more."""
    rows = _read(path)["questions"]
    for position, row in enumerate(rows, 1):
        fields = {name: value for name, value in row.items() if name != "code"} | {
            "position": position,
            "is_asked": True,
        }
        VisitQuestion.objects.update_or_create(code=row["code"], defaults=fields)
    VisitQuestion.objects.exclude(code__in=[row["code"] for row in rows]).update(is_asked=False)


@transaction.atomic
def load_plan(path: Path) -> Plan:
    """One plan from its file; what the file no longer names is deleted with what hangs on it."""
    data = _read(path)
    area = _area(data["area"], data["starts_on"], path)
    wanted = ("number", "issued_on", "title", "title_en", "starts_on", "ends_on", "outlook_until", "source")
    plan, _created = Plan.objects.update_or_create(
        code=data["code"], defaults={name: data[name] for name in wanted if name in data} | {"area": area}
    )
    laws = {law.number: law for law in LegalDocument.objects.all()}
    plan.legal_basis.set([_pick(laws, number, path) for number in data.get("legal_basis", [])])
    bodies = _bodies(plan, data.get("bodies", {}), path)
    clauses = _clauses(plan, data, bodies, path)
    targets, deadlines = data.get("targets", []), data.get("deadlines", [])
    for position, row in enumerate(targets):
        fields = {name: value for name, value in row.items() if name not in ("code", "clause")}
        fields |= {"clause": _pick(clauses, row["clause"], path), "position": position}
        Target.objects.update_or_create(plan=plan, code=row["code"], defaults=fields)
    for row in deadlines:
        fields = {name: row[name] for name in ("name", "name_en", "level", "month", "before_day")}
        fields |= {
            "clause": _pick(clauses, row["clause"], path), "body": _pick(bodies, row["body"], path),
            "recipients": row["to"], "valid_from": row["from"], "valid_until": row.get("until"),
        }  # fmt: skip
        Deadline.objects.update_or_create(plan=plan, code=row["code"], defaults=fields)
    plan.targets.exclude(code__in=[row["code"] for row in targets]).delete()
    plan.deadlines.exclude(code__in=[row["code"] for row in deadlines]).delete()
    plan.clauses.exclude(ref__in=clauses).delete()
    plan.bodies.exclude(code__in=bodies).delete()
    return plan


def _bodies(plan: Plan, rows: dict, path: Path) -> dict[str, Body]:
    found = {}
    for code, row in rows.items():
        fields = {"name": row["name"], "name_en": row.get("name_en", ""), "until": row.get("until")}
        found[code], _created = Body.objects.update_or_create(plan=plan, code=code, defaults=fields)
    for code, row in rows.items():
        found[code].successors.set([_pick(found, other, path) for other in row.get("then", [])])
    return found


def _clauses(plan: Plan, data: dict, bodies: dict[str, Body], path: Path) -> dict[str, Clause]:
    reasons, found = data.get("reasons", {}), {}
    for position, row in enumerate(data["clauses"]):
        unknown = set(row.get("serves", [])) - features.known()
        if unknown:
            raise DomainError(f"{path.name}, {row['ref']}: unknown features {', '.join(sorted(unknown))}")
        reason = _pick(reasons, row.get("outside"), path) or {"vi": "", "en": ""}
        clause, _created = Clause.objects.update_or_create(
            plan=plan,
            ref=row["ref"],
            defaults={
                "kind": row["kind"], "text": row["text"], "position": position, "serves": row.get("serves", []),
                "parent": _pick(found, row.get("parent"), path), "outside": reason["vi"], "outside_en": reason["en"],
            },
        )  # fmt: skip
        found[row["ref"]] = clause
        parts = {_pick(bodies, code, path): part for part in ("with", "lead") for code in row.get(part, [])}
        for body, part in parts.items():
            Responsibility.objects.update_or_create(clause=clause, body=body, defaults={"part": part})
        clause.responsibilities.exclude(body__in=parts).delete()
    return found


def _area(name: str, on: date, path: Path) -> AdministrativeUnit:
    unit = AdministrativeUnit.objects.current(on).filter(level="province", search_key__contains=fold(name)).first()
    if unit is None:
        raise DomainError(f"{path.name}: there is no province {name} on {on}; run load_places first")
    return unit


def _pick(found: dict, key: str | None, path: Path):
    """`found[key]`, None without a key; a key nobody wrote down is a mistake in the file."""
    if key is None:
        return None
    if key not in found:
        raise DomainError(f"{path.name}: nothing is called {key!r}")
    return found[key]


def _read(path: Path) -> dict:
    with path.open("rb") as file:
        return tomllib.load(file)


def plan_on(on: date) -> Plan | None:
    """The plan in force on a day; after the last one has ended, the last one."""
    return Plan.objects.filter(starts_on__lte=on).order_by("-starts_on").first() or Plan.objects.last()


def on_screen(on: date) -> tuple[list[Target], list[Deadline]]:
    """The targets of the plan in force on a day, and the deadlines of that day. Kept for five minutes: only loading a
    plan changes them."""
    return cache.get_or_set(f"reports:screen:{on}", lambda: _on_screen(on), 300)


def _on_screen(on: date) -> tuple[list[Target], list[Deadline]]:
    targets = list(
        Target.objects.filter(plan__starts_on__lte=on).select_related("plan").order_by("-plan__starts_on", "position")
    )
    deadlines = Deadline.objects.current(on).select_related("plan").order_by("-plan__starts_on")
    return _of_the_first_plan(targets), _of_the_first_plan(list(deadlines))


def _of_the_first_plan(rows: list) -> list:
    return [row for row in rows if row.plan_id == rows[0].plan_id]


def holders(body: Body, on: date, successors: dict[int, list[Body]]) -> list[Body]:
    """Who has a body's duties on a day. `successors`: body id → bodies, read once for the page."""
    if body.until is None or on < body.until:
        return [body]
    heirs = successors.get(body.pk, [])
    return [one for heir in heirs for one in holders(heir, on, successors)] or [body]
