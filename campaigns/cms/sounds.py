"""Sounds for those who work on a version, streamed only where its bulletin may be seen; and the shelf of jingles."""

from pathlib import Path

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.broadcast import cuts
from campaigns.cms.forms import JingleForm
from campaigns.cms.recording import for_page
from campaigns.cms.version_pages import attempt, find_version
from campaigns.cms.workbench import home
from core.cms import cms_page
from media.audio import PREVIEWS, PROFILES
from media.models import Recording, Rendition
from media.recordings import receive_recording
from media.serving import ranged_response
from media.storage import absolute
from media.uploads import store_whole
from people.permissions import may

# First bytes of the kinds of sound the platform takes in; a browser plays by the type it is told.
_TYPES = (
    (0, b"RIFF", "audio/wav"), (0, b"fLaC", "audio/flac"), (0, b"OggS", "audio/ogg"), (0, b"\x1aE\xdf\xa3", "audio/webm"),
    (4, b"ftyp", "audio/mp4"), (0, b"#!AMR", "audio/amr"), (0, b"ID3", "audio/mpeg"), (0, b"\xff", "audio/mpeg"),
)  # fmt: skip


def content_type(path: Path) -> str:
    """The type of a stored sound by its first bytes, never by a name."""
    with path.open("rb") as file:
        head = file.read(16)
    return next((kind for at, mark, kind in _TYPES if head[at:].startswith(mark)), "application/octet-stream")


def stream(request, row: Recording):
    """A recording as it came; whoever asks has been let in already."""
    path = absolute(row.path)
    return ranged_response(
        request, path, sha256=row.sha256, filename=row.title, content_type=content_type(path), attachment=False,
        public=False,
    )  # fmt: skip


@cms_page
@require_safe
def recording_sound(request, pk: int, recording: int):
    """A recording of this version."""
    version = find_version(request, pk)
    row = get_object_or_404(Recording, pk=recording)
    if version.recording_id != row.pk and not version.texts.filter(recording=row).exists():
        raise Http404
    return stream(request, row)


@cms_page
@require_safe
def rendition_sound(request, pk: int, rendition: int):
    """A programme, full or shorter, that is not released yet, for those who review and approve it."""
    version = find_version(request, pk)
    row = get_object_or_404(Rendition, pk=rendition, programme__in=cuts.programmes(version), state="ready")
    profile = (PROFILES | PREVIEWS)[row.profile]
    return ranged_response(
        request, absolute(row.path), sha256=row.sha256, filename="programme" + profile.suffix,
        content_type=profile.content_type, attachment=False, public=False,
    )  # fmt: skip


def _jingles():
    return Recording.objects.filter(kind=Recording.Kind.MUSIC).select_related("owner")


@cms_page
@require_http_methods(["GET", "HEAD", "POST"])
def jingles(request):
    """Jingles that scripts can use, and putting one more on the shelf."""
    if not may(request.user, "campaigns.see_workbench"):
        raise PermissionDenied
    writes = may(request.user, "campaigns.write_bulletin")
    form = JingleForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST":
        if not writes:
            raise PermissionDenied

        def take_in() -> None:
            data = form.cleaned_data
            upload = data.get("arrived") or store_whole(owner=request.user, file=data["file"])
            receive_recording(owner=request.user, title=data["title"], upload=upload, kind=Recording.Kind.MUSIC)

        if form.is_valid() and attempt(take_in, form):
            messages.success(request, _("The jingle has arrived and is being checked."))
            return redirect("jingles")
    context = {
        "breadcrumbs_items": [home(), {"url": "", "label": _("Jingles")}],
        "header_title": _("Jingles"),
        "header_icon": "media",
        "jingles": [for_page(row) for row in _jingles()[:100]],
        "form": form if writes else None,
    }
    return render(request, "campaigns/cms/jingles.html", context, status=409 if form.is_bound else 200)


@cms_page
@require_safe
def jingle_sound(request, pk: int):
    if not may(request.user, "campaigns.see_workbench"):
        raise PermissionDenied
    return stream(request, get_object_or_404(_jingles(), pk=pk))
