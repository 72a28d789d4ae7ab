"""SCORM 1.2 packages: listed and played for who may read the course, kept by its course managers.

A package is a stranger's program. Its files are served under `/packages/<token>/` with a policy of their own: a sandbox,
scripts of the package alone, no connection, frame, form or picture to anywhere else. The token names the package and the
reader and lasts half a day, because no cookies are sent. What a package reports passes through the page around it
(static/js/scorm-player.js).

Frames of a package that call each other need an origin in common. They have one under the name of PACKAGES_URL, where
nothing else is served (courses/middleware.py). Without that name, or when the reader came by another one than SITE_URL's,
every page of a package is in a sandbox without an origin, alone.
"""

import json
import mimetypes
import re
import uuid
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.sheets import xlsx_answer
from courses import tracking
from courses.middleware import is_packages_host
from courses.models import Course, Package, Tracking
from courses.packages import ACT, add_package, folder_of, retire_package
from courses.spreadsheet import tracking_xlsx
from media.serving import ranged_response
from people.permissions import may

LASTS = 12 * 3600
_SALT = "courses.package"
_TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".woff2": "font/woff2", ".vtt": "text/vtt"}
SHAPES = {
    "passed": "done", "completed": "done", "failed": "over", "incomplete": "due", "browsed": "plain",
    "not attempted": "plain",
}  # fmt: skip
WORDS = {
    "passed": gettext_lazy("passed"), "completed": gettext_lazy("completed"), "failed": gettext_lazy("not passed"),
    "incomplete": gettext_lazy("begun"), "browsed": gettext_lazy("looked at"), "not attempted": gettext_lazy("not begun"),
}  # fmt: skip


class PackageForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Package (ZIP, SCORM 1.2)"), help_text=gettext_lazy("At most 60 MB."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )  # fmt: skip


def _course(request, code: str) -> Course:
    return get_object_or_404(Course.objects.visible_to(request.user).select_related("organiser__area"), code=code)


def _package(request, pk: int) -> Package:
    """Of a course the reader may know; a retired one only for its keepers."""
    rows = Package.objects.filter(course__in=Course.objects.visible_to(request.user).values("pk"))
    found = get_object_or_404(rows.select_related("course__organiser__area"), pk=pk)
    if found.retired_at and not may(request.user, ACT, found.course.organiser.area):
        raise Http404
    return found


@login_required
@require_http_methods(["GET", "POST"])
def packages(request, code: str):
    course = _course(request, code)
    keeps = may(request.user, ACT, course.organiser.area)
    form = PackageForm(request.POST or None, request.FILES or None) if keeps else None
    if request.method == "POST":
        if form is None:
            raise Http404
        try:
            if "retire" in request.POST:
                number = request.POST["retire"]
                found = get_object_or_404(course.packages, pk=int(number) if number.isdecimal() else 0)
                retire_package(package=found, actor=request.user)
                messages.success(request, _("No longer offered. What was reported stays."))
                return redirect("courses:packages", code)
            if form.is_valid():
                add_package(course=course, file=form.cleaned_data["file"], actor=request.user)
                messages.success(request, _("The package is ready."))
                return redirect("courses:packages", code)
        except DomainError as refusal:
            form.add_error("file", refusal.message)
    rows = list(course.packages.filter(retired_at=None))
    seen = {(one.package_id, one.item): one for one in Tracking.objects.filter(user=request.user, package__in=rows)}
    for one in rows:
        one.parts = [_part(item, seen.get((one.pk, item["id"]))) for item in one.items]
    context = {"course": course, "packages": rows, "form": form, "keeps": keeps}
    return render(request, "courses/packages.html", context, status=409 if request.method == "POST" else 200)


def _part(item: dict, found: Tracking | None) -> dict:
    status = found.status if found else "not attempted"
    return {
        "id": item["id"], "title": item["title"], "shape": SHAPES[status], "label": WORDS[status],
        "score": found.score if found else None,
    }  # fmt: skip


@login_required
@never_cache
@require_safe
def play(request, pk: int, item: str):
    package = _package(request, pk)
    part = package.item(item)
    if part is None:
        raise Http404
    token = signing.dumps([package.pk, request.user.pk], salt=_SALT, compress=False)
    home = settings.PACKAGES_URL if request.get_host() == urlsplit(settings.SITE_URL).netloc else ""
    source = home + reverse("package_file", args=[token, part["path"]])
    context = {
        "package": package, "part": part, "state": tracking.start_state(package=package, item=part, user=request.user),
        "source": source + ("?" + part["query"] if part["query"] else ""),
        "words": {
            "waits": _("No connection. What you have done is kept in this browser and sent when there is one."),
            "signin": _("You are signed out. Sign in again in another tab: what you have done is kept."),
        },
    }  # fmt: skip
    response = render(request, "courses/play.html", context)
    response._csp_update = {"frame-src": [f"{home}/packages/" if home else "'self'"]}
    return response


@login_required
@require_POST
def report(request, pk: int, item: str):
    package = _package(request, pk)
    try:
        visit, sequence = uuid.UUID(request.POST.get("visit", "")), int(request.POST.get("sequence", "")[:9])
        cmi = json.loads(request.POST.get("cmi", "")[:200_000])
    except ValueError:
        return JsonResponse({"message": _("What was sent cannot be read. Load the page again.")}, status=409)
    try:
        found = tracking.report(package=package, item=item, user=request.user, visit=visit, sequence=sequence, cmi=cmi)
    except DomainError as refusal:
        return JsonResponse({"message": str(refusal)}, status=409)
    return JsonResponse({"message": _("Kept: %(status)s.") % {"status": WORDS[found.status]}})


@login_required
@require_safe
def results(request, pk: int):
    """For the keepers of the course; `?xlsx` the same as a spreadsheet."""
    package = _package(request, pk)
    if not may(request.user, ACT, package.course.organiser.area):
        raise Http404
    rows = list(package.trackings.select_related("user").prefetch_related("visits").order_by("user__name", "item"))
    titles = {one["id"]: one["title"] for one in package.items}
    for one in rows:
        one.title, one.shape, one.label = titles.get(one.item, one.item), SHAPES[one.status], WORDS[one.status]
        one.minutes = round(sum(visit.seconds for visit in one.visits.all()) / 60)
    if "xlsx" in request.GET:
        return xlsx_answer(tracking_xlsx(package, rows), f"ket-qua-{package.pk}")
    return render(request, "courses/package_results.html", {"package": package, "rows": rows})


@csrf_exempt
@xframe_options_exempt
@require_safe
def package_file(request, token: str, path: str):
    """A file of a package, in its sandbox. The token says which package and for whom."""
    try:
        pk, _reader = signing.loads(token, salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        raise Http404 from None
    package = get_object_or_404(Package, pk=pk)
    folder = folder_of(package)
    place = (folder / path).resolve()
    if not place.is_relative_to(folder.resolve()) or not place.is_file():
        raise Http404
    suffix = place.suffix.lower()
    kind = _TYPES.get(suffix) or mimetypes.guess_type(place.name)[0] or "application/octet-stream"
    if kind in ("text/html", "application/xhtml+xml"):
        response = HttpResponse(_with_interface(place.read_bytes()), content_type="text/html")
    else:
        # Only a tag for caches: the file of this path in a package never changes.
        digest = f"{uuid.uuid5(uuid.NAMESPACE_URL, package.sha256 + path).hex:0<64}"
        response = ranged_response(
            request, place, sha256=digest, filename=place.name, content_type=kind, attachment=False, public=False
        )
        del response["Repr-Digest"]
    # A document of another kind (SVG, PDF) is caught by the same sandbox.
    response["Content-Security-Policy"] = _policy(request, token)
    response["Cache-Control"] = "private, max-age=3600"
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response._csp_exempt = True
    return response


def _policy(request, token: str) -> str:
    host = f"{request.scheme}://{request.get_host()}"
    own = f"{host}/packages/{token}/"
    apart = is_packages_host(request)
    return "; ".join(
        (
            # Forms are sent nowhere (form-action); a package may still ask with one.
            "sandbox allow-scripts allow-forms" + (" allow-same-origin" if apart else ""),
            "default-src 'none'",
            f"script-src {own} {host}{static('js/scorm-api.js')} 'unsafe-inline' 'unsafe-eval'",
            f"style-src {own} 'unsafe-inline'",
            f"img-src {own} data: blob:",
            f"media-src {own} data: blob:",
            f"font-src {own} data:",
            f"connect-src {own}",
            f"frame-src {own}",
            "form-action 'none'",
            "base-uri 'none'",
            # One that stays behind would answer without this policy.
            "worker-src 'none'",
            f"frame-ancestors {host}" + (f" {settings.SITE_URL}" if apart else ""),
        )
    )


def _with_interface(page: bytes) -> bytes:
    """The page with the SCORM interface before its first script."""
    script = f'<script src="{static("js/scorm-api.js")}"></script>'.encode("ascii")
    head = re.search(rb"<head\b[^>]*>", page[:20_000], re.IGNORECASE) or re.search(
        rb"<html\b[^>]*>|<!doctype[^>]*>", page[:20_000], re.IGNORECASE
    )
    at = head.end() if head else 0
    return page[:at] + script + page[at:]
