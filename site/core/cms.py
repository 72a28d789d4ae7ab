"""What everything of ours in /cms/ shares: pages never cached, a refusal said in words with its status, files in one
collection."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from wagtail.permission_policies import ModelPermissionPolicy


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


class OneCollectionPolicy(ModelPermissionPolicy):
    """For files of Wagtail that all lie in one collection: rights come from `user_has_permission`, which says of whom."""

    def user_has_any_permission(self, user, actions) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def collections_user_has_any_permission_for(self, user, actions):
        from wagtail.models import Collection

        return Collection.objects.all() if self.user_has_any_permission(user, actions) else Collection.objects.none()

    def collections_user_has_permission_for(self, user, action):
        return self.collections_user_has_any_permission_for(user, [action])
