"""The pages for other programs: Wagtail's API v2, read only, no cookie. Live public pages in the languages they are truly
written in; an alias is no translation and is left out. Fields: those that a page's `api_fields` names."""

from django.http import Http404
from django.utils.translation import get_language_from_path
from rest_framework.filters import BaseFilterBackend
from rest_framework.renderers import JSONRenderer
from wagtail.api.v2.filters import SearchFilter
from wagtail.api.v2.pagination import WagtailPagination
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.utils import BadRequestError
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.models import Site

from campaigns.pages.search import find


class Pagination(WagtailPagination):
    def paginate_queryset(self, queryset, request, view=None):
        if len(request.GET.get("offset", "")) > 9:
            # More than a database counts.
            raise BadRequestError("offset is too large")
        return super().paginate_queryset(queryset, request, view)


class Words(BaseFilterBackend):
    """`?search=`: what the site's own search finds, with or without marks, where Wagtail's own finds nothing."""

    def filter_queryset(self, request, queryset, view):
        if "search" not in request.GET:
            return queryset
        found = find(request.GET["search"], request.GET.get("locale", ""))
        return queryset.filter(pk__in=found.order_by().values("page"))


class PublicPages(PagesAPIViewSet):
    pagination_class = Pagination
    filter_backends = [*(one for one in PagesAPIViewSet.filter_backends if one is not SearchFilter), Words]
    # The same for everybody: whoever is signed in sees no more here.
    authentication_classes = ()
    renderer_classes = (JSONRenderer,)

    def get_base_queryset(self):
        return super().get_base_queryset().filter(alias_of=None)

    def find_object(self, queryset, request):
        """`find/?html_path=` takes the path of an address as the site writes it, its language in front (Wagtail's own
        finder knows no language and looks for a page called "vi"); a path without one is Vietnamese."""
        number = request.GET.get("id", "0")
        if not (number.isdecimal() and len(number) < 10):
            raise BadRequestError("id is no number of a page")
        path = request.GET.get("html_path", "")
        language = get_language_from_path(path)
        site = Site.find_for_request(request)
        if not (language and site):
            return super().find_object(queryset, request)
        home = site.root_page.get_translations(inclusive=True).filter(locale__language_code=language).first()
        try:
            found = home.specific.route(request, list(filter(None, path.split("/")))[1:]).page if home else None
        except Http404:
            return None
        return found if found and queryset.filter(pk=found.pk).exists() else None


pages_api = WagtailAPIRouter("pages_api")
pages_api.register_endpoint("pages", PublicPages)
