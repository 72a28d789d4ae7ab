"""The figures of duties beside the broadcast and the sessions: roll-out, pledges, models, 30 July, training, reports in time."""

from datetime import datetime, time, timedelta

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Event, ModelEvent, Pledge, PreventionModel, RolledPlan, Rollout
from campaigns.villages.registers import STATUSES
from courses import compliance
from courses.models import Certificate, Requirement
from places.models import AdministrativeUnit, Settlement
from reports.indicators import Indicator, Scope, Value, register
from reports.models import Report, ReportRequest


def _settlements(scope: Scope):
    return Settlement.objects.current(scope.last).filter(commune__in=scope.family)


def _rollouts(scope: Scope):
    """Records of the last plan that had begun and holds for these communes; none while there is no such plan."""
    above = AdministrativeUnit.objects.filter(Q(children__in=scope.family) | Q(children__children__in=scope.family))
    plans = RolledPlan.objects.filter(Q(area__in=scope.family) | Q(area__in=above.values("pk")))
    plan = plans.filter(starts_on__lte=scope.last).first()
    if plan is None:
        return Rollout.objects.none()
    known = Rollout.objects.known_on(scope.known).filter(plan=plan, done_on__lte=scope.last)
    return known.filter(settlement__in=_settlements(scope).values("pk"))


def _rolled_out(scope: Scope) -> Value:
    reached = _rollouts(scope).order_by().values("settlement").distinct().count()
    return Value(reached, _settlements(scope).count())


def _pledges(scope: Scope):
    known = Pledge.objects.known_on(scope.known).filter(settlement__commune__in=scope.family)
    return known.filter(signed_on__gte=scope.first, signed_on__lte=scope.last)


def _models_running(scope: Scope):
    lines = ModelEvent.objects.known_on(scope.known).filter(model=OuterRef("pk"), kind__in=STATUSES, on__lte=scope.last)
    last = lines.order_by("-on", "-pk").values("kind")[:1]
    there = PreventionModel.objects.filter(commune__in=scope.family, since__lte=scope.last)
    return there.annotate(status=Subquery(last)).filter(status=ModelEvent.Kind.RUNNING)


def _rallies(scope: Scope):
    zone = timezone.get_current_timezone()
    begins, ends = (datetime.combine(day, time.min, zone) for day in (scope.first, scope.last + timedelta(days=1)))
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
