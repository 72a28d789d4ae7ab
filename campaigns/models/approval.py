"""How a page comes to the public: somebody writes and submits it, somebody else approves it."""

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Task, TaskState

from core.errors import DomainError
from people.permissions import may

# What a revision holds besides the page's own content.
_KEPT_BY_WAGTAIL = frozenset(
    [
        "draft_title",
        "expired",
        "first_published_at",
        "has_unpublished_changes",
        "last_published_at",
        "latest_revision",
        "latest_revision_created_at",
        "live",
        "live_revision",
        "locked",
        "locked_at",
        "locked_by",
        "numchild",
        "path",
        "url_path",
    ]
)


def writers_of(page: Page) -> set[int]:
    """Who has written what is not public yet: their ids. Pressing a button of the editor saves a draft too; one that
    says the same as the draft before makes nobody a writer."""
    drafts = page.revisions.order_by("created_at", "pk")
    before = None
    if page.last_published_at:
        before = drafts.filter(created_at__lte=page.last_published_at).last()
        drafts = drafts.filter(created_at__gt=page.last_published_at)
    said, writers = _said(before.content) if before else None, set()
    for draft in drafts:
        now = _said(draft.content)
        if now != said:
            writers.add(draft.user_id)
        said = now
    return writers - {None}


def _said(content: dict) -> dict:
    return {name: value for name, value in content.items() if name not in _KEPT_BY_WAGTAIL}


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
