"""Who is trained of those who should be, for those who look after an area; and the same as a spreadsheet."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from core.sheets import xlsx_answer
from courses import compliance, seats
from courses.models import CourseRun, Enrolment
from courses.spreadsheet import compliance_xlsx
from courses.views.runs import SHAPES
from people.models import User
from people.permissions import areas_for, may
from places.models import AdministrativeUnit

ACT = "courses.see_compliance"
State = Enrolment.State
SHOWN = 50


class ComplianceForm(forms.Form):
    """Which day and which area; both may stay empty."""

    on = forms.DateField(
        label=_("As of"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
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
@require_http_methods(["GET", "POST"])
def board(request):
    """GET the state of a day; POST `user`, `run` (ids): the reader's unit names the person for the class."""
    form, found, tables, units = _board(request)
    if request.method == "POST":
        return redirect(request.get_full_path() + _nominate(request))
    missing, ending = (read(units=units, on=found.on) for read in (compliance.gaps, compliance.running_out))
    lists = (
        ("missing", _("Who is not trained yet"), _rows(request, missing[:SHOWN]), max(0, len(missing) - SHOWN)),
        ("ending", _("Whose certificate runs out within 90 days"), _rows(request, ending[:SHOWN]), max(0, len(ending) - SHOWN)),
    )  # fmt: skip
    context = {"form": form, "figures": found, "tables": tables, "lists": lists, "ending": len(ending),
               "query": request.GET.urlencode()}  # fmt: skip
    return render(request, "courses/compliance.html", context)


def _rows(request, gaps: list) -> list[dict]:
    """Each gap with the person's coming class of that course, or the next one that has a seat (`run`) and whether the
    reader may name the person for it (`names`)."""
    mine = set().union(*areas_for(request.user, "courses.nominate").ancestry().values())
    over = CourseRun.objects.with_times().filter(last__lt=timezone.now()).values("pk")
    standing = Enrolment.objects.filter(
        user__in={gap.membership.user_id for gap in gaps}, state__in=(State.NOMINATED, State.WAITING, State.BOOKED),
        run__course__in={gap.requirement.course_id for gap in gaps}, run__cancelled_at=None,
    ).exclude(run__in=over)  # fmt: skip
    there = {(one.user_id, one.run.course_id): one for one in standing.select_related("run")}
    coming: dict[int, CourseRun] = {}
    for run in CourseRun.objects.visible_to(request.user).with_a_free_seat():
        coming.setdefault(run.course_id, run)
    rows = []
    for gap in gaps:
        course = gap.requirement.course_id
        stands, run = there.get((gap.membership.user_id, course)), coming.get(course)
        shape = SHAPES[stands.state] if stands else ""
        rows.append(
            {"gap": gap, "stands": stands, "shape": shape, "run": run, "names": run and gap.membership.area_id in mine}
        )
    return rows


def _nominate(request) -> str:
    """Where on the page the reader goes on: at the person's row, or at the refusal above."""
    user, run = (request.POST.get(name, "") for name in ("user", "run"))
    if not (user.isdecimal() and run.isdecimal() and len(user + run) < 30):
        raise Http404
    found = get_object_or_404(CourseRun.objects.visible_to(request.user), pk=run)
    person = get_object_or_404(User, pk=user)
    try:
        named = seats.nominate(run=found, user=person, actor=request.user)
        if named.state == State.DECLINED:
            raise DomainError(_("This name has been decided on already. Nothing was changed."))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return ""
    messages.success(request, _t("%(name)s is named. The organiser decides.") % {"name": person.name})
    kind = "ending" if request.POST.get("row") == "ending" else "missing"
    return f"#{kind}-{person.pk}-{found.course_id}"


@login_required
def board_file(request):
    _form, found, tables, units = _board(request)
    missing, ending = (read(units=units, on=found.on) for read in (compliance.gaps, compliance.running_out))
    data = compliance_xlsx(found, tables, missing, ending)
    return xlsx_answer(data, f"tap-huan-{found.on:%Y-%m-%d}")
