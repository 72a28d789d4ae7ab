"""Rights from memberships, as of today: no groups to keep in step, nothing to revoke when a term ends."""

from django.contrib.auth.backends import ModelBackend

from people.permissions import django_permissions


class MembershipBackend(ModelBackend):
    """Adds the permissions of a person's current roles. Signs nobody in: that is allauth's work."""

    def authenticate(self, request, **credentials):
        return None

    def get_user_permissions(self, user_obj, obj=None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        return super().get_user_permissions(user_obj) | django_permissions(user_obj)

    def get_all_permissions(self, user_obj, obj=None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        return self.get_user_permissions(user_obj) | self.get_group_permissions(user_obj)
