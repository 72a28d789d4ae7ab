"""What Wagtail asks about rights in courses and lessons, answered from people.permissions and the organiser's area."""

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry

from core.cms import OneCollectionPolicy, cms_page
from courses.models import Course, Lesson
from courses.writing import may_change, may_publish, may_write
from people.permissions import may


class CoursePolicy(ModelPermissionPolicy):
    """The role's permission, for courses whose organiser lies in the person's area."""

    def _mine(self, user):
        return Course.objects.written_by(user)

    def _may(self, user, action: str, course: Course) -> bool:
        return may_write(user, course) if action == "view" else may_change(user, course)

    def user_has_permission_for_instance(self, user, action, instance) -> bool:
        return self.user_has_permission(user, action) and self._may(user, action, instance)

    def instances_user_has_any_permission_for(self, user, actions):
        return self._mine(user) if self.user_has_any_permission(user, actions) else self.model.objects.none()


class LessonPolicy(CoursePolicy):
    def _mine(self, user):
        return Lesson.objects.filter(module__course__in=Course.objects.written_by(user).values("pk"))

    def _may(self, user, action: str, lesson: Lesson) -> bool:
        course = lesson.module.course
        return may_publish(user, course) if action in ("publish", "unlock") else may_write(user, course)


class FilePolicy(OneCollectionPolicy):
    """Files of lessons: whoever writes lessons adds and chooses them, and changes the own ones. None is deleted: it may
    stand in a lesson."""

    def user_has_permission(self, user, action) -> bool:
        return user.is_active and (user.is_superuser or (action != "delete" and may(user, "courses.write")))

    def user_has_permission_for_instance(self, user, action, instance) -> bool:
        own = action != "change" or user.is_superuser or instance.uploaded_by_user_id == user.pk
        return own and self.user_has_permission(user, action)

    def instances_user_has_any_permission_for(self, user, actions):
        rows = self.model.objects.all() if self.user_has_any_permission(user, actions) else self.model.objects.none()
        only_own = set(actions) == {"change"} and not user.is_superuser
        return rows.filter(uploaded_by_user=user) if only_own else rows


def within_reach(view, model, action: str):
    """A view of one row: out of reach it does not exist (404), and what the role may not do is refused (403). Wagtail's own
    views ask only for the model."""
    policy = policy_registry.get_by_type(model)

    @cms_page
    def guarded(request, *args, **kwargs):
        if "pk" in kwargs:
            rows = policy.instances_user_has_any_permission_for(request.user, ["view", "change"])
            row = get_object_or_404(rows, pk=unquote(str(kwargs["pk"])))
            if not policy.user_has_permission_for_instance(request.user, action, row):
                raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
