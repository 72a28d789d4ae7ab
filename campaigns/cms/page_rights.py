"""Rights in the page tree from today's roles, where Wagtail would ask groups: nothing to keep in step.

Communicators write pages; nobody publishes one from the editor. Publishing is what an approver does with a page that
somebody else has submitted (campaigns.models.approval).
"""

from dataclasses import dataclass
from types import SimpleNamespace

from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from core.cms import OneCollectionPolicy
from people.models import User
from people.permissions import ACTS, may

# What the page tree asks → the act of people.permissions that allows it.
_ACTS = {
    "add": "campaigns.write_page",
    "change": "campaigns.write_page",
    # Wagtail asks for it when a workflow ends; the editor's own button is refused (campaigns.cms.page_acts).
    "publish": "campaigns.approve",
}


@dataclass(frozen=True)
class Granted:
    """Looks to Wagtail like a row of GroupPagePermission."""

    page: Page
    permission: SimpleNamespace

    @property
    def page_id(self) -> int:
        return self.page.pk


class RolePagePolicy(PagePermissionPolicy):
    def get_all_permissions_for_user(self, user):
        if not user.is_active or user.is_anonymous or user.is_superuser:
            return []
        actions = [action for action, act in _ACTS.items() if may(user, act)]
        if not actions:
            return []
        root = Page.objects.get(depth=1)
        return [Granted(root, SimpleNamespace(codename=f"{action}_page")) for action in actions]

    def users_with_any_permission(self, actions, include_superusers=True):
        roles = set().union(*(ACTS[_ACTS[action]] for action in actions if action in _ACTS))
        found = User.objects.filter(is_active=True, memberships__role__in=roles)
        return (found | User.objects.filter(is_active=True, is_superuser=True)).distinct()

    def users_with_any_permission_for_instance(self, actions, instance, include_superusers=True):
        return self.users_with_any_permission(actions, include_superusers)


class PicturePolicy(OneCollectionPolicy):
    """Pictures are in one collection; who writes pages keeps them, who writes lessons adds and chooses them."""

    def user_has_permission(self, user, action) -> bool:
        if not user.is_active or user.is_superuser:
            return user.is_active
        adds = action in ("add", "choose") and may(user, "courses.write")
        return adds or (action != "delete" and may(user, "campaigns.write_page"))
