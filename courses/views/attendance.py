"""Taking attendance, for the trainers and keepers of a class; an officer's own card. Others find nothing here (404)."""

import uuid
from datetime import datetime
from pathlib import Path

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from courses import attendance as acts
from courses import evidence
from courses.batches import order_batch
from courses.completion import completed
from courses.forms import SignerForm
from courses.models import Certificate, CourseRun, Enrolment, Mark, Session, SheetPhoto
from media import storage
from media.printing import pdf
from people.models import User
from people.permissions import may

SHEET = Path(__file__).parents[1] / "print" / "sheet.typ"


def _run(request, pk: int) -> CourseRun:
    rows = CourseRun.objects.visible_to(request.user).select_related("course__organiser__area")
    found = get_object_or_404(rows, pk=pk)
    if not acts.keeps_roll(request.user, found):
        raise Http404
    return found


def _session(request, pk: int, session: int) -> Session:
    run = _run(request, pk)
    found = get_object_or_404(Session, pk=session, run=run)
    found.run = run
    return found


def _booked(session: Session) -> list[Enrolment]:
    rows = session.run.enrolments.filter(state=Enrolment.State.BOOKED).select_related("user", "area")
    return sorted(rows, key=lambda one: one.user.search_key)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def roll(request, pk: int, session: int):
    """GET the list; POST `listed`, `present`, `cards` (ids), `way`, `client_uuid`, `client_time`: one roll call, answered
    as JSON {message} to a script."""
    found = _session(request, pk, session)
    if request.method == "POST":
        return _received(request, found)
    people, seen = _booked(found), acts.presence(found.run)
    for one in people:
        one.card, one.ticked = acts.card_code(one.user), bool(seen[one.user_id][found.pk].present)
    context = {"session": found, "run": found.run, "people": people, "fresh": uuid.uuid4().hex, "words": {
        "count": _("{there} of {all} are there"),
        "waits": _("No connection. The roll call is kept on this phone and sent when this page is open and there is one."),
        "signin": _("You are signed out. Sign in again in another tab: what waits here is kept."),
        "found": _("Ticked: {name}"),
        "unknown": _("Nobody in this class has a card with this code."),
        "noCard": _("This is no officer's card. A card has eight letters and digits."),
    }}  # fmt: skip
    answer = render(request, "courses/roll.html", context)
    # Once opened it opens again without a connection (templates/courses/lessons_worker.js), for this person, for a week.
    answer["Lesson-Person"], answer["Lesson-Days"] = str(request.user.pk), "7"
    return answer


def _received(request, session: Session):
    asks_json = "application/json" in request.headers.get("Accept", "")
    try:
        present, listed = (_ids(request.POST.getlist(name)) for name in ("present", "listed"))
        cards = _ids(request.POST.get("cards", "").split())
        said = {"session": session, "client_uuid": _uuid(request), "at": _time(request), "actor": request.user}
        way = Mark.Way.SHEET if request.POST.get("way") == "sheet" else Mark.Way.ROLL
        acts.record_roll(present=present, listed=listed, way=way, **said)
        if cards & present:
            acts.record_roll(present=cards & present, listed=cards & present, way=Mark.Way.CARD, **said)
    except DomainError as refusal:
        if asks_json:
            return JsonResponse({"message": str(refusal)}, status=409)
        messages.error(request, refusal.message)
        return redirect("courses:roll", session.run_id, session.pk)
    words = _("Received: %(there)s there, %(absent)s absent.") % {
        "there": len(present),
        "absent": len(listed - present),
    }
    if asks_json:
        return JsonResponse({"message": words})
    messages.success(request, words)
    return redirect("courses:attendance", session.run_id)


def _ids(words) -> set[int]:
    words = [word for word in words if word]
    if not all(word.isascii() and word.isdecimal() and len(word) < 16 for word in words) or len(words) > 5000:
        raise DomainError(_("What was sent cannot be read. Load the page again."))
    return {int(word) for word in words}


def _uuid(request) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("client_uuid", ""))
    except ValueError:
        raise DomainError(_("What was sent cannot be read. Load the page again.")) from None


def _time(request) -> datetime:
    """The phone's, or now where it said nothing readable."""
    try:
        found = parse_datetime(request.POST.get("client_time", ""))
    except ValueError:
        found = None
    return found if found and timezone.is_aware(found) else timezone.now()


@login_required
@never_cache
@require_safe
def screen(request, pk: int, session: int):
    found = _session(request, pk, session)
    return render(request, "courses/screen.html", {"session": found, "run": found.run, "code": acts.screen_code(found)})


@login_required
@require_safe
def sheet(request, pk: int, session: int):
    found = _session(request, pk, session)
    starts, ends = timezone.localtime(found.starts_at), timezone.localtime(found.ends_at)
    data = {
        "title": "Danh sách điểm danh", "course": found.run.course.title, "place": found.place or found.run.place,
        "when": f"{starts:%H:%M}–{ends:%H:%M}, ngày {starts:%d/%m/%Y}", "code": f"Lớp {found.run_id} · buổi {found.pk}",
        "people": [{"name": one.user.name, "unit": one.area.name} for one in _booked(found)],
    }  # fmt: skip
    response = HttpResponse(pdf(SHEET, data), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="diem-danh_{found.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_safe
def card(request):
    code = acts.card_code(request.user)
    # make() would choose a Micro QR code, which no phone reads; the size is what static/js/qr.js reads.
    qr = segno.make_qr(code, version=1).svg_data_uri(border=4, scale=6, light="#ffffff")
    return render(request, "courses/card.html", {"code": code, "qr": qr})


@login_required
@require_http_methods(["GET", "POST"])
def attendance(request, pk: int):
    """Everybody's share, disagreements to decide, and certificates for who completed it."""
    run = _run(request, pk)
    may_issue = may(request.user, "courses.certify", run.course.organiser.area)
    done = Certificate.objects.filter(batch_entry__batch__run=run).values("holder")
    ready = [one for one in completed(run) if one.pk not in {row["holder"] for row in done}] if may_issue else []
    form = SignerForm(request.POST if "issue" in request.POST else None)
    if request.method == "POST":
        try:
            if "issue" in request.POST and may_issue:
                if form.is_valid():
                    made = order_batch(
                        course=run.course, holders=ready, on=timezone.localdate(), signer=form.cleaned_data["signer"],
                        actor=request.user, run=run,
                    )  # fmt: skip
                    return redirect("courses:batch", made.pk)
            else:
                _decide(request, run)
                return redirect("courses:attendance", pk)
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect("courses:attendance", pk)
    rows = acts.attended(run)
    odd = [
        {"user": row.enrolment.user, "session": session, "ways": [(Mark.Way(w).label, v) for w, v in cell.ways.items()]}
        for row in rows for session, cell in row.cells if cell.disagree
    ]  # fmt: skip
    context = {
        "run": run, "rows": rows, "odd": odd, "ready": ready, "form": form if may_issue else None,
        "sheets": _sheets(run),
    }  # fmt: skip
    return render(request, "courses/attendance.html", context, status=409 if request.method == "POST" else 200)


def _decide(request, run: CourseRun) -> None:
    session, user = (request.POST.get(name, "") for name in ("session", "user"))
    if not (session.isdecimal() and user.isdecimal() and len(session + user) < 30):
        raise Http404
    found = get_object_or_404(Session, pk=session, run=run)
    found.run = run
    person = get_object_or_404(User, pk=user, enrolments__run=run)
    reason, there = request.POST.get("reason", "")[:300], request.POST.get("present") == "1"
    acts.decide(session=found, user=person, present=there, reason=reason, actor=request.user)
    messages.success(request, _("Decided. What the ways said stays on record."))


def _sheets(run: CourseRun) -> list:
    """Sessions that have begun, each with the photos of its sheet that stand."""
    begun = run.sessions.filter(cancelled_at=None, starts_at__lte=timezone.now() + acts.EARLY)
    photos = SheetPhoto.objects.filter(voided_at=None).select_related("actor")
    return list(begun.prefetch_related(Prefetch("photos", photos, to_attr="standing")))


@login_required
@require_POST
def add_photo(request, pk: int, session: int):
    found = _session(request, pk, session)
    file = request.FILES.get("photo")
    try:
        if file is None:
            raise DomainError(_("Choose a photo first. Nothing was kept."))
        evidence.keep_photo(session=found, file=file, actor=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The photo is kept."))
    return redirect("courses:attendance", pk)


def _photo(request, pk: int, photo: int) -> SheetPhoto:
    return get_object_or_404(SheetPhoto, pk=photo, session__run=_run(request, pk))


@login_required
@require_safe
def photo(request, pk: int, photo: int):
    found = _photo(request, pk, photo)
    response = FileResponse(storage.absolute(found.path).open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def void_photo(request, pk: int, photo: int):
    try:
        evidence.void_photo(photo=_photo(request, pk, photo), reason=request.POST.get("reason", ""), actor=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The photo is no longer shown."))
    return redirect("courses:attendance", pk)
