"""The airing log as the source system wants it: a file for whoever watches an area, deliveries for administrators."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from campaigns.broadcast import source_log
from campaigns.models import Airing, SourceDelivery
from people.permissions import require

KINDS = {"json": (source_log.as_json, "application/json"), "csv": (source_log.as_csv, "text/csv; charset=utf-8")}


@login_required
@require_GET
def export(request, kind: str):
    """What was aired in a month (`?thang=2026-11`; this month without) in my area."""
    require(request.user, "campaigns.see_airings")
    wanted = request.GET.get("thang") or f"{timezone.localdate():%Y-%m}"
    try:
        month = datetime.strptime(wanted, "%Y-%m").date()
    except ValueError:
        raise Http404 from None
    write, content_type = KINDS[kind]
    mine = Airing.objects.visible_to(request.user).counted().aired_in(month).order_by("aired_at", "pk")
    response = HttpResponse(write(source_log.rows(mine)), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="nhat-ky-nguon-{month:%Y-%m}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_GET
def deliveries(request):
    """What was sent, is on its way, and was not taken; the last stand first."""
    require(request.user, "campaigns.see_source_log")
    rows = SourceDelivery.objects.annotate(size=Count("airings")).order_by("-created_at", "-pk")
    dead = list(rows.filter(state=SourceDelivery.State.DEAD)[:100])
    rest = rows.exclude(state=SourceDelivery.State.DEAD)
    context = {
        "dead": dead, "page": Paginator(rest, 30).get_page(request.GET.get("page")), "set_up": settings.SOURCE_LOG_URL != "-",
    }  # fmt: skip
    return render(request, "campaigns/source_log.html", context)


@login_required
@require_POST
def resend(request, pk: int):
    require(request.user, "campaigns.see_source_log")
    source_log.resend(delivery=get_object_or_404(SourceDelivery, pk=pk), actor=request.user)
    messages.success(request, _("It is sent again. Look in a few minutes whether it was taken."))
    return redirect("campaigns:source_log")
