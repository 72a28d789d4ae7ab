"""How far the broadcasts have come: an area at a glance, or one commune beside itself and its neighbours."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_GET

from places.models import AdministrativeUnit
from reports import progress as counting
from reports.views.coverage import WHOLE
from reports.views.dashboard import scope_asked


@login_required
@require_GET
def progress(request):
    form, scope = scope_asked(request, "reports.see_coverage")
    few = list(scope.communes[: WHOLE + 1])
    context = {"form": form, "scope": scope, "too_many": len(few) > WHOLE}
    if len(few) == 1:
        context |= _one(few[0], scope.last)
    elif few and not context["too_many"]:
        found = counting.two_years(scope.communes, scope.last)
        context |= {
            "steps": counting.by_missing(found), "further": counting.further(found),
            "counted": sum(bool(one.now.of) for one in found),
        }  # fmt: skip
    return render(request, "reports/progress.html", context)


def _one(commune: AdministrativeUnit, on) -> dict:
    (own,) = counting.two_years(AdministrativeUnit.objects.filter(pk=commune.pk), on)
    beside = counting.two_years(counting.neighbours(commune, on), on)
    return {"own": own, "middle": counting.middle(beside), "beside": len(beside)}
