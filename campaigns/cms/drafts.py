"""Hearing a version read by a machine, before somebody records it."""

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from campaigns.broadcast.drafts import draft_of, request_draft
from campaigns.cms.version_pages import attempt, find_version
from core.cms import cms_page
from media.serving import ranged_response
from media.storage import absolute


@cms_page
@require_POST
def read(request, pk: int):
    """Has the version's words of today read; the overview shows the sound by itself when it is there."""
    version = find_version(request, pk)
    attempt(lambda: request_draft(version=version, actor=request.user), request=request)
    return redirect("version_workbench", pk)


@cms_page
@require_safe
def sound(request, pk: int):
    draft = draft_of(find_version(request, pk))
    if draft is None or draft["state"] != "ready":
        raise Http404
    row = draft["draft"]
    return ranged_response(
        request, absolute(row.path), sha256=row.sha256, filename="ban-nhap.ogg",
        content_type="audio/ogg; codecs=opus", attachment=False, public=False,
    )  # fmt: skip
