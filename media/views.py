"""Receiving files in pieces. JSON; only the owner of an upload sees that it exists."""

import uuid
from functools import wraps

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from media.models import Upload
from media.uploads import MAX_CHUNK, receive_chunk, start_upload

_STATUS = {"wrong-offset": 409, "taken-in": 409, "too-large": 413, "no-space": 507}


def signed_in(view):
    """401 with a sentence: a script that is sent to a login page would take the page for its answer."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        if not request.user.is_authenticated:
            message = _("You are signed out. Sign in and choose the file again: it goes on where it stopped.")
            return JsonResponse({"error": "signed-out", "message": message}, status=401)
        return view(request, *args, **kwargs)

    return inner


def _state(upload: Upload) -> JsonResponse:
    """Also as headers, for HEAD."""
    return JsonResponse(
        {"id": str(upload.pk), "received": upload.received, "size": upload.size},
        headers={"Upload-Offset": upload.received, "Upload-Length": upload.size, "Cache-Control": "no-store"},
    )


def _bad(what: str) -> JsonResponse:
    return JsonResponse({"error": "bad-request", "message": what}, status=400)


def _refusal(error: DomainError, **extra) -> JsonResponse:
    return JsonResponse({"error": error.code, "message": str(error), **extra}, status=_STATUS.get(error.code, 400))


@signed_in
@require_POST
def upload(request):
    """Opens or goes on with an upload: id (UUID made by the phone), filename, size in bytes."""
    size = request.POST.get("size", "")
    try:
        upload_id = uuid.UUID(request.POST.get("id", ""))
    except ValueError:
        return _bad("id")
    if not (size.isascii() and size.isdigit() and len(size) < 16):
        return _bad("size")
    try:
        found = start_upload(
            owner=request.user, upload_id=upload_id, filename=request.POST.get("filename", ""), size=int(size)
        )
    except Upload.DoesNotExist:
        raise Http404 from None
    except DomainError as refusal:
        return _refusal(refusal)
    return _state(found)


@signed_in
@require_http_methods(["GET", "HEAD", "PUT", "PATCH"])
def chunk(request, pk):
    """GET, HEAD: how much has arrived. PUT or PATCH ?offset=N with the bytes as body: appends them.

    409 with `received` when they do not join what is there, 413 when the piece is too large, 507 when the disk is full.
    """
    found = get_object_or_404(Upload, pk=pk, owner=request.user)
    if request.method in ("GET", "HEAD"):
        return _state(found)
    offset, length = request.GET.get("offset", ""), request.headers.get("Content-Length") or "0"
    if not (offset.isascii() and offset.isdigit() and len(offset) < 16 and length.isdigit()):
        return _bad("offset")
    if int(length) > MAX_CHUNK:
        # Refused before it is read.
        return JsonResponse({"error": "too-large", "message": _("The piece is too large.")}, status=413)
    try:
        found = receive_chunk(upload=found, offset=int(offset), data=request.body)
    except Upload.DoesNotExist:
        raise Http404 from None
    except DomainError as refusal:
        found.refresh_from_db()
        return _refusal(refusal, received=found.received)
    return _state(found)
