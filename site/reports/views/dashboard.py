"""The plan on one screen, and each of its figures opened down to the rows behind it."""

from datetime import date

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Airing, DirectSession, Event, MaterialPage, Pledge, PreventionModel, Rollout
from courses.models import Certificate, CourseRun
from people.models import Membership
from people.permissions import ACTS, areas_for, may, roles_of
from people.roles import Role
from places.forms import AreaOnDayForm
from places.models import AdministrativeUnit
from reports.charts import bars
from reports.coverage import communes_on
from reports.indicators import REGISTRY, Scope
from reports.kept import kept
from reports.models import Report
from reports.plans import on_screen
from reports.spreadsheet import words

MISSING_SHOWN = 8
# Targets that have a board of their own: indicator → (its address, the act that opens it). Their counts cost as much as the
# rest of the screen and are kept for a minute; the boards, and each figure opened, are always counted anew.
OWN_BOARDS = {
    "roll-out": ("village:rollout", "campaigns.see_sessions"),
    "officers-trained": ("courses:compliance", "courses.see_compliance"),
}


def scope_asked(request, act: str, *, anew: bool = True):
    """(form, scope) of the address: a year that ends on the day asked for, in the areas the reader looks after. Not `anew`:
    what costs much in a large area may be a minute old."""
    if not may(request.user, act):
        raise PermissionDenied
    mine = areas_for(request.user, act)
    form = AreaOnDayForm(request.GET or {"on": f"{timezone.localdate()}"}, areas=mine.order_by("level", "name"))
    if not form.is_valid():
        raise Http404
    area, last = form.cleaned_data["area"], form.cleaned_data["on"]
    units = AdministrativeUnit.objects.within(area) if area else mine
    first = date(last.year if last.month == 12 else last.year - 1, last.month % 12 + 1, 1)
    # People serve in communes and above them.
    posts = AdministrativeUnit.objects.within(area, on=last) if area else mine
    scope = Scope(communes=communes_on(units, last), first=first, last=last, units=posts)
    if not anew:
        scope.keep = lambda count: kept("sums:year", count, area=area, user=request.user, on=last)
    return form, scope


@login_required
def dashboard(request):
    form, scope = scope_asked(request, "reports.see_dashboard", anew=False)
    targets, deadlines = on_screen(scope.last)
    found = []
    for target in targets:
        indicator = REGISTRY.get(target.indicator)
        value = _counted(indicator, scope, form.cleaned_data["area"], request.user) if indicator else None
        found.append(
            {
                "target": target,
                "indicator": indicator,
                "value": value,
                "board": _own_board(request.user, target.indicator),
                "reached": bool(value and value.reaches(target.goal)),
            }
        )
    shown = {target.indicator for target in targets}
    figures = [
        {"indicator": one, "value": one.count(scope)}
        for one in REGISTRY.values()
        if one.key not in shown and one.on_dashboard
    ]
    totals = scope.board.totals
    missing, more = scope.board.missing[:MISSING_SHOWN], len(scope.board.missing[MISSING_SHOWN:])
    context = {
        "form": form, "scope": scope, "targets": found, "figures": figures, "query": request.GET.urlencode(),
        "others": [one for one in REGISTRY.values() if one.key not in shown and not one.on_dashboard],
        "chart": bars([(f"{one.month:%m/%y}", one.share) for one in totals]), "totals": totals,
        "missing": _whom_to_call(request.user, scope.board.rows_of(missing, among=scope.communes)), "more": more,
        "due": sorted(((one.next_day(scope.last), one) for one in deadlines), key=lambda pair: pair[0]),
    }  # fmt: skip
    return render(request, "reports/dashboard.html", context)


def _counted(indicator, scope: Scope, area, user):
    if indicator.key not in OWN_BOARDS:
        return indicator.count(scope)
    name = f"{indicator.key}:{indicator.rule}"
    return kept(name, lambda: indicator.count(scope), area=area, user=user, on=scope.last)


def _own_board(user, key: str) -> str:
    """The address of a target's own board, empty for those who may not open it."""
    name, act = OWN_BOARDS.get(key, ("", ""))
    return reverse(name) if name and may(user, act) else ""


def _whom_to_call(user, rows) -> list[dict]:
    """What is missing, with the operators to call, for those who may see people."""
    labels = words()
    people: dict[int, list] = {}
    if rows and may(user, "people.see"):
        seen = areas_for(user, "people.see").filter(pk__in=[row.commune.pk for row in rows])
        found = Membership.objects.current().in_roles(Role.RADIO_OPERATOR)
        for one in found.filter(area__in=seen).select_related("user"):
            people.setdefault(one.area_id, []).append(one.user)
    # "Nobody" says only who sees the people of every commune on this screen.
    roles = roles_of(user) & ACTS["reports.see_dashboard"]
    sees_all = roles <= ACTS["people.see"]
    return [
        {
            "commune": row.commune,
            "state": row.tiles[-1].status,
            "words": labels[row.tiles[-1].status],
            "reason": row.tiles[-1].reason,
            "months": row.overdue,
            "people": people.get(row.commune.pk, []),
            "nobody": sees_all and row.commune.pk not in people,
        }
        for row in rows
    ]


@login_required
def indicator(request, key: str):
    """A figure, how it is counted, and its rows."""
    form, scope = scope_asked(request, "reports.see_dashboard")
    found = REGISTRY.get(key)
    if found is None:
        raise Http404
    page = Paginator(found.rows(scope), 50).get_page(request.GET.get("page"))
    context = {
        "form": form, "scope": scope, "indicator": found, "value": found.count(scope), "page": page,
        "rows": [_described(row) for row in page], "query": request.GET.urlencode(),
        "parts": found.parts(scope) if found.parts else [],
    }  # fmt: skip
    return render(request, "reports/indicator.html", context)


def _described(row) -> dict:
    """When, where and what a source row says, in one line."""
    if isinstance(row, Airing):
        what = f"{row.version.bulletin.title} · {row.version.language.label} · {row.plays}×"
        return {"day": row.aired_on, "place": row.commune.label, "what": what}
    if isinstance(row, DirectSession):
        return {"day": row.held_on, "place": row.commune.label, "what": f"{row.get_kind_display()} · {row.attendees}"}
    if isinstance(row, Rollout):
        return {
            "day": row.done_on,
            "place": row.settlement.commune.label,
            "what": f"{row.settlement} · {row.get_form_display()}",
        }
    if isinstance(row, Pledge):
        what = f"{row.settlement} · {row.get_by_display()} · {row.number}"
        return {"day": row.signed_on, "place": row.settlement.commune.label, "what": what}
    if isinstance(row, PreventionModel):
        return {"day": row.since, "place": row.commune.label, "what": f"{row.name} · {row.get_kind_display()}"}
    if isinstance(row, Event):
        return {"day": timezone.localdate(row.starts_at), "place": row.commune.label, "what": row.title}
    if isinstance(row, Membership):
        # Posts, not names: who should be trained stands on the board of the trained, for those who may see people.
        return {"day": row.starts_on, "place": row.area.label, "what": f"{row.organisation} · {row.post}"}
    if isinstance(row, Certificate):
        return {"day": row.issued_on, "place": row.label, "what": row.course_title}
    if isinstance(row, CourseRun):
        return {"day": row.last and timezone.localdate(row.last), "place": row.place or "–", "what": row.course.label}
    if isinstance(row, MaterialPage):
        language = dict(settings.LANGUAGES).get(row.locale.language_code, row.locale.language_code)
        day = timezone.localdate(row.first_published_at)
        return {"day": day, "place": language, "what": f"{row.title} · {row.get_kind_display()}"}
    if isinstance(row, Report):
        return {"day": timezone.localdate(row.submitted_at), "place": row.unit.label, "what": str(row.request)}
    return {"day": row.verified_at, "place": row.number, "what": row.label}
