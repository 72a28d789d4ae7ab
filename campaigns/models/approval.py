"""How a page comes to the public: somebody writes and submits it, somebody else approves it."""

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Task, TaskState

from core.errors import DomainError
from people.permissions import may


def writers_of(page: Page) -> set[int]:
    """Who has written what is not public yet: their ids."""
    drafts = page.revisions.exclude(user=None)
    if page.last_published_at:
        drafts = drafts.filter(created_at__gt=page.last_published_at)
    return {*drafts.values_list("user_id", flat=True)}


class ApprovalTask(Task):
    """The one step of the workflow: an approver reads the page and lets it go out, or sends it back with a reason.
    Nobody approves their own writing."""

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")

    def user_can_access_editor(self, page, user) -> bool:
        return may(user, "campaigns.approve")

    def locked_for_user(self, page, user) -> bool:
        # While it waits its writers change nothing of what is being judged; they can cancel the submission.
        return not may(user, "campaigns.approve")

    def get_actions(self, page, user):
        if not may(user, "campaigns.approve") and not user.is_superuser:
            return []
        return [("reject", _("Request changes"), True), ("approve", _("Approve"), False)]

    def on_action(self, task_state, user, action_name, **kwargs):
        if action_name == "approve":
            from campaigns.pages.approval import refusals

            if reasons := refusals(task_state.workflow_state.content_object, user):
                raise DomainError(" ".join(reasons), code="not-yet")
        return super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user, **kwargs):
        if may(user, "campaigns.approve") or user.is_superuser:
            return self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        return TaskState.objects.none()

    @classmethod
    def get_description(cls) -> str:
        return _("An approver who has not written in the page lets it go out.")
