"""A page's way to the public and back: submitted by its writer, approved by somebody else, taken down in one act."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from campaigns.models.approval import writers_of
from campaigns.pages.ethics import findings
from core.errors import DomainError
from people.permissions import require


@transaction.atomic
def submit_page(*, page: Page, actor) -> None:
    """Asks the approvers for the page's newest draft."""
    require(actor, "campaigns.write_page")
    if page.workflow_in_progress:
        raise DomainError(_("This page waits for approval already."))
    page.get_workflow().start(page, actor)


def refusals(page: Page, actor) -> list[str]:
    """Why `actor` cannot let the page's newest draft go out; empty when they can."""
    reasons = []
    if actor.pk in writers_of(page):
        reasons.append(_("You wrote in this page, so somebody else has to approve it."))
    draft = page.get_latest_revision_as_object()
    try:
        # Drafts are saved half filled in; what goes out is whole.
        draft.full_clean()
    except ValidationError as wrong:
        reasons += wrong.messages
    return reasons + [finding.text for finding in findings(draft) if finding.stops]


@transaction.atomic
def approve_page(*, page: Page, actor) -> Page:
    """Lets a submitted page go out. Refused with the reasons when the actor wrote in it or a check stops it."""
    require(actor, "campaigns.approve")
    waiting = page.current_workflow_task_state
    if waiting is None:
        raise DomainError(_("This page does not wait for approval."))
    # The task itself refuses (campaigns.models.approval), whoever calls it.
    waiting.task.specific.on_action(waiting, actor, "approve")
    return page.specific_class.objects.get(pk=page.pk)


@transaction.atomic
def take_down(*, page: Page, actor, reason: str) -> list[Page]:
    """Off the site at once, in every language, with an audit line. Drafts stay; it comes back only by approval."""
    require(actor, "campaigns.withdraw")
    if not reason.strip():
        raise DomainError(_("Say in a few words why it is taken down."))
    source = page.alias_of or page
    everywhere = Page.objects.filter(translation_key=source.translation_key, alias_of=None).live().specific()
    taken = []
    for found in everywhere:
        if found.current_workflow_state:
            found.current_workflow_state.cancel(user=actor)
        found.unpublish(user=actor)
        log(found, "campaigns.take_down", user=actor, data={"reason": reason.strip()[:300]})
        taken.append(found)
    if not taken:
        raise DomainError(_("This page is not on the site."))
    return taken
