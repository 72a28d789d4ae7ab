"""A commune's month for a USB stick: the ZIP by its content, and an address that stays the same for each commune."""

import re
from datetime import date

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from campaigns.broadcast import pack_retention, packs
from campaigns.models import Pack
from core.errors import DomainError
from media.serving import ranged_response
from media.storage import absolute
from places.models import AdministrativeUnit

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,80}\.zip\Z")


@require_safe
def download(request, key: str, name: str):
    """A pack by its content key, while all that it holds is released; else 404. Resumes."""
    pack = get_object_or_404(Pack.objects.offered(), key=key)
    if not _NAME.match(name):
        raise Http404
    response = ranged_response(
        request, absolute(pack.path), sha256=pack.sha256, filename=name, content_type="application/zip"
    )
    # As with single programmes: a withdrawal must be seen by whoever keeps a copy on the way.
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def of_commune(request, pk: int, month: str, profile: str):
    """Sends on to the pack that a commune's month has now. The address can be kept, printed, or given to `wget -c`."""
    commune = get_object_or_404(AdministrativeUnit.objects.current().communes(), pk=pk)
    if profile not in packs.PROFILES:
        raise Http404
    try:
        asked = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404 from None
    try:
        pack = packs.current_pack(commune, asked, profile)
    except DomainError:
        # "Come back in a few minutes" would be untrue of a month whose packs have been removed.
        pack_retention.require_kept(asked)
        raise
    response = redirect(packs.address(pack, commune))
    response["Cache-Control"] = "no-cache"
    return response
