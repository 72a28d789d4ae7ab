"""The roll-out of a plan, the register of models and groups, and pledges: lists, forms, spreadsheets."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.broadcast.desk_forms import VoidForm
from campaigns.models import ModelEvent, Pledge, PreventionModel, RolledPlan, Rollout
from campaigns.views.sessions import commune_asked, day_asked, several
from campaigns.villages import registers, rollout
from campaigns.villages.forms import EventForm, ModelForm, NewModelForm, PlanForm, PledgeForm, RolloutForm
from campaigns.villages.sessions import KEEP, SEE, my_communes
from core.errors import DomainError
from core.sheets import workbook, xlsx_answer
from people.permissions import areas_for, may, require
from places.models import AdministrativeUnit, Settlement


def _form_page(request, title: str, button: str, back: str, back_label: str, *, forms, commune=None, note=""):
    context = {
        "title": title, "button": button, "back": back, "back_label": back_label, "forms": forms, "commune": commune,
        "note": note,
    }  # fmt: skip
    status = 409 if any(form.is_bound for form in forms) else 200
    return render(request, "campaigns/village/form.html", context, status=status)


def _void(request, fact, commune, line: str, back: str, undo):
    require(request.user, KEEP, commune)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        undo(actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The record no longer counts. It stays readable with its reason."))
        return redirect(back)
    context = {
        "title": _("Wrong record?"), "line": line, "form": form, "button": _("Void this record"), "back": back,
        "text": _("It will no longer count, and stays readable with your reason."),
    }  # fmt: skip
    return render(request, "campaigns/sessions/confirm.html", context)


def _commune_of(request):
    """The commune to write for, or None when it has to be chosen first."""
    require(request.user, KEEP)
    return commune_asked(request, my_communes(request.user))


def _choose(request, back: str, back_label: str):
    keep = {name: value for name, value in request.GET.items() if name != "xa"}
    context = {"communes": my_communes(request.user), "back": back, "back_label": back_label, "keep": keep}
    return render(request, "campaigns/village/choose.html", context)


# The roll-out -----------------------------------------------------------------------------------------------------


def _plan_asked(request) -> RolledPlan | None:
    """`?ke-hoach=`, else the latest plan; None while there is none."""
    plans = rollout.plans_for(request.user)
    wanted = request.GET.get("ke-hoach", "") or request.POST.get("ke-hoach", "")
    return get_object_or_404(plans, pk=wanted) if wanted.isdecimal() else plans.first()


def _communes_on(user, on: date):
    """Communes of a day that are, or have since become, part of the person's area."""
    mine = areas_for(user, SEE).communes()
    if on == timezone.localdate():
        return mine
    return AdministrativeUnit.objects.current(on).communes().filter(pk__in=set().union(*mine.ancestry().values()))


def _board(request) -> rollout.Board | None:
    require(request.user, SEE)
    plan, on = _plan_asked(request), day_asked(request)
    return plan and rollout.board(plan=plan, communes=_communes_on(request.user, on), on=on)


@login_required
@require_GET
def rollout_board(request):
    """Commune by commune, what is missing first, as of any date (`?on=`)."""
    found = _board(request)
    context = {
        "found": found,
        "plans": list(rollout.plans_for(request.user)),
        "page": Paginator(found.lines if found else [], 60).get_page(request.GET.get("page")),
        "may_log": may(request.user, KEEP),
        "may_enter": may(request.user, rollout.ENTER),
        "today": timezone.localdate(),
        "query": request.GET.urlencode(),
    }
    return render(request, "campaigns/village/rollout.html", context)


@login_required
@require_GET
def rollout_file(request):
    found = _board(request)
    if found is None:
        return redirect("village:rollout")
    forms = dict(Rollout.Form.choices)
    head = [_("Commune"), _("Settlements"), _("Reached"), _("Share"), *(str(label) for label in forms.values())]
    rows = [
        [
            line.commune.label,
            len(line.settlements),
            line.reached,
            line.share,
            *(line.forms.get(one, 0) for one in forms),
        ]
        for line in found.lines
    ]
    places = [
        [line.commune.label, one.name, line.dates.get(one.pk) or _("not yet")]
        for line in found.lines
        for one in [*line.missing, *(one for one in line.settlements if one.pk in line.dates)]
    ]
    about = f"{found.plan} · {_('As of')} {found.on:%d/%m/%Y}"
    sheets = {
        _("Communes"): (head, rows),
        _("Settlements"): ([_("Commune"), _("Settlement"), _("First reached")], places),
    }
    return xlsx_answer(workbook(about, sheets), f"trien-khai-ke-hoach-{found.on:%Y-%m-%d}")


@login_required
@require_GET
def rollout_commune(request, pk: int):
    """One commune: the settlements that are missing, then what was recorded."""
    require(request.user, SEE)
    on, plan = day_asked(request), _plan_asked(request)
    commune = get_object_or_404(_communes_on(request.user, on), pk=pk)
    if plan is None:
        return redirect("village:rollout")
    line = rollout.board(plan=plan, communes=AdministrativeUnit.objects.filter(pk=pk), on=on).lines[0]
    family = AdministrativeUnit.objects.family(commune)
    records = Rollout.objects.filter(plan=plan, settlement__commune__in=family)
    context = {
        "plan": plan,
        "commune": commune,
        "line": line,
        "on": on,
        "page": Paginator(records.select_related("settlement", "recorded_by", "voided_by"), 60).get_page(
            request.GET.get("page")
        ),
        "may_log": may(request.user, KEEP, commune),
    }
    return render(request, "campaigns/village/rollout_commune.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def rollout_log(request):
    commune, plan = _commune_of(request), _plan_asked(request)
    back = reverse("village:rollout")
    if plan is None:
        return redirect(back)
    if commune is None:
        return _choose(request, back, _("Roll-out of the plan"))
    line = rollout.board(plan=plan, communes=AdministrativeUnit.objects.filter(pk=commune.pk), on=timezone.localdate())
    missing = [one.pk for one in line.lines[0].missing]
    form = RolloutForm(request.POST or None, commune=commune, initial={"settlements": missing})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data | {"settlements": list(form.cleaned_data["settlements"])}
        try:
            made = rollout.log_rollout(actor=request.user, plan=plan, commune=commune, **data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Recorded for %(number)s settlements.") % {"number": len(made)})
            address = reverse("village:rollout_commune", args=[commune.pk])
            return redirect(f"{address}?ke-hoach={plan.pk}")
    note = "" if form.fields["settlements"].queryset else _("No settlement of this commune is entered yet.")
    return _form_page(
        request, _("Record the roll-out"), _("Record it"), back, plan.number, forms=[form], commune=commune, note=note
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def rollout_void(request, pk: int):
    rows = Rollout.objects.visible_to(request.user).select_related("settlement__commune")
    found = get_object_or_404(rows, pk=pk)
    commune = found.settlement.commune
    line = f"{commune} · {found.settlement} · {found.done_on:%d/%m/%Y}"
    back = f"{reverse('village:rollout')}?ke-hoach={found.plan_id}"
    return _void(
        request, found, commune, line, back, lambda **said: rollout.void_rollout(rollout=found, **said)
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def enter_plan(request):
    require(request.user, rollout.ENTER)
    form = PlanForm(request.POST or None, areas=areas_for(request.user, rollout.ENTER).order_by("-level", "name"))
    if request.method == "POST" and form.is_valid():
        plan = rollout.enter_plan(actor=request.user, plan=form.save(commit=False))
        messages.success(request, _("Saved."))
        return redirect(f"{reverse('village:rollout')}?ke-hoach={plan.pk}")
    back = reverse("village:rollout")
    return _form_page(request, _("Enter a plan"), _("Save"), back, _("Roll-out of the plan"), forms=[form])


# Models and groups ------------------------------------------------------------------------------------------------


@login_required
@require_GET
def models(request):
    require(request.user, SEE)
    rows = registers.with_status(PreventionModel.objects.visible_to(request.user), day_asked(request))
    totals = Q(events__kind="activity", events__voided_at=None)
    rows = rows.select_related("commune").annotate(
        activities=Count("events", filter=totals), people=Sum("events__people", filter=totals)
    )
    page = Paginator(rows.order_by("commune__name", "name"), 60).get_page(request.GET.get("page"))
    context = {"page": page, "states": _STATES, "may_log": may(request.user, KEEP)}
    return render(request, "campaigns/village/models.html", context)


# status → how its chip is drawn
_STATES = {"trial": "due", "running": "done", "paused": "due", "ended": "plain", "": "plain", None: "plain"}


@login_required
@require_http_methods(["GET", "POST"])
def model(request, pk: int):
    """One model with its log; a POST adds a line to the log."""
    rows = registers.with_status(PreventionModel.objects.visible_to(request.user), timezone.localdate())
    found = get_object_or_404(rows.select_related("commune", "copied_from__commune"), pk=pk)
    may_change = may(request.user, KEEP, found.commune)
    form = EventForm(request.POST or None)
    if request.method == "POST":
        require(request.user, KEEP, found.commune)
        if form.is_valid():
            try:
                registers.log_model_event(actor=request.user, model=found, **form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Recorded."))
                return redirect("village:model", found.pk)
    context = {
        "model": found,
        "status": ModelEvent.Kind(found.status).label if found.status else "",
        "state": _STATES[found.status],
        "page": Paginator(found.events.select_related("recorded_by", "voided_by"), 60).get_page(
            request.GET.get("page")
        ),
        "copies": found.copies.select_related("commune"),
        "form": form if may_change else None,
        "may_change": may_change,
    }
    return render(request, "campaigns/village/model.html", context, status=409 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit_model(request, pk: int | None = None):
    """Enters a model, or changes its description."""
    back, label = reverse("village:models"), _("Models and groups")
    if pk is None:
        commune = _commune_of(request)
        if commune is None:
            return _choose(request, back, label)
        row = PreventionModel(commune=commune, since=timezone.localdate())
    else:
        row = get_object_or_404(PreventionModel.objects.visible_to(request.user).select_related("commune"), pk=pk)
        commune = row.commune
        require(request.user, KEEP, commune)
    # A commune may follow a model of anywhere: what it is and how it runs is no secret.
    others = PreventionModel.objects.exclude(pk=row.pk).exclude(commune=commune)
    form = ModelForm(request.POST or None, instance=row, others=others)
    forms = [form] if pk else [form, NewModelForm(request.POST or None)]
    # Every form speaks, not only the first that has something to say.
    valid = [one.is_valid() for one in forms]
    if request.method == "POST" and all(valid):
        made = form.save(commit=False)
        if pk:
            registers.change_model(actor=request.user, model=made)
        else:
            try:
                made = registers.enter_model(actor=request.user, model=made, **forms[1].cleaned_data)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
        if not form.errors:
            messages.success(request, _("Saved."))
            return redirect("village:model", made.pk)
    title = row.name if pk else _("Enter a model or group")
    return _form_page(request, title, _("Save"), back, label, forms=forms, commune=commune)


@login_required
@require_http_methods(["GET", "POST"])
def void_model_event(request, pk: int):
    found = get_object_or_404(ModelEvent.objects.visible_to(request.user).select_related("model__commune"), pk=pk)
    line = f"{found.model} · {found.get_kind_display()} · {found.on:%d/%m/%Y}"
    back = reverse("village:model", args=[found.model_id])
    return _void(
        request, found, found.model.commune, line, back, lambda **said: registers.void_model_event(event=found, **said)
    )  # fmt: skip


# Pledges ----------------------------------------------------------------------------------------------------------


def _pledges(request):
    require(request.user, SEE)
    on, seen = day_asked(request), areas_for(request.user, SEE).communes().order_by("name")
    commune = commune_asked(request, seen)
    reached = seen.filter(pk=commune.pk) if commune else seen
    family = set().union(*reached.ancestry().values())
    return (
        registers.pledges_by_settlement(Settlement.objects.current(on).filter(commune__in=family), on),
        commune,
        seen,
        on,
    )


@login_required
@require_GET
def pledges(request):
    """Pledges per settlement, the fewest first, and the latest records."""
    found, commune, seen, on = _pledges(request)
    records = Pledge.objects.visible_to(request.user)
    if commune:
        records = records.filter(settlement__commune__in=AdministrativeUnit.objects.family(commune))
    context = {
        "page": Paginator(found, 60).get_page(request.GET.get("page")),
        "total": sum(one.signed or 0 for one in found),
        "without": sum(not one.signed for one in found),
        "records": records.select_related("settlement__commune", "recorded_by")[:20],
        "commune": commune,
        "communes": several(seen),
        "on": on,
        "may_log": may(request.user, KEEP),
        "query": request.GET.urlencode(),
    }
    return render(request, "campaigns/village/pledges.html", context)


@login_required
@require_GET
def pledges_file(request):
    found, _commune, _seen, on = _pledges(request)
    head = [_("Commune"), _("Settlement"), _("Pledges")]
    rows = [[one.commune.label, one.name, one.signed or 0] for one in found]
    about = f"{_('Pledges by settlement')} · {_('As of')} {on:%d/%m/%Y}"
    return xlsx_answer(workbook(about, {_("Settlements"): (head, rows)}), f"cam-ket-{on:%Y-%m-%d}")


@login_required
@require_http_methods(["GET", "POST"])
def log_pledges(request):
    commune, back, label = _commune_of(request), reverse("village:pledges"), _("Pledges")
    if commune is None:
        return _choose(request, back, label)
    form = PledgeForm(request.POST or None, commune=commune)
    if request.method == "POST" and form.is_valid():
        try:
            registers.log_pledges(actor=request.user, commune=commune, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Recorded."))
            return redirect(f"{back}?xa={commune.pk}")
    note = "" if form.fields["settlement"].queryset else _("No settlement of this commune is entered yet.")
    return _form_page(
        request, _("Record pledges"), _("Record it"), back, label, forms=[form], commune=commune, note=note
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def void_pledge(request, pk: int):
    found = get_object_or_404(Pledge.objects.visible_to(request.user).select_related("settlement__commune"), pk=pk)
    commune = found.settlement.commune
    line = f"{found.settlement} · {found.signed_on:%d/%m/%Y} · {found.number}"
    return _void(
        request, found, commune, line, reverse("village:pledges"),
        lambda **said: registers.void_pledge(pledge=found, **said),
    )  # fmt: skip
