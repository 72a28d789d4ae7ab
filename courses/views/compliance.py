"""Who is trained of those who should be, for those who look after an area; and the same as a spreadsheet."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.sheets import xlsx_answer
from courses import compliance
from courses.models import CourseRun
from courses.spreadsheet import compliance_xlsx
from people.permissions import areas_for, may
from places.models import AdministrativeUnit

ACT = "courses.see_compliance"


class ComplianceForm(forms.Form):
    """Which day and which area; both may stay empty."""

    on = forms.DateField(
        label=_("As of"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )  # fmt: skip
    area = forms.ModelChoiceField(label=_("Area"), queryset=AdministrativeUnit.objects.none(), required=False)

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas
        self.fields["area"].empty_label = _("everywhere I may see")

    def clean_on(self):
        today = timezone.localdate()
        return min(self.cleaned_data["on"] or today, today)


def _asked(request):
    """(form, units) within the areas the reader looks after."""
    if not may(request.user, ACT):
        raise PermissionDenied
    mine = areas_for(request.user, ACT)
    form = ComplianceForm(request.GET or {"on": f"{timezone.localdate()}"}, areas=mine.order_by("level", "name"))
    if not form.is_valid():
        raise Http404
    area, on = form.cleaned_data["area"], form.cleaned_data["on"]
    units = AdministrativeUnit.objects.within(area) if area else mine
    return form, units, on


def _lines(counts: dict, labels: dict) -> list[dict]:
    """One line a unit, organisation or requirement, the most gaps first."""
    lines = [{"label": labels[key], "count": count} for key, count in counts.items() if key in labels]
    return sorted(lines, key=lambda line: (-line["count"].gaps, str(line["label"])))


def _board(request):
    form, units, on = _asked(request)
    found = compliance.figures(units=units, on=on)
    units_by, organisations, requirements = compliance.names(found)
    asked = {k: f"{one.duty.label} → {one.course.label}" for k, one in requirements.items()}
    tables = [
        (_("By requirement"), _lines(found.requirements, asked)),
        (_("By commune"), _lines(found.units, {k: unit.label for k, unit in units_by.items()})),
        (_("By organisation"), _lines(found.organisations, {k: one.label for k, one in organisations.items()})),
    ]
    return form, found, tables, units


@login_required
def board(request):
    form, found, tables, units = _board(request)
    missing = compliance.gaps(units=units, on=found.on)
    coming: dict[int, CourseRun] = {}
    for run in CourseRun.objects.visible_to(request.user).with_a_free_seat():
        coming.setdefault(run.course_id, run)
    shown = [(gap, coming.get(gap.requirement.course_id)) for gap in missing[:50]]
    context = {"form": form, "figures": found, "tables": tables, "gaps": shown, "more": max(0, len(missing) - 50),
               "query": request.GET.urlencode()}  # fmt: skip
    return render(request, "courses/compliance.html", context)


@login_required
def board_file(request):
    _form, found, tables, units = _board(request)
    data = compliance_xlsx(found, tables, compliance.gaps(units=units, on=found.on))
    return xlsx_answer(data, f"tap-huan-{found.on:%Y-%m-%d}")
