"""Sound, video and captions of pages: public as long as their page is, resumable, named by their content."""

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from campaigns.models import PageMedia
from campaigns.pages.offers import captions_digest
from media.audio import PROFILES
from media.models import Rendition, Video
from media.programmes import LISTENING_PROFILES
from media.serving import ranged_response
from media.storage import absolute
from people.permissions import may


def _offered(request, **which) -> bool:
    """On a live page: to everybody (True). Only in the workbench: to those who work there (False). Else 404."""
    if PageMedia.objects.public().filter(**which).exists():
        return True
    if may(request.user, "campaigns.see_workbench") and PageMedia.objects.filter(**which).exists():
        return False
    raise Http404


def _kept_for_an_hour(response, public: bool):
    if public:
        # The bytes of an address never change, but the page may be taken down: a copy on the way is asked about soon.
        response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def sound(request, key: str, name: str):
    row = get_object_or_404(Rendition, key=key, state="ready", profile__in=LISTENING_PROFILES)
    public = _offered(request, programme=row.programme_id)
    profile = PROFILES[row.profile]
    if not name.endswith(profile.suffix):
        raise Http404
    response = ranged_response(
        request, absolute(row.path), sha256=row.sha256, filename=name, content_type=profile.content_type,
        attachment="tai" in request.GET, public=public,
    )  # fmt: skip
    return _kept_for_an_hour(response, public)


@require_safe
def file(request, sha256: str, name: str):
    """A film or its poster, by the sha256 of its bytes."""
    row = Video.objects.filter(Q(sha256=sha256) | Q(poster_sha256=sha256), state="ready").first()
    if row is None:
        raise Http404
    same = Video.objects.filter(Q(sha256=sha256) | Q(poster_sha256=sha256), state="ready")
    public = _offered(request, video__in=same)
    path, kind = (row.path, "video/mp4") if row.sha256 == sha256 else (row.poster_path, "image/jpeg")
    if not name.endswith(".mp4" if kind == "video/mp4" else ".jpg"):
        raise Http404
    response = ranged_response(
        request, absolute(path), sha256=sha256, filename=name, content_type=kind, attachment="tai" in request.GET,
        public=public,
    )  # fmt: skip
    return _kept_for_an_hour(response, public)


@require_safe
def captions(request, pk: int, digest: str):
    item = get_object_or_404(PageMedia, pk=pk)
    public = _offered(request, pk=pk)
    if not item.captions or captions_digest(item) != digest:
        raise Http404
    response = HttpResponse(item.captions, content_type="text/vtt; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return _kept_for_an_hour(response, public)
