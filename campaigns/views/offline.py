"""The desk and the sessions without a connection: what a phone keeps (service worker, manifest) and what it sends later."""

import hashlib
import json

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.broadcast import airings
from campaigns.broadcast.desk_forms import KeptForm, MissedForm
from campaigns.models import BulletinVersion, DirectSession, Length, SessionPhoto
from campaigns.querysets import first_of_month
from campaigns.views.desk import airing_form, month_asked, own_commune
from campaigns.views.sessions import commune_asked, month_of, plan_asked, said_of, said_of_photo, said_of_plan
from campaigns.villages import sessions
from campaigns.villages.session_forms import KeptPhotoForm, PlanForm, SessionForm
from core.errors import DomainError
from media.uploads import complete_upload, part_path, remove_upload
from people.permissions import may

# What every page of the desk is drawn with; kept when the desk is first opened.
SHELL = (
    "css/site.css", "img/band.svg", "img/band-dark.svg", "img/favicon.svg", "js/theme.js", "js/quick-exit.js",
    "js/menu.js", "js/queue.js", "js/pictures.js", "js/kept.js",
)  # fmt: skip


@require_safe
def worker(request):
    """The service worker of the desk of this language and of its bulletins."""
    return _worker(request, r"\d+/")


@require_safe
def session_worker(request):
    """That of the sessions: the calendar, the form that plans and those that record."""
    calendar = reverse("sessions:calendar")
    forms = [reverse(f"sessions:{name}").removeprefix(calendar) for name in ("plan", "log")]
    return _worker(request, rf"{'|'.join(forms)}|plan/\d+/record/")


def _worker(request, pages: str):
    """Its scope is where it lies. Every release changes its text, so phones notice. `pages`: what it keeps beside the first
    page there, as a regular expression."""
    shell = [static(name) for name in SHELL]
    words = {
        "lang": "en" if get_language() == "en" else "vi",
        "title": _("No connection"),
        "text": _("This page is not kept on this phone. It opens again when the connection is back."),
        "again": _("Try again"),
    }
    context = {
        "shell": json.dumps(shell),
        "pages": json.dumps(pages),
        "words": json.dumps(words, ensure_ascii=False),
        "version": hashlib.sha256("".join(shell).encode()).hexdigest()[:12],
    }
    answer = render(request, "campaigns/worker.js", context, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def manifest(request):
    desk = reverse("campaigns:desk")
    return JsonResponse(
        {
            "id": desk,
            "name": _("Safe Villages: broadcasting desk"),
            "short_name": _("Broadcasts"),
            "description": _("The month's bulletins to hear, keep and read aloud, and the record of what was aired."),
            "lang": "en" if get_language() == "en" else "vi",
            "start_url": desk,
            "scope": desk,
            "display": "standalone",
            "background_color": "#fffdf8",
            "theme_color": "#2b3f87",
            "icons": [
                {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
                {"src": static("img/icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": static("img/icon-512.png"), "sizes": "512x512", "type": "image/png"},
                {
                    "src": static("img/icon-maskable.png"),
                    "sizes": "512x512",
                    "type": "image/png",
                    "purpose": "maskable",
                },
            ],
        },
        content_type="application/manifest+json",
        headers={"Cache-Control": "public, max-age=3600"},
    )


def _refused(message: str, *, error: str = "refused", status: int = 409) -> JsonResponse:
    return JsonResponse({"error": error, "message": message}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def sync(request):
    """GET: who is signed in, a token to send with, and (Date header) what time it is. POST: one record that a phone kept.

    200 it is recorded, now or before; 401 sign in again; 409 with a sentence: refused, nothing was recorded. "not-yours":
    the record belongs to another person, who has to send it.
    """
    if not request.user.is_authenticated:
        return _refused(
            _("You are signed out. Sign in again: what waits here is kept."), error="signed-out", status=401
        )
    if request.method == "GET":
        return JsonResponse({"person": str(request.user.pk), "csrf": get_token(request)})
    kept = KeptForm(request.POST)
    if not kept.is_valid():
        return _refused(_in_words(kept))
    if kept.cleaned_data["person"] != str(request.user.pk):
        return _refused(_("This record was made by another person. Nothing was recorded."), error="not-yours")
    # "kind": what phones say that still hold the script of an earlier release.
    act, record = RECORDS.get(request.POST.get("record") or request.POST.get("kind", ""), ("", None))
    if record is None:
        return _refused(_("This record cannot be understood. Make it anew."))
    if not may(request.user, act):
        return _refused(_("Your role no longer allows this record. Nothing was recorded."))
    try:
        return record(request, kept.cleaned_data)
    except DomainError as refusal:
        return _refused(str(refusal))
    except (Http404, PermissionDenied):
        return _refused(_("This is no longer in your area. Nothing was recorded."))


def _in_words(form) -> str:
    return " ".join(
        f"{form.fields[name].label}: {error}" if name in form.fields and form.fields[name].label else error
        for name, errors in form.errors.items()
        for error in errors
    )


def _clock(kept: dict) -> dict:
    return {"client_time": kept["client_time"], "clock_offset": kept["clock_offset"]}


def _aired(request, kept: dict) -> JsonResponse:
    pk = request.POST.get("version", "")
    version = (
        BulletinVersion.objects.with_lengths()
        .filter(state=BulletinVersion.State.RELEASED, pk=pk if pk.isdecimal() else None)
        .select_related("bulletin__hotline", "programme", "language")
        .first()
    )
    if version is None:
        raise Http404
    commune = own_commune(request)
    data = request.POST.copy()
    if not data.get("aired_at"):
        # "Just now", said without a connection: the tap, by the server's clock.
        data["aired_at"] = f"{timezone.localtime(kept['tapped_at']):%Y-%m-%dT%H:%M:%S}"
    form = airing_form(commune, version, data)
    if not form.is_valid():
        return _refused(_in_words(form))
    said = form.cleaned_data
    airing = airings.log_airing(
        operator=request.user, version=version, commune=said.get("former") or commune, aired_at=said["aired_at"],
        plays=said["plays"], client_uuid=said["client_uuid"], clusters=said.get("clusters", []),
        cut=said.get("cut", Length.FULL), **_clock(kept),
    )  # fmt: skip
    words = _("Recorded: %(commune)s, %(plays)s times, %(minutes)s minutes.")
    return JsonResponse(
        {
            "message": words
            % {"commune": airing.commune, "plays": airing.plays, "minutes": number_format(airing.minutes)}
        }
    )


def _missed(request, kept: dict) -> JsonResponse:
    form = MissedForm(request.POST)
    if not form.is_valid():
        return _refused(_in_words(form))
    said = form.cleaned_data
    # Of the month shown, if it was over; else of the month in which it was said, however late it arrives.
    month = month_asked(request) if request.POST.get("thang") else timezone.localdate(kept["tapped_at"])
    airings.report_missed(
        operator=request.user, commune=own_commune(request), month=first_of_month(month),
        reason=said["reason"], note=said["note"], client_uuid=said["client_uuid"], **_clock(kept),
    )  # fmt: skip
    return JsonResponse({"message": _("Thank you. The reason is recorded; someone will see to it.")})


def _session(request, kept: dict) -> JsonResponse:
    wanted = request.POST.get("plan", "")
    if wanted:
        plan, commune = plan_asked(request, int(wanted) if wanted.isdecimal() else 0)
    else:
        plan, commune = None, commune_asked(request, sessions.my_communes(request.user))
    if commune is None:
        raise Http404
    data = request.POST.copy()
    if not data.get("held_at"):
        data["held_at"] = f"{timezone.localtime(kept['tapped_at']):%Y-%m-%dT%H:%M:%S}"
    form = SessionForm(data, commune=commune)
    if not form.is_valid():
        return _refused(_in_words(form))
    made = sessions.log_session(
        actor=request.user, commune=commune, plan=plan, client_time=kept["client_time"], **form.said
    )
    answer = {"message": said_of(made), "url": reverse("sessions:session", args=[made.pk])}
    return JsonResponse(answer | {"pictures": not made.is_priority})


def _plan(request, kept: dict) -> JsonResponse:
    """The time is the one that was written, by the clock on the wall: the phone's own plays no part."""
    commune = commune_asked(request, sessions.my_communes(request.user))
    if commune is None:
        raise Http404
    form = PlanForm(request.POST, commune=commune)
    if not form.is_valid():
        return _refused(_in_words(form))
    made = sessions.plan_session(actor=request.user, commune=commune, **form.said)
    return JsonResponse({"message": said_of_plan(made), "url": month_of(made.starts_at)})


def _photo(request, kept: dict) -> JsonResponse:
    """Asked first without the file: what speaks against it is said before a byte is spent. "send-first": nothing does; the file
    is to be sent to `address` under the same id, and this to be asked again."""
    form = KeptPhotoForm(request.POST)
    if not form.is_valid():
        return _refused(_in_words(form))
    said = form.cleaned_data
    session = DirectSession.objects.visible_to(request.user).filter(client_uuid=said["session"]).first()
    if session is None:
        return _refused(_("The session of this picture is not recorded here. Record it first."))
    answer = {"message": said_of_photo(), "url": reverse("sessions:session", args=[session.pk])}
    mine = {"client_uuid": said["client_uuid"], "session": session, "added_by": request.user}
    if SessionPhoto.objects.filter(**mine).exists():
        return JsonResponse(answer)
    sessions.require_photo(session=session, actor=request.user, subject=said["subject"])
    upload = complete_upload(owner=request.user, upload_id=said["client_uuid"])
    if upload is None:
        return JsonResponse({"error": "send-first", "address": reverse("media:upload")}, status=409)
    try:
        with part_path(upload).open("rb") as file:
            sessions.add_photo(
                session=session, actor=request.user, file=file, subject=said["subject"], client_uuid=said["client_uuid"]
            )
    finally:
        remove_upload(upload)
    return JsonResponse(answer)


RECORDS = {
    "aired": ("campaigns.log_airing", _aired),
    "missed": ("campaigns.log_airing", _missed),
    "session": (sessions.KEEP, _session),
    "plan": (sessions.KEEP, _plan),
    "photo": (sessions.KEEP, _photo),
}
