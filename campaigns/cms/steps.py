"""Where a version stands, in a chip and in steps, and whose turn it is."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.broadcast.scripts import is_source
from campaigns.models import BulletinVersion, VersionEvent

State, Act = BulletinVersion.State, VersionEvent.Act

_KINDS = {
    State.DRAFT: "draft", State.TRANSLATED: "due", State.RECORDED: "due", State.REVIEWED: "due",
    State.APPROVED: "approved", State.RELEASED: "released",
}  # fmt: skip


def chip(version: BulletinVersion) -> dict:
    """{state, label} for components/chip.html; an audio-only draft is never "awaiting translation"."""
    return {"state": _KINDS[State(version.state)], "label": version.get_state_display()}


def whose_turn(version: BulletinVersion) -> str:
    """One sentence: who does what next."""
    if version.bulletin.withdrawn_at:
        return _("Withdrawn: nothing more is done.")
    return {
        State.DRAFT: _("A translator writes the text beside the Vietnamese."),
        State.TRANSLATED: _("A native voice records it; then recording is finished."),
        State.RECORDED: _("A native listener hears all of it: somebody who made no part of it."),
        State.REVIEWED: _("An approver decides: not the author, a translator, a voice or the listener."),
        State.APPROVED: _("It goes out by itself on its date, if the hotline's check is fresh."),
        State.RELEASED: _("It is on the desk of every commune it is meant for."),
    }[State(version.state)]


def page_of(version: BulletinVersion) -> str:
    """The address of the page where the next step is done."""
    name = {
        State.DRAFT: "version_translate", State.TRANSLATED: "version_record", State.RECORDED: "version_review",
        State.REVIEWED: "version_approve",
    }.get(State(version.state), "version_workbench")  # fmt: skip
    return reverse(name, args=[version.pk])


def steps(version: BulletinVersion, events: list[VersionEvent]) -> list[dict]:
    """The way of a version for components/stepper.html; who did a step and when stands under it."""
    first = _("Script written") if is_source(version) else _("Spoken only") if version.audio_only else _("Translated")
    rows = [
        (first, Act.TRANSLATED, State.DRAFT),
        (_("Recorded"), Act.RECORDED, State.TRANSLATED),
        (_("Heard by a native listener"), Act.REVIEWED, State.RECORDED),
        (_("Approved"), Act.APPROVED, State.REVIEWED),
        (_("Released"), Act.RELEASED, State.APPROVED),
    ]
    order = list(State)
    now = order.index(State(version.state))
    latest = {event.act: event for event in sorted(events, key=lambda event: (event.at, event.pk))}
    found = []
    for label, act, before in rows:
        place = order.index(before)
        state = "done" if now > place else "current" if now == place else "todo"
        event = latest.get(act) if state == "done" else None
        detail = f"{event.actor or ''} {timezone.localtime(event.at):%d/%m/%Y}".strip() if event else ""
        found.append({"label": label, "state": state, "detail": detail})
    return found
