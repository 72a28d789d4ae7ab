"""What came of an event: the commune's report, its pictures, and the roll-up of an area."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from campaigns.models import Event, EventPhoto, EventResult, Season
from campaigns.season import gallery
from campaigns.season import results as acts
from campaigns.season.result_forms import ConsentForm, CorrectionForm, EventPhotoForm, RemarkForm, ResultForm
from campaigns.season.rollup import ORDER, rollup, rollup_xlsx, words
from campaigns.season.seasons import KEEP_EVENT
from campaigns.views.events import WITH, own_event
from core.errors import DomainError
from core.sheets import xlsx_answer
from media.serving import ranged_response
from media.storage import absolute
from people.permissions import areas_for, may, require

SEE = "campaigns.see_sessions"
_CHIPS = {"draft": "due", "submitted": "due", "returned": "over", "approved": "done"}


def _seen(request, pk: int) -> Event:
    """An event of the person's area: results are read by all who see it."""
    rows = Event.objects.visible_to(request.user).select_related(*WITH)
    return get_object_or_404(rows, pk=pk)


def _lines(figures: dict) -> list[tuple[str, str]]:
    """(words, number as it is written) of every counter."""
    return [
        (capfirst(EventResult._meta.get_field(name).verbose_name), number_format(value, force_grouping=True))
        for name, value in figures.items()
    ]


@login_required
@require_GET
def results(request, pk: int):
    """The reports of an event, the latest first, with what can be done now."""
    found = _seen(request, pk)
    keeps = may(request.user, KEEP_EVENT, found.commune)
    rows = list(found.results.select_related("author", "approved_by").prefetch_related("steps__actor"))
    if not keeps:
        # What is being written is told to nobody else.
        rows = [row for row in rows if row.state != EventResult.State.DRAFT]
    for row in rows:
        row.chip = _CHIPS[row.state]
        row.last_step = list(row.steps.all())[-1]
        row.lines = _lines(row.figures)
    last = rows[0] if rows else None
    context = {
        "event": found, "rows": rows, "last": last, "keeps": keeps,
        "approves": may(request.user, acts.APPROVE, found.commune) and last and last.state == "submitted",
        "own": bool(last and last.author_id == request.user.pk), "remark": RemarkForm(), "correction": CorrectionForm(),
        "begun": timezone.now() >= found.starts_at, "photos": found.photos.kept().count(),
    }  # fmt: skip
    return render(request, "campaigns/events/results.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def edit_results(request, pk: int):
    """The report that is being written; a refusal keeps what was written."""
    found = own_event(request, pk)
    row = acts.begin_result(event=found, actor=request.user)
    if not row.is_open:
        raise DomainError(_("These results are sent or approved. Nothing was changed."))
    form = ResultForm(request.POST or None, instance=row, counted=acts.counted_here(found))
    if request.method == "POST" and form.is_valid():
        try:
            row = acts.save_result(result=row, actor=request.user, **form.cleaned_data)
            if "submit" in request.POST:
                acts.submit_result(result=row, actor=request.user)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("Sent. The manager of your area is asked to approve it.")
            messages.success(request, said if "submit" in request.POST else _("Saved. Nobody else sees it yet."))
            return redirect("events:results", pk)
    context = {"event": found, "form": form, "result": row}
    return render(request, "campaigns/events/results_form.html", context, status=409 if form.is_bound else 200)


@login_required
@require_POST
def act_on_results(request, pk: int, act: str):
    """approve, return, take-back, correct."""
    found = _seen(request, pk)
    require(request.user, acts.APPROVE if act in ("approve", "return") else KEEP_EVENT, found.commune)
    row = found.results.select_related("event__commune").first()
    if row is None:
        raise Http404
    try:
        if act == "approve":
            acts.approve_result(result=row, actor=request.user)
            said = _("Approved. The event's page shows it to everybody.")
        elif act == "return":
            acts.return_result(result=row, actor=request.user, remark=request.POST.get("remark", ""))
            said = _("Sent back. The commune reads your remark.")
        elif act == "take-back":
            acts.take_back(result=row, actor=request.user)
            said = _("Taken back. It counts again when it is approved anew.")
        elif act == "correct":
            acts.begin_result(event=found, actor=request.user, reason=request.POST.get("reason", ""))
            return redirect("events:edit_results", pk)
        else:
            raise Http404
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("events:results", pk)


# Pictures ---------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def photos(request, pk: int):
    found = _seen(request, pk)
    keeps = may(request.user, KEEP_EVENT, found.commune)
    if not keeps and request.method == "POST":
        raise PermissionDenied
    consents = gallery.consents_for(request.user)
    sending = "subject" in request.POST
    form = EventPhotoForm(request.POST if sending else None, request.FILES if sending else None, consents=consents)
    paper = ConsentForm(request.POST if request.method == "POST" and not sending else None)
    if request.method == "POST":
        bound = form if sending else paper
        if bound.is_valid():
            try:
                if sending:
                    gallery.add_photo(event=found, actor=request.user, **form.cleaned_data)
                    said = _("The picture is kept. Where and when it was taken was removed from the file.")
                else:
                    gallery.enter_consent(actor=request.user, commune=found.commune, **paper.cleaned_data)
                    said = _("The paper is entered. Choose it for the picture.")
            except DomainError as refusal:
                bound.add_error(None, str(refusal))
            else:
                messages.success(request, said)
                return redirect("events:photos", pk)
    rows = list(found.photos.kept().select_related("consent"))
    shown = set(found.photos.shown().values_list("pk", flat=True))
    for one in rows:
        one.is_shown = one.pk in shown
    approves = may(request.user, acts.APPROVE, found.commune)
    context = {
        "event": found, "rows": rows, "form": form, "paper": paper, "keeps": keeps,
        "release": approves and any(one.released_at is None and one.added_by_id != request.user.pk for one in rows),
    }  # fmt: skip
    status = 409 if request.method == "POST" else 200
    return render(request, "campaigns/events/photos.html", context, status=status)


@login_required
@require_POST
def release_photos(request, pk: int):
    found = _seen(request, pk)
    gallery.release_photos(event=found, actor=request.user)
    messages.success(request, _("The pictures are shown on the event's page."))
    return redirect("events:photos", pk)


@require_safe
def photo(request, pk: int, photo: int, size: str):
    """A picture for everybody, or one not shown yet for those who look after the event."""
    rows = EventPhoto.objects.kept().filter(event=pk, pk=photo)
    found = rows.shown().filter(event__in=Event.objects.public()).first()
    if found is None and request.user.is_authenticated:
        found = rows.filter(event__in=Event.objects.visible_to(request.user)).first()
    if found is None or size not in ("small", "large"):
        raise Http404
    path, sha256 = (found.small_path, found.small_sha256) if size == "small" else (found.path, found.sha256)
    response = ranged_response(
        request, absolute(path), sha256=sha256, filename=f"{found.pk}.jpg", content_type="image/jpeg", attachment=False,
        public=False,
    )  # fmt: skip
    # A consent can be withdrawn: nobody keeps the picture for long.
    response["Cache-Control"] = "private, max-age=300"
    return response


@login_required
@require_POST
def remove_photo(request, pk: int, photo: int):
    found = own_event(request, pk)
    row = get_object_or_404(found.photos.kept().select_related("event__commune"), pk=photo)
    gallery.remove_photo(photo=row, actor=request.user)
    messages.success(request, _("The picture is deleted."))
    return redirect("events:photos", pk)


# The area ---------------------------------------------------------------------------------------------------------


def _asked(request):
    """(roll-up of `?nam=` as of `?on=`, season, all seasons) within the person's area; without a year the last that has begun."""
    require(request.user, SEE)
    units = areas_for(request.user, SEE)
    seasons = list(Season.objects.filter(events__in=Event.objects.visible_to(request.user)).distinct())
    wanted = request.GET.get("nam", "")
    if wanted.isdecimal() and len(wanted) == 4:
        season = next((one for one in seasons if str(one.year) == wanted), None)
        if season is None:
            raise Http404
    else:
        begun = [one for one in seasons if one.starts_on <= timezone.localdate()]
        season = next(iter(begun or seasons), None)
    try:
        on = date.fromisoformat(request.GET["on"]) if request.GET.get("on") else timezone.localdate()
    except ValueError:
        raise Http404 from None
    if on > timezone.localdate():
        raise Http404
    return (rollup(season=season, units=units.communes(), on=on) if season else None), season, seasons


@login_required
@require_GET
def roll_up(request):
    """Commune by commune: what is missing first, with whom to ask."""
    found, season, seasons = _asked(request)
    labels = words()
    for line in found.lines if found else ():
        line.words = labels[line.state]
    figures = []
    if found:
        figures = _lines(found.totals)
    context = {
        "found": found, "season": season, "others": [one for one in seasons if one != season],
        "figures": figures, "query": request.GET.urlencode(),
        "states": [(labels[state], found.count(state)) for state in ORDER if found and found.count(state)],
        "approves": may(request.user, acts.APPROVE), "on": found.on if found else None,
    }  # fmt: skip
    return render(request, "campaigns/events/rollup.html", context)


@login_required
@require_GET
def roll_up_file(request):
    found, season, _seasons = _asked(request)
    if found is None:
        raise Http404
    return xlsx_answer(rollup_xlsx(found), f"ket-qua-30-7-{season.year}-{found.on:%Y-%m-%d}")
