"""Downloads of released programmes: public, resumable, named by their content."""

import re

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from campaigns.broadcast.month import file_name
from campaigns.broadcast.printing import script_pdf, script_text
from campaigns.models import BulletinVersion
from media.audio import PROFILES
from media.models import Rendition
from media.programmes import PUBLIC_PROFILES
from media.serving import ranged_response
from media.storage import absolute

# What we put into addresses; whoever writes another name into one saves nothing under it.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,150}\.[a-z0-9]{2,4}\Z")


@require_safe
def download(request, key: str, name: str):
    """A rendition by its content key, only while some released version uses it; else 404."""
    rendition = get_object_or_404(Rendition.objects.filter(state="ready"), key=key)
    released = BulletinVersion.objects.released().select_related("bulletin")
    version = released.filter(
        Q(programme=rendition.programme_id) | Q(shorter__programme=rendition.programme_id)
    ).first()
    if version is None or rendition.profile not in PUBLIC_PROFILES:
        raise Http404
    profile = PROFILES[rendition.profile]
    if not _NAME.match(name) or not name.endswith(profile.suffix):
        raise Http404
    path = absolute(rendition.path)
    if not path.is_file():
        raise Http404
    response = ranged_response(
        request, path, sha256=rendition.sha256, filename=name, content_type=profile.content_type,
        attachment="nghe" not in request.GET,
    )  # fmt: skip
    # The bytes of an address never change, but a bulletin may be withdrawn: a copy kept on the way is asked about daily.
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def script(request, pk: int, kind: str):
    """The script to read aloud, as PDF or plain text."""
    version = get_object_or_404(
        BulletinVersion.objects.released().select_related("bulletin__hotline", "language"), pk=pk
    )
    if kind == "pdf":
        response = HttpResponse(script_pdf(version), content_type="application/pdf")
    else:
        response = HttpResponse(script_text(version), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(version, "." + kind)}"'
    return response
