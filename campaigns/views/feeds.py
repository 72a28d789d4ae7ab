"""Feeds for podcast clients and calendars: public, without a cookie, answered with 304 while nothing has changed."""

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from campaigns.broadcast import feeds
from places.models import AdministrativeUnit

RSS = "application/rss+xml; charset=utf-8"


def _answer(request, body: bytes, content_type: str) -> HttpResponse:
    tag = feeds.etag(body)
    known = {value.strip().removeprefix("W/") for value in request.headers.get("If-None-Match", "").split(",")}
    response = HttpResponseNotModified() if known & {tag, "*"} else HttpResponse(body, content_type=content_type)
    response["ETag"], response["Cache-Control"] = tag, "public, max-age=300"
    return response


@require_safe
def everything(request):
    with override("vi"):
        title, link = _("Loudspeaker broadcasts, all languages"), reverse("campaigns:desk")
    body = feeds.podcast(path=request.path, title=title, versions=feeds.versions_for_all(), language="vi", link=link)
    return _answer(request, body, RSS)


@require_safe
def in_language(request, tag: str):
    language = feeds.language_of(tag)
    if language is None:
        raise Http404
    with override("en" if tag == "en" else "vi"):
        title, link = (
            _("Loudspeaker broadcasts · %(language)s") % {"language": language.label},
            reverse("campaigns:desk"),
        )
    body = feeds.podcast(path=request.path, title=title, versions=feeds.versions_in(tag), language=tag, link=link)
    return _answer(request, body, RSS)


def _commune(pk: int) -> AdministrativeUnit:
    return get_object_or_404(AdministrativeUnit.objects.current().communes(), pk=pk)


@require_safe
def of_commune(request, pk: int):
    commune = _commune(pk)
    with override("vi"):
        title = _("Loudspeaker broadcasts · %(place)s") % {"place": commune.label}
        link = f"{reverse('campaigns:desk')}?xa={pk}"
    body = feeds.podcast(
        path=request.path, title=title, versions=feeds.versions_of(commune), language="vi", link=link,
        first=feeds.FIRST_FOR_LOUDSPEAKERS,
    )  # fmt: skip
    return _answer(request, body, RSS)


@require_safe
def hours_of_commune(request, pk: int):
    return _answer(request, feeds.calendar_of(_commune(pk)), "text/calendar; charset=utf-8")
