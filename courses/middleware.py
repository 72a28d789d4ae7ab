"""The name of PACKAGES_URL."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponseNotFound


def is_packages_host(request) -> bool:
    """Whether the visitor asked under the packages' own name. Ports separate no cookies, so they do not count."""
    name = urlsplit(settings.PACKAGES_URL).hostname
    return bool(name) and urlsplit(f"//{request.get_host()}").hostname.rstrip(".") == name


class PackagesHostMiddleware:
    """Under that name there are files of packages and nothing else: what has an origin there shares it with no page of ours.
    Static files come before this, and are everybody's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if is_packages_host(request) and not request.path_info.startswith("/packages/"):
            return HttpResponseNotFound()
        return self.get_response(request)
