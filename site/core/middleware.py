"""Small things every response passes: unreadable addresses, language, the page editor's looser policy, no microphone,
refusals in words."""

from csp.constants import SELF
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBadRequest, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from core.errors import DomainError


class LanguageMiddleware(LocaleMiddleware):
    """Django's, but for one thing: an address without a language that a view of ours answered with 404 stays 404.

    Django would send it on to /vi/…, where the page tree says 404 once more: a detour, and a status that hides what is
    meant (nothing here for you). Addresses nobody knows are still tried with a language in front.
    """

    def process_response(self, request, response):
        if response.status_code == 404 and request.resolver_match is not None:
            patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", get_language())
            return response
        return super().process_response(request, response)


class UnreadableAddressMiddleware:
    """400 for an address with a NUL: no word has one, and PostgreSQL refuses every question that holds one."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest()
        return self.get_response(request)


class CmsPolicyMiddleware:
    """Gives `/cms/` its own content security policy; every other address keeps the strict one. A preview (a page made for
    /cms/ as if a reader had asked for it) keeps it too, but stands in a frame of the editor."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith("/cms/"):
            if _turned_back(request, response):
                raise PermissionDenied
            response._csp_replace = settings.CMS_CONTENT_SECURITY_POLICY["DIRECTIVES"]
        elif getattr(request, "is_dummy", False):
            response._csp_replace = {"frame-ancestors": [SELF]}
        return response


def _turned_back(request, response) -> bool:
    """Wagtail sends whoever may not enter to the sign-in, which sends those who are signed in back: without end."""
    to_sign_in = response.get("Location", "").startswith(settings.WAGTAILADMIN_LOGIN_URL)
    return to_sign_in and request.path != "/cms/login/" and request.user.is_authenticated


class PermissionsPolicyMiddleware:
    """No page may use the microphone or ask for the place, but for one that says so itself (campaigns.cms.studio)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "geolocation=(), microphone=()")
        return response


def _came_from(request) -> str:
    """The page of ours a form was sent from: many addresses of acts take nothing but a POST."""
    sent_from = request.headers.get("Referer", "")
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(sent_from, allowed_hosts=hosts, require_https=request.is_secure()):
        return sent_from
    return request.path


class DomainErrorMiddleware:
    """A refusal that no view caught: back to the page it came from with its sentence, or 409 JSON for scripts."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, DomainError):
            return None
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"error": exception.code, "message": str(exception)}, status=409)
        if request.method == "POST" and request.user.is_authenticated:
            messages.error(request, str(exception))
            return redirect(_came_from(request))
        return render(request, "refused.html", {"reason": str(exception)}, status=409)
