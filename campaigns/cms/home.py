"""The home of /cms/: what waits for me."""

from datetime import timedelta

from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import Page, TaskState, WorkflowState

from campaigns.broadcast.bulletins import FROM_BELOW
from campaigns.broadcast.reminders import open_for
from campaigns.cms.listening import waiting_items
from campaigns.cms.page_translations import word_of
from campaigns.cms.steps import chip, page_of
from campaigns.models import Bulletin, BulletinVersion, Hotline, PageTranslation, TranslationSign
from campaigns.models.approval import writers_of
from campaigns.pages.translation_status import statuses
from people.permissions import may

State, Step = BulletinVersion.State, TranslationSign.Step
# state → the act that moves it on
NEXT = {
    State.DRAFT: "campaigns.translate", State.TRANSLATED: "campaigns.record", State.RECORDED: "campaigns.review",
    State.REVIEWED: "campaigns.approve",
}  # fmt: skip
# A hotline whose check ends within this time waits for a call.
CALL_BEFORE = timedelta(days=14)
_DO = {
    State.DRAFT: lambda: _("translate"), State.TRANSLATED: lambda: _("record"), State.RECORDED: lambda: _("listen"),
    State.REVIEWED: lambda: _("approve"),
}  # fmt: skip
# More than this nobody reads on a home page; the rest stands in the list of bulletins.
MOST = 30


def waiting_for(user) -> list[BulletinVersion]:
    """Versions whose next step this person may take, newest month first; one's own work is not one's to judge."""
    found = []
    for state, act in NEXT.items():
        if not may(user, act):
            continue
        reached = Bulletin.objects.reached_by(user, act, from_below=act in FROM_BELOW).in_force()
        rows = BulletinVersion.objects.filter(state=state, bulletin__in=reached).select_related("bulletin", "language")
        if state in (State.RECORDED, State.REVIEWED):
            rows = rows.exclude(translator=user).exclude(bulletin__author=user)
        if state == State.REVIEWED:
            rows = rows.exclude(reviewer=user)
        found += rows.order_by("-bulletin__month", "language__position")[:MOST]
    return sorted(found, key=lambda v: (-v.bulletin.month.toordinal(), v.language.position))[:MOST]


def hotlines_to_call(user) -> list[Hotline]:
    """Lines in use that were never checked, or whose check ends soon."""
    if not may(user, "campaigns.verify_hotline"):
        return []
    soon = timezone.localdate() + CALL_BEFORE
    return [line for line in Hotline.objects.filter(is_active=True) if not line.expires_at or line.expires_at <= soon]


def translations_for(user) -> list[tuple]:
    """(status, chip) of pages whose translation waits for this person: for their signature, where they have not written in
    it, or for a translator because it was sent back or the Vietnamese has changed under what stands on the site."""
    acts = {Step.REVIEWED: "campaigns.review", Step.APPROVED: "campaigns.approve"}
    steps = {step for step, act in acts.items() if may(user, act)}
    translates = may(user, "campaigns.translate")
    if not (steps or translates):
        return []
    rows = PageTranslation.objects.select_related("source__specific_content_type", "locale")
    # The newest signature tells what has been going on; more than these nobody waits for.
    opened = list(rows.annotate(last=Max("signs")).exclude(last=None).order_by("-last")[: 2 * MOST])
    if translates:
        changed = rows.filter(published_at__lt=F("source__last_updated_at")).order_by("-source__last_updated_at")
        opened = list(dict.fromkeys([*opened, *changed[: 2 * MOST]]))
    found = statuses(list({t.source for t in opened}), list({t.locale for t in opened}))

    def waits(status) -> bool:
        if status.next_step in (Step.REVIEWED, Step.APPROVED):
            return status.next_step in steps and user.pk not in status.writers
        return translates and bool(status.is_stale or status.returned)

    mine = [status for t in opened if waits(status := found[t.source_id, t.locale_id])][:MOST]
    return [(status, word_of(status)) for status in mine]


def pages_for(user) -> list[dict]:
    """Pages that wait for this person: to be approved where somebody else wrote them, or sent back to whoever submitted
    them. Oldest first."""
    found = []
    if may(user, "campaigns.approve"):
        waiting = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).order_by("started_at")
        for state in waiting.select_related("workflow_state")[: 3 * MOST]:
            if len(found) == MOST:
                break
            page = state.workflow_state.content_object
            if isinstance(page, Page) and user.pk not in writers_of(page):
                found.append({"page": page, "chip": ("due", _("awaits approval")), "note": ""})
    if may(user, "campaigns.write_page"):
        back = WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=user)
        for state in back.select_related("current_task_state").order_by("pk")[:MOST]:
            if isinstance(page := state.content_object, Page):
                note = state.current_task_state.comment if state.current_task_state else ""
                found.append({"page": page, "chip": ("over", _("sent back")), "note": note})
    return found[:MOST]


class WaitingPanel(Component):
    name = "waiting"
    order = 10
    template_name = "campaigns/cms/waiting.html"

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        return {
            "rows": [
                {"version": v, "chip": chip(v), "url": page_of(v), "do": _DO[State(v.state)]()}
                for v in waiting_for(user)
            ],
            "submitted": pages_for(user),
            "pages": translations_for(user),
            "heard": waiting_items(user, MOST),
            "reminders": open_for(user),
            "hotlines": [{"line": line, "fresh": line.is_fresh()} for line in hotlines_to_call(user)],
            "may_write": may(user, "campaigns.write_bulletin"),
            "may_write_page": may(user, "campaigns.write_page"),
            "may_see": may(user, "campaigns.see_workbench"),
        }
