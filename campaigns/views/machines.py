"""Sitemap, robots.txt and the feeds of pages: public, without a cookie, kept whole like the pages themselves."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from campaigns.pages import machines
from campaigns.views.feeds import RSS, _answer


def _kept(response: HttpResponse) -> HttpResponse:
    response.same_for_all = True
    return response


@require_safe
def robots(request):
    return _kept(HttpResponse(machines.robots(), content_type="text/plain; charset=utf-8"))


@require_safe
def sitemap(request):
    return _kept(HttpResponse(machines.sitemap(), content_type="application/xml; charset=utf-8"))


@require_safe
def feed(request, code: str, name: str):
    if code not in dict(settings.LANGUAGES):
        raise Http404
    with override("en" if code == "en" else "vi"):
        body = machines.page_feed(name=name, language=code, address=request.path)
    return _kept(_answer(request, body, RSS))
