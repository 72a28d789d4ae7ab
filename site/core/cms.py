"""What every page of /cms/ that is ours shares: never cached, and a refusal said in words with its status."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.cache import never_cache


def forbidden(request):
    """403 with a sentence. Wagtail's own answer is a redirect, which says "found" to a machine."""
    return render(request, "core/cms_forbidden.html", status=403)


def cms_page(view):
    """A page of the workbench: never cached, and a wrong role is told so with 403."""

    @never_cache
    def page(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except PermissionDenied:
            return forbidden(request)

    page.__name__, page.__doc__ = view.__name__, view.__doc__
    return page


class Said403:
    """The same for Wagtail's class-based views."""

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except PermissionDenied:
            return forbidden(request)
