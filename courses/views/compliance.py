"""Who is trained of those who should be, for those who look after an area; and the same as a spreadsheet."""

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
from courses.compliance import TABLES, Line, most_gaps_first
from courses.models import CourseRun, Enrolment
from courses.spreadsheet import compliance_xlsx
from courses.views.runs import SHAPES
from people.models import User
from people.permissions import areas_for, may
from places.forms import AreaOnDayForm
from places.models import AdministrativeUnit

ACT = "courses.see_compliance"
State = Enrolment.State
SHOWN = 50
TITLES = dict(zip(TABLES, (_("By requirement"), _("By commune"), _("By organisation")), strict=True))


def _board(request):
    """(form, units, figures, tables) within the areas the reader looks after. A day that cannot be read is said in the form, and
    the figures are those of today; an area the reader has nothing to do with is not there."""
    if not may(request.user, ACT):
        raise PermissionDenied
    mine = areas_for(request.user, ACT)
    form = AreaOnDayForm(request.GET or {"on": f"{timezone.localdate()}"}, areas=mine.order_by("level", "name"))
    if "area" in form.errors:
        raise Http404
    area, day = form.cleaned_data["area"], form.cleaned_data.get("on")
    units = AdministrativeUnit.objects.within(area) if area else mine
    found = compliance.figures(units=units, on=day)
    named = compliance.names(found)
    tables = [(title, _lines(getattr(found, name), named[name])) for name, title in TITLES.items()]
    return form, units, found, tables


def _lines(counts: dict, named: dict) -> list[Line]:
    """One line a unit, organisation or requirement."""
    return most_gaps_first([Line(named[key].label, count) for key, count in counts.items() if key in named])


@login_required
@require_http_methods(["GET", "POST"])
def board(request):
    """GET the state of a day; POST `user`, `run` (ids): the reader's unit names the person for the class."""
    form, units, found, tables = _board(request)
    if request.method == "POST":
        return redirect(request.get_full_path() + _nominate(request))
    missing, ending = (read(units=units, on=found.on) for read in (compliance.gaps, compliance.running_out))
    lists = (
        ("missing", _("Who is not trained yet"), _rows(request, missing[:SHOWN]), max(0, len(missing) - SHOWN)),
        ("ending", _("Whose certificate runs out within 90 days"), _rows(request, ending[:SHOWN]), max(0, len(ending) - SHOWN)),
    )  # fmt: skip
    context = {
        "form": form, "total": found.total, "on": found.on, "tables": tables, "lists": lists, "ending": len(ending),
        "query": request.GET.urlencode() if form.is_valid() else "",
    }  # fmt: skip
    return render(request, "courses/compliance.html", context)


def _rows(request, gaps: list) -> list[dict]:
    """Each gap with the person's coming class of that course, or the next one that has a seat (`run`) and whether the
    reader may name the person for it (`names`)."""
    mine = set().union(*areas_for(request.user, "courses.nominate").ancestry().values())
    over = CourseRun.objects.with_times().filter(last__lt=timezone.now()).values("pk")
    standing = Enrolment.objects.filter(
        user__in={gap.user for gap in gaps}, state__in=(State.NOMINATED, State.WAITING, State.BOOKED),
        run__course__in={gap.requirement.course_id for gap in gaps}, run__cancelled_at=None,
    ).exclude(run__in=over)  # fmt: skip
    there = {(one.user_id, one.run.course_id): one for one in standing.select_related("run")}
    coming: dict[int, CourseRun] = {}
    for run in CourseRun.objects.visible_to(request.user).with_a_free_seat():
        coming.setdefault(run.course_id, run)
    rows = []
    for gap, post in compliance.named(gaps):
        course = gap.requirement.course_id
        stands, run = there.get((gap.user, course)), coming.get(course)
        rows.append(
            {
                "gap": gap, "post": post, "stands": stands, "shape": SHAPES[stands.state] if stands else "",
                "run": run, "names": run and post.area_id in mine,
            }
        )  # fmt: skip
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
    _form, units, found, tables = _board(request)
    missing, ending = (read(units=units, on=found.on) for read in (compliance.gaps, compliance.running_out))
    data = compliance_xlsx(found.on, found.total, tables, missing=missing, ending=ending)
    return xlsx_answer(data, f"tap-huan-{found.on:%Y-%m-%d}")
