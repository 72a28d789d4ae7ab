"""Open Badges: the file for its owner, the keys and the status lists for whoever checks one."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from courses import badges
from courses.certificates import state_of
from courses.models import Certificate
from courses.views.register import PRINTED


@login_required
@require_safe
def badge(request, code: str, form: str):
    """Only one's own, and only what may be printed."""
    rows = Certificate.objects.filter(holder=request.user).select_related("register__issuer", "course", "holder")
    found = get_object_or_404(rows.prefetch_related("events"), code=code)
    if form not in badges.FORMATS or state_of(found) not in PRINTED:
        raise Http404
    response = HttpResponse(badges.badge(found, form), content_type=badges.FORMATS[form])
    response["Content-Disposition"] = f'attachment; filename="open-badge_{found.label.replace("/", "-")}.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@cache_control(public=True, max_age=3600)
def did_document(request):
    return _open(JsonResponse(badges.did_document(), content_type="application/did+json"))


@require_safe
@cache_control(public=True, max_age=300)
def status_list(request, purpose: str, place: int, form: str):
    """Lists that no certificate lies in yet do not exist."""
    last = Certificate.objects.order_by("-pk").values_list("pk", flat=True).first()
    if purpose not in badges.PURPOSES or form not in badges.FORMATS or last is None or place > last // badges.LIST_SIZE:
        raise Http404
    return _open(HttpResponse(badges.status_list(purpose, place, form), content_type=badges.FORMATS[form]))


def _open(response):
    """Checking programs in a browser may read it from any site: it is public and knows no session."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
