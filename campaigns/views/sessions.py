"""Direct sessions on a phone: the area's calendar, planning, logging, pictures, and which settlements had none."""

from datetime import date, datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.broadcast.desk_forms import VoidForm
from campaigns.models import DirectSession, SessionPhoto, SessionPlan
from campaigns.pages import reach
from campaigns.pages.readings import LEAST
from campaigns.querysets import first_of_month
from campaigns.views.phone_words import phone_words
from campaigns.villages import sessions
from campaigns.villages.integration import integration, integration_xlsx
from campaigns.villages.session_coverage import SPANS, Coverage
from campaigns.villages.session_coverage import coverage as coverage_of
from campaigns.villages.session_forms import CancelForm, PhotoForm, PlanForm, SessionForm
from campaigns.villages.session_sheet import coverage_xlsx
from campaigns.villages.sessions import KEEP, SEE
from core.errors import DomainError
from core.sheets import xlsx_answer
from media.printing import qr_svg
from media.serving import ranged_response
from media.storage import absolute
from people.permissions import areas_for, may, require
from places.models import AdministrativeUnit


def month_asked(request) -> date:
    """`?thang=2026-10`, this month without one; 404 for nonsense. Plans lie in months to come."""
    wanted = request.GET.get("thang")
    try:
        return datetime.strptime(wanted, "%Y-%m").date() if wanted else first_of_month(timezone.localdate())
    except ValueError:
        raise Http404 from None


def day_asked(request) -> date:
    """`?on=2026-10-31`, today without one; 404 for nonsense and for days to come."""
    wanted = request.GET.get("on")
    try:
        day = date.fromisoformat(wanted) if wanted else timezone.localdate()
    except ValueError:
        raise Http404 from None
    if day > timezone.localdate():
        raise Http404
    return day


def commune_asked(request, units) -> AdministrativeUnit | None:
    """The commune of `?xa=` among `units`, or the only one there is; None for whoever looks after several."""
    wanted = request.GET.get("xa", "") or request.POST.get("xa", "")
    if wanted:
        if not wanted.isdecimal():
            raise Http404
        return get_object_or_404(units, pk=wanted)
    few = list(units[:2])
    return few[0] if len(few) == 1 else None


@login_required
@require_GET
def calendar(request):
    """A month of the area: what is planned and what was held, for one commune with `?xa=`."""
    require(request.user, SEE)
    month = month_asked(request)
    following = first_of_month(month + timedelta(days=31))
    seen = areas_for(request.user, SEE).communes().order_by("name")
    commune = commune_asked(request, seen)
    family = AdministrativeUnit.objects.family(commune) if commune else None
    entries = sessions.calendar(request.user, first=month, following=following, communes=family)
    held = [one["session"] for one in entries if one["session"] and one["session"].voided_at is None]
    context = {
        "month": month,
        "earlier": first_of_month(month - timedelta(days=1)),
        "later": following,
        "commune": commune,
        "communes": several(seen),
        "page": Paginator(entries, 60).get_page(request.GET.get("page")),
        "now": timezone.now(),
        "today": timezone.localdate(),
        "held": len(held),
        "attendees": sum(one.attendees for one in held),
        "may_log": may(request.user, KEEP),
    }
    return _on_phone(request, "campaigns/sessions/calendar.html", context)


def _phone(picture_form: PhotoForm) -> dict:
    """What the part "On this phone" of a page is drawn with."""
    return {"phone": phone_words(), "worker": reverse("sessions:worker"), "picture_form": picture_form}


def _on_phone(request, template: str, context: dict, status: int = 200):
    """A page that opens without a connection, for the person it was made for (templates/campaigns/worker.js)."""
    response = render(request, template, context | _phone(PhotoForm()), status=status)
    response["Desk-Person"] = request.user.pk
    return response


def several(units) -> list[AdministrativeUnit]:
    """The communes to choose from; none where there is no choice."""
    found = list(units)
    return found if len(found) > 1 else []


def _chosen(request):
    """(commune, None), or (None, the page that asks which commune)."""
    require(request.user, KEEP)
    mine = sessions.my_communes(request.user)
    commune = commune_asked(request, mine)
    if commune is None:
        context = {"communes": mine, "back": reverse("sessions:calendar"), "back_label": _("Sessions")}
        return None, render(request, "campaigns/village/choose.html", context)
    return commune, None


def _form_page(request, form, commune, **context):
    """A form that a phone keeps, and sends when it can; what is half written is not to be lost."""
    priority = form.fields["settlements"].queryset.filter(is_priority=True).values_list("pk", flat=True)
    context |= {
        "form": form, "commune": commune, "stay": True, "priority": " ".join(str(pk) for pk in priority),
    }  # fmt: skip
    return _on_phone(request, "campaigns/sessions/form.html", context, status=409 if form.is_bound else 200)


def month_of(at: datetime) -> str:
    return f"{reverse('sessions:calendar')}?thang={timezone.localtime(at):%Y-%m}"


@login_required
@require_http_methods(["GET", "POST"])
def plan(request):
    commune, asking = _chosen(request)
    if asking:
        return asking
    form = PlanForm(request.POST or None, commune=commune)
    if request.method == "POST" and form.is_valid():
        try:
            made = sessions.plan_session(actor=request.user, commune=commune, **form.said)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said_of_plan(made))
            return redirect(month_of(made.starts_at))
    return _form_page(
        request, form, commune, title=_("Plan a session"), button=_("Put into the calendar"), queue="plan",
        queue_title=_("Planned session"),
    )  # fmt: skip


def said_of_plan(made: SessionPlan) -> str:
    when = f"{timezone.localtime(made.starts_at):%d/%m/%Y %H:%M}"
    return _("It stands in the calendar: %(commune)s, %(when)s. Record it there when it was held.") % {
        "commune": made.commune, "when": when,
    }  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def log(request, plan_pk: int | None = None):
    """Records a session; of a plan, with what the plan says filled in. A refusal keeps what was written."""
    planned, initial = None, {}
    if plan_pk is not None:
        planned, commune = plan_asked(request, plan_pk)
        initial = {
            "kind": planned.kind, "place": planned.place, "is_priority": planned.is_priority,
            "settlements": [one.pk for one in planned.settlements.all()],
        }  # fmt: skip
        if planned.starts_at < timezone.now():
            initial["held_at"] = timezone.localtime(planned.starts_at)
    else:
        commune, asking = _chosen(request)
        if asking:
            return asking
    form = SessionForm(request.POST or None, commune=commune, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = sessions.log_session(actor=request.user, commune=commune, plan=planned, **form.said)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said_of(made))
            return redirect("sessions:session", made.pk)
    return _form_page(
        request, form, commune, title=_("Record a session"), button=_("Record it"), plan=planned, queue="session",
        queue_title=_("Session"),
    )  # fmt: skip


def said_of(made: DirectSession) -> str:
    return _("Recorded: %(commune)s, %(number)s people.") % {"commune": made.commune, "number": made.attendees}


def plan_asked(request, pk: int) -> tuple[SessionPlan, AdministrativeUnit]:
    """A plan and the commune of today that records it."""
    plan = get_object_or_404(SessionPlan.objects.visible_to(request.user).select_related("commune"), pk=pk)
    require(request.user, KEEP, plan.commune)
    today = AdministrativeUnit.objects.filter(pk=plan.commune_id).successors()
    return plan, sessions.my_communes(request.user).filter(pk__in=today.values("pk")).first()


@login_required
@require_http_methods(["GET", "POST"])
def session(request, pk: int):
    """One session with its pictures; a POST adds a picture."""
    rows = DirectSession.objects.visible_to(request.user).select_related("commune", "recorded_by", "voided_by")
    found = get_object_or_404(rows, pk=pk)
    may_change = found.voided_at is None and may(request.user, KEEP, found.commune)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        require(request.user, KEEP, found.commune)
        if form.is_valid():
            try:
                sessions.add_photo(session=found, actor=request.user, **form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, said_of_photo())
                return redirect("sessions:session", found.pk)
    reach_url = "" if found.voided_at else reverse("reach:session", args=[reach.session_key(found.pk)])
    context = {
        "session": found,
        "photos": found.photos.filter(removed_at=None),
        "form": form if may_change and not found.is_priority else None,
        "may_change": may_change,
        "reach_url": reach_url,
        "answers": reach.answers(found.answers.all()),
        "least": LEAST,
    }
    return render(
        request, "campaigns/sessions/session.html", context | _phone(form), status=409 if form.is_bound else 200
    )


def said_of_photo() -> str:
    return _("The picture is kept. Where and when it was taken was removed from the file.")


@login_required
@require_GET
def reach_code(request, pk: int):
    """The address of the two questions after a session, to be photographed from a screen or a sheet."""
    found = get_object_or_404(DirectSession.objects.visible_to(request.user).counted(), pk=pk)
    address = request.build_absolute_uri(reverse("reach:session", args=[reach.session_key(found.pk)]))
    return HttpResponse(qr_svg(address), content_type="image/svg+xml")


def _photo(request, pk: int) -> SessionPhoto:
    rows = SessionPhoto.objects.filter(session__in=DirectSession.objects.visible_to(request.user), removed_at=None)
    return get_object_or_404(rows.select_related("session__commune"), pk=pk)


@login_required
@require_GET
def photo(request, pk: int):
    found = _photo(request, pk)
    return ranged_response(
        request, absolute(found.path), sha256=found.sha256, filename=f"{found.pk}.jpg", content_type="image/jpeg",
        attachment=False, public=False,
    )  # fmt: skip


@login_required
@require_POST
def remove_photo(request, pk: int):
    found = _photo(request, pk)
    sessions.remove_photo(photo=found, actor=request.user)
    messages.success(request, _("The picture is deleted."))
    return redirect("sessions:session", found.session_id)


@login_required
@require_http_methods(["GET", "POST"])
def void(request, pk: int):
    found = get_object_or_404(DirectSession.objects.visible_to(request.user).select_related("commune"), pk=pk)
    require(request.user, KEEP, found.commune)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sessions.void_session(session=found, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The record no longer counts. It stays readable with its reason."))
        return redirect("sessions:session", found.pk)
    context = {
        "title": _("Wrong record?"),
        "line": f"{found.commune} · {timezone.localtime(found.held_at):%d/%m/%Y %H:%M}",
        "text": _("It will no longer count, and stays readable with your reason."),
        "form": form,
        "button": _("Void this record"),
        "back": reverse("sessions:session", args=[found.pk]),
    }
    return render(request, "campaigns/sessions/confirm.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request, pk: int):
    found = get_object_or_404(SessionPlan.objects.visible_to(request.user).select_related("commune"), pk=pk)
    require(request.user, KEEP, found.commune)
    form = CancelForm(request.POST or None)
    back = month_of(found.starts_at)
    if request.method == "POST" and form.is_valid():
        sessions.cancel_plan(plan=found, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Cancelled. It stays in the calendar with its reason."))
        return redirect(back)
    context = {
        "title": _("Cancel this session?"),
        "line": f"{found.commune} · {timezone.localtime(found.starts_at):%d/%m/%Y %H:%M}",
        "text": _("It stays in the calendar with your reason."),
        "form": form,
        "button": _("Cancel the session"),
        "back": back,
    }
    return render(request, "campaigns/sessions/confirm.html", context)


def _coverage(request) -> tuple[Coverage, AdministrativeUnit | None, list]:
    require(request.user, SEE)
    seen = areas_for(request.user, SEE).communes().order_by("name")
    commune = commune_asked(request, seen)
    units = seen.filter(pk=commune.pk) if commune else seen
    return coverage_of(communes=units, on=day_asked(request)), commune, several(seen)


@login_required
@require_GET
def coverage(request):
    """Settlements that had no session in 3, 6 or 12 months (`?khong=6`), border and remote first."""
    found, commune, communes = _coverage(request)
    wanted = request.GET.get("khong", "")
    months = int(wanted) if wanted.isdecimal() and int(wanted) in SPANS else 0
    lines = found.without(months) if months else found.lines
    context = {
        "found": found,
        "commune": commune,
        "communes": communes,
        "months": months,
        "spans": SPANS,
        "page": Paginator(lines, 60).get_page(request.GET.get("page")),
        "query": request.GET.urlencode(),
    }
    return render(request, "campaigns/sessions/coverage.html", context)


@login_required
@require_GET
def coverage_file(request):
    found, _commune, _communes = _coverage(request)
    return xlsx_answer(coverage_xlsx(found), f"truyen-thong-truc-tiep-{found.on:%Y-%m-%d}")


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        raise Http404 from None


def _integrated(request) -> dict:
    require(request.user, SEE)
    last = _day(request.GET.get("den", ""), timezone.localdate())
    first = _day(request.GET.get("tu", ""), date(last.year, 1, 1))
    seen = areas_for(request.user, SEE).communes().order_by("name")
    communes = several(seen)
    commune = commune_asked(request, seen)
    units = AdministrativeUnit.objects.family(commune) if commune else set().union(*seen.ancestry().values())
    return {
        "parts": integration(units, first=first, last=last), "first": first, "last": last,
        "commune": commune, "communes": communes,
    }  # fmt: skip


@login_required
@require_GET
def integrated(request):
    """What was done together with which programme, for which objective (`?tu=…&den=…`; without: this year until today)."""
    context = _integrated(request) | {"query": request.GET.urlencode()}
    return render(request, "campaigns/sessions/integration.html", context)


@login_required
@require_GET
def integration_file(request):
    found = _integrated(request)
    where = str(found["commune"] or _("the whole area"))
    first, last = found["first"], found["last"]
    data = integration_xlsx(found["parts"], where=where, first=first, last=last)
    return xlsx_answer(data, f"long-ghep-{first:%Y-%m-%d}-{last:%Y-%m-%d}")
