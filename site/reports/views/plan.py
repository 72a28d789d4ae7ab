"""The plan clause by clause, for everybody who works here."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from people.permissions import may
from places.forms import DayForm
from reports.features import feature
from reports.models import Body, Clause, Deadline, Plan
from reports.plans import holders, plan_on


def day_asked(request):
    """(form, the day asked for): today, unless the address names another."""
    if not may(request.user, "reports.see_plan"):
        raise PermissionDenied
    form = DayForm(request.GET or None, initial={"on": timezone.localdate()})
    if form.is_bound and not form.is_valid():
        raise Http404
    return form, (form.cleaned_data["on"] if form.is_bound else None) or timezone.localdate()


@login_required
def plan(request, code: str = ""):
    form, on = day_asked(request)
    shown = Plan.objects.filter(code=code).first() if code else plan_on(on)
    if shown is None:
        if code:
            raise Http404
        return render(request, "reports/plan.html", {"form": form, "plan": None})
    bodies = Body.objects.filter(plan=shown).prefetch_related("successors")
    heirs = {body.pk: list(body.successors.all()) for body in bodies}
    clauses = Clause.objects.filter(plan=shown).prefetch_related("responsibilities__body", "targets", "deadlines")
    features: dict = {}
    rows = [_row(clause, on, heirs, features, request.user) for clause in clauses]
    due = sorted(
        ((deadline.next_day(on), deadline) for deadline in Deadline.objects.filter(plan=shown).current(on)),
        key=lambda pair: pair[0],
    )
    context = {
        "form": form, "plan": shown, "on": on, "rows": rows, "due": due, "laws": shown.legal_basis.all(),
        "others": Plan.objects.exclude(pk=shown.pk), "over": on > shown.ends_on,
        "served": sum(1 for row in rows if row["features"]),
        "outside": sum(1 for row in rows if row["clause"].outside and not row["features"]),
    }  # fmt: skip
    return render(request, "reports/plan.html", context)


def _row(clause: Clause, on, heirs: dict, features: dict, user) -> dict:
    """What stands beside a clause on a day."""
    parts: dict[str, list] = {"lead": [], "with": []}
    for duty in clause.responsibilities.all():
        for body in holders(duty.body, on, heirs):
            if body not in parts["lead"] and body not in parts[duty.part]:
                parts[duty.part].append(body)
    found = []
    for key in clause.serves:
        if key not in features:
            features[key] = feature(key, user)
        found.append(features[key])
    return {
        "clause": clause,
        "level": len(clause.ref.split("-")) + ("." in clause.ref),
        "lead": parts["lead"],
        "joining": parts["with"],
        "features": found,
    }
