"""Pictures of the site: to everybody while a live page shows them and whoever is seen in them agrees; else to nobody
outside the workbench."""

import hashlib
from mimetypes import guess_type
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from wagtail.models import Page, ReferenceIndex

from campaigns.models import Picture, PictureRendition
from media.serving import ranged_response
from people.permissions import may


def _is_shown(picture: Picture) -> bool:
    """Does it stand on a live page, and may it?"""
    if not picture.may_be_shown:
        return False
    used = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(Picture),
        to_object_id=str(picture.pk),
        base_content_type__app_label="wagtailcore",
    )
    return Page.objects.live().filter(pk__in=[int(pk) for pk in used.values_list("object_id", flat=True)]).exists()


def _answer(request, file, *, public: bool):
    kind = guess_type(file.name)[0] or "application/octet-stream"
    try:
        path = Path(file.path)
    except NotImplementedError:
        # Kept in object storage: through here all the same, so that a withdrawn picture is gone.
        return FileResponse(file.open("rb"), content_type=kind)
    if not path.is_file():
        raise Http404
    # Small: hashing it costs less than a question to the database.
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    response = ranged_response(
        request, path, sha256=sha256, filename=path.name, content_type=kind, attachment=False, public=public
    )
    if public:
        # The page may be taken down, the consent withdrawn: a copy kept on the way is asked about daily.
        response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def rendition(request, name: str):
    found = get_object_or_404(
        PictureRendition.objects.select_related("image__consent"), file=f"images/{name}"
    )  # fmt: skip
    public = _is_shown(found.image)
    if not public and not may(request.user, "campaigns.see_workbench"):
        raise Http404
    return _answer(request, found.file, public=public)


@require_safe
def original(request, name: str):
    """The original, for those who keep pictures."""
    found = get_object_or_404(Picture, file=f"original_images/{name}")
    if not may(request.user, "campaigns.write_page"):
        raise Http404
    return _answer(request, found.file, public=False)
