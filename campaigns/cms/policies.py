"""What Wagtail's generic views ask about rights, answered from people.permissions and the area of the row."""

from django.core.exceptions import PermissionDenied
from django.utils.functional import cached_property
from wagtail.permission_policies import BasePermissionPolicy, ModelPermissionPolicy

from campaigns.broadcast.bulletins import may_act
from campaigns.models import Bulletin, Station
from core.cms import Said403
from people.models import User
from people.permissions import ACTS, areas_for, may

# Who keeps the list of an area's settlements keeps its stations and loudspeakers.
KEEP_STATIONS = "places.import_settlements"


class BulletinPolicy(BasePermissionPolicy):
    """Seen by everyone who works on it, written by communicators of its area, deleted by nobody."""

    def user_has_permission(self, user, action) -> bool:
        return may(user, "campaigns.see_workbench" if action == "view" else "campaigns.write_bulletin") and (
            action in ("view", "add", "change")
        )

    def user_has_permission_for_instance(self, user, action, instance) -> bool:
        act = "campaigns.see_workbench" if action == "view" else "campaigns.write_bulletin"
        return self.user_has_permission(user, action) and may_act(user, act, instance)

    def instances_user_has_any_permission_for(self, user, actions):
        return (
            Bulletin.objects.visible_to(user) if set(actions) & {"view", "add", "change"} else self.model.objects.none()
        )

    def users_with_any_permission(self, actions):
        roles = set()
        for action in set(actions) & {"view", "add", "change"}:
            roles |= ACTS["campaigns.see_workbench" if action == "view" else "campaigns.write_bulletin"]
        return User.objects.filter(is_active=True, memberships__role__in=roles).distinct()


class StationPolicy(ModelPermissionPolicy):
    """The model's permission, within the area of the role."""

    def _mine(self, user):
        return Station.objects.filter(commune__in=set().union(*areas_for(user, KEEP_STATIONS).ancestry().values()))

    def user_has_permission_for_instance(self, user, action, instance) -> bool:
        return self.user_has_permission(user, action) and self._mine(user).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user, actions):
        return self._mine(user) if self.user_has_any_permission(user, actions) else Station.objects.none()


class WithinReach(Said403):
    """An edit view that finds only rows the policy lets the person see (else 404) and change (else 403)."""

    @cached_property
    def rows(self):
        return self.permission_policy.instances_user_has_any_permission_for(self.request.user, ["view", "change"])

    def get_queryset(self):
        return self.rows

    def get_object(self, queryset=None):
        found = super().get_object(self.rows)
        if not self.permission_policy.user_has_permission_for_instance(self.request.user, "change", found):
            raise PermissionDenied
        return found
