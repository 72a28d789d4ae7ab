"""The figures of duties beside the broadcast and the sessions: roll-out, pledges, materials, models, 30 July, training and
what it taught, reports in time."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Event, MaterialPage, ModelEvent, Pledge, PreventionModel, RolledPlan, Rollout
from campaigns.villages.registers import STATUSES
from courses import compliance
from courses.analysis import ENOUGH_PEOPLE
from courses.models import Certificate, CourseRun, Grading, Requirement
from places.models import AdministrativeUnit, Settlement
from reports.indicators import Indicator, Scope, Value, register
from reports.models import Report, ReportRequest


def _settlements(scope: Scope):
    return Settlement.objects.current(scope.last).filter(commune__in=scope.family)


def _rollouts(scope: Scope):
    """Records of the last plan that had begun and holds for these communes; none while there is no such plan."""
    above = AdministrativeUnit.objects.filter(Q(children__in=scope.family) | Q(children__children__in=scope.family))
    plans = RolledPlan.objects.filter(Q(area__in=scope.family) | Q(area__in=above.values("pk")))
    plan = Subquery(plans.filter(starts_on__lte=scope.last).values("pk")[:1])
    known = Rollout.objects.known_on(scope.known).filter(plan=plan, done_on__lte=scope.last)
    return known.filter(settlement__in=_settlements(scope).values("pk"))


def _rolled_out(scope: Scope) -> Value:
    reached = _rollouts(scope).order_by().values("settlement").distinct().count()
    return Value(reached, scope.board.latest.settlements)


def _pledges(scope: Scope):
    known = Pledge.objects.known_on(scope.known).filter(settlement__commune__in=scope.family)
    return known.filter(signed_on__gte=scope.first, signed_on__lte=scope.last)


def _models_running(scope: Scope):
    lines = ModelEvent.objects.known_on(scope.known).filter(model=OuterRef("pk"), kind__in=STATUSES, on__lte=scope.last)
    last = lines.order_by("-on", "-pk").values("kind")[:1]
    there = PreventionModel.objects.filter(commune__in=scope.family, since__lte=scope.last)
    return there.annotate(status=Subquery(last)).filter(status=ModelEvent.Kind.RUNNING)


def _moments(scope: Scope) -> tuple[datetime, datetime]:
    """Where the period begins and where it has ended."""
    zone = timezone.get_current_timezone()
    begins, ends = (datetime.combine(day, time.min, zone) for day in (scope.first, scope.last + timedelta(days=1)))
    return begins, ends


def _materials(scope: Scope):
    """Each language of a material is one: what only repeats another language's words is none."""
    begins, ends = _moments(scope)
    made = MaterialPage.objects.filter(first_published_at__gte=begins, first_published_at__lt=ends, alias_of=None)
    return made.select_related("locale")


def _materials_by(scope: Scope) -> list[tuple[str, str, int]]:
    kinds, languages = dict(MaterialPage.Kind.choices), dict(settings.LANGUAGES)
    rows = _materials(scope).order_by().values_list("kind", "locale__language_code").annotate(all=Count("pk"))
    found = [(str(kinds[kind]), languages.get(code, code), number) for kind, code, number in rows]
    return sorted(found, key=lambda row: (-row[2], row[0], row[1]))


def _tests(scope: Scope) -> dict[tuple[int, int], dict[str, list]]:
    """(class, enrolment) → test → [points, out of, handed in at], of first attempts at the tests before and after a class, by
    people who hold a post here; those only who handed in both, the second of them in the period."""
    begins, ends = _moments(scope)
    rows = Grading.objects.filter(
        is_current=True, attempt__number=1, attempt__closed_at__lt=ends, attempt__quiz__purpose__in=("pre", "post"),
        attempt__enrolment__user__in=_posts(scope).order_by().values("user"),
    ).values_list(
        "attempt__enrolment__run", "attempt__enrolment", "attempt__quiz__purpose", "points", "out_of", "attempt__closed_at"
    )  # fmt: skip
    taken: dict = defaultdict(lambda: defaultdict(lambda: [0, 0, None]))
    for run, person, purpose, points, out_of, at in rows:
        one = taken[run, person][purpose]
        one[0], one[1], one[2] = one[0] + points, one[1] + out_of, max(one[2] or at, at)
    return {
        pair: tests for pair, tests in taken.items()
        if len(tests) == 2 and all(out_of for _points, out_of, _at in tests.values())
        and max(at for _points, _out_of, at in tests.values()) >= begins
    }  # fmt: skip


def _gain(scope: Scope) -> Value:
    """Nothing is said of few people."""
    found = _tests(scope).values()
    if len(found) < ENOUGH_PEOPLE:
        return Value(0, 0)
    shares = [(one["pre"][0] / one["pre"][1], one["post"][0] / one["post"][1]) for one in found]
    return Value(round(float(sum(after - before for before, after in shares)), 2), len(shares))


def _classes_tested(scope: Scope):
    return (
        CourseRun.objects.filter(pk__in={run for run, _person in _tests(scope)}).with_times().select_related("course")
    )


def _rallies(scope: Scope):
    begins, ends = _moments(scope)
    held = Event.objects.public().exclude(status__in=(Event.Status.CANCELLED, Event.Status.POSTPONED))
    return held.filter(commune__in=scope.family, starts_at__gte=begins, starts_at__lt=ends, ends_at__lte=timezone.now())


def _trained(scope: Scope) -> Value:
    total = compliance.figures(units=scope.units, on=scope.last).total
    return Value(total.trained, total.should)


def _posts(scope: Scope):
    return compliance.posts(family=set().union(*scope.units.ancestry().values()), on=scope.last)


def _should_be_trained(scope: Scope):
    duties = Requirement.objects.current(scope.last).values("duty")
    return _posts(scope).filter(duties__in=duties).distinct()


def _certificates(scope: Scope):
    return Certificate.objects.in_force(scope.last).filter(holder__in=_posts(scope).order_by().values("user"))


def _owed(scope: Scope) -> list[tuple[int, int]]:
    """(request, commune) of every report that a commune of the scope, or what it was then, owes for a time that ended within
    the scope's: the report of a year is due after it."""
    asked = ReportRequest.objects.filter(
        form__level=AdministrativeUnit.Level.COMMUNE, period__ends_on__gte=scope.first, period__ends_on__lte=scope.last
    )
    return [
        (request.pk, unit)
        for request in asked.select_related("period__area")
        for unit in AdministrativeUnit.objects.within(request.period.area, on=min(request.due_on, scope.known))
        .communes()
        .filter(pk__in=scope.family)
        .values_list("pk", flat=True)
    ]


def _sent_in_time(scope: Scope):
    """The first sending of each report that came in time: what is returned and sent again was in time the first time."""
    sent = Report.objects.filter(unit__in=scope.family, supersedes=None, request__period__ends_on__gte=scope.first)
    sent = sent.filter(request__period__ends_on__lte=scope.last, submitted_at__lt=scope.known_until)
    return sent.filter(submitted_at__date__lte=F("request__due_on")).select_related(
        "unit", "request__form", "request__period"
    )


def _in_time(scope: Scope) -> Value:
    owed = _owed(scope)
    sent = set(_sent_in_time(scope).values_list("request_id", "unit_id"))
    return Value(sum(pair in sent for pair in owed), len(owed))


register(
    Indicator(
        "roll-out", _("Settlements reached by the plan"), _("settlements"),
        _("settlements to which the plan in force was rolled out by the last day"),
        _("settlements that exist on the last day"), _rolled_out,
        lambda scope: _rollouts(scope).select_related("settlement__commune").order_by("-done_on", "-pk"),
        on_dashboard=False,
    ),
    Indicator(
        "pledges", _("Pledges signed"), _("pledges"), _("pledges signed in the period"), "",
        lambda scope: Value(_pledges(scope).aggregate(all=Sum("number", default=0))["all"]),
        lambda scope: _pledges(scope).select_related("settlement__commune").order_by("-signed_on", "-pk"),
        on_dashboard=False,
    ),
    Indicator(
        "models-running", _("Prevention models and groups running"), _("models"),
        _("models and groups whose log says on the last day that they run"), "",
        lambda scope: Value(_models_running(scope).count()),
        lambda scope: _models_running(scope).select_related("commune").order_by("commune__name", "name"),
        on_dashboard=False,
    ),
    Indicator(
        "rallies", _("Rallies of 30 July"), _("events"), _("announced rallies that were held in the period"), "",
        lambda scope: Value(_rallies(scope).count()),
        lambda scope: _rallies(scope).select_related("commune").order_by("-starts_at", "-pk"), on_dashboard=False,
    ),
    Indicator(
        "officers-trained", _("Officers trained"), _("requirements"),
        _("persons × required courses, with a certificate in force on the last day"),
        _("persons × required courses of the posts held on the last day"), _trained,
        lambda scope: _should_be_trained(scope).select_related("area", "organisation").order_by("area__name", "pk"),
        # A person may hold posts in two communes, and is one person in the province.
        adds_up=False, on_dashboard=False,
    ),
    Indicator(
        "learning-gain", _("What trainings taught"), _("share of the test"),
        _("test after the class less test before it, first attempts, as shares of the points, summed over the people"),
        _("people with a post here who handed in both tests, the later one in the period; nothing is said of fewer than five"),
        _gain, lambda scope: _classes_tested(scope).order_by("-last", "-pk"), adds_up=False, on_dashboard=False,
    ),
    Indicator(
        "materials", _("Materials published"), _("materials"),
        _("materials first published in the period, each language version counted"), "",
        lambda scope: Value(_materials(scope).count()),
        lambda scope: _materials(scope).order_by("-first_published_at", "-pk"),
        # The site's materials are there for every commune.
        adds_up=False, on_dashboard=False, parts=_materials_by,
    ),
    Indicator(
        "certificates", _("Certificates in force"), _("certificates"),
        _("certificates in force on the last day of people who hold a post here"), "",
        lambda scope: Value(_certificates(scope).count()),
        lambda scope: _certificates(scope).select_related("register").order_by("-issued_on", "number"),
        adds_up=False, on_dashboard=False,
    ),
    Indicator(
        "reports-in-time", _("Reports in time"), _("reports"), _("reports of communes first sent by the last day in time"),
        _("reports that communes owe for times that ended in the period"), _in_time,
        lambda scope: _sent_in_time(scope).order_by("-submitted_at", "-pk"), on_dashboard=False,
    ),
)  # fmt: skip
