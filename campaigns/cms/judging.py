"""Native review and approval: hearing the finished programme, reading along, and saying yes or what must change."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.broadcast import cuts, scripts, versions
from campaigns.broadcast.bulletins import may_act, require_act
from campaigns.broadcast.printing import spoken
from campaigns.cms.forms import NoteForm, ReasonForm
from campaigns.cms.preview import preview_of
from campaigns.cms.version_pages import State, attempt, find_version, frame
from campaigns.models import BulletinVersion
from core.cms import cms_page
from media.programmes import current_renditions, request_previews, retry_programme


def _listening(version: BulletinVersion) -> dict:
    """The finished programme in the two renditions people judge it by, the shorter ones, and how its making goes."""
    if version.programme is None:
        return {"programme": "", "programme_reason": "", "heard": []}
    state, reason = cuts.sound_state(version)
    ready = current_renditions(version.programme)
    labels = [("horn", _("As the loudspeakers play it")), ("phone", _("As a phone plays it"))]
    heard = [
        {"label": label, "rendition": ready[profile]}
        for profile, label in labels
        if profile in ready and ready[profile].state == "ready"
    ]
    for cut in version.shorter.select_related("programme"):
        shorter = current_renditions(cut.programme).get("horn")
        if shorter is not None and shorter.state == "ready":
            heard.append(
                {"label": _("Shorter: %(length)s") % {"length": cut.get_length_display()}, "rendition": shorter}
            )
    return {"programme": state, "programme_reason": reason, "heard": heard}


def _judging(request, version: BulletinVersion, page: str, *, reason=None, note=None, status: int = 200):
    backs = {row.segment_id: row.back_translation for row in version.texts.all()}
    lines = [
        {"line": line, "back": backs.get(line.segment.pk, "")}
        for line in scripts.lines(version)
        if line.segment.is_spoken
    ]
    people = versions.makers(version) | ({version.reviewer_id} if page == "version_approve" else set())
    context = (
        frame(request, version, page)
        | _listening(version)
        | {
            "preview": preview_of(version),
            "script": spoken(version),
            "lines": lines,
            "reason": reason or ReasonForm(auto_id="return_%s"),
            "note": note or NoteForm(),
            "own_work": request.user.pk in people,
            "hotline": version.bulletin.hotline,
            "hotline_fresh": version.bulletin.hotline.is_fresh(),
        }
    )
    return render(request, f"campaigns/cms/{page.removeprefix('version_')}.html", context, status=status)


@cms_page
@require_http_methods(["GET", "HEAD", "POST"])
def review(request, pk: int):
    """The native listener hears and reads it all. POST: right, with a note for the approver."""
    version = find_version(request, pk)
    if request.method != "POST":
        return _judging(request, version, "version_review")
    form = NoteForm(request.POST)
    if form.is_valid() and attempt(
        lambda: versions.review_version(version=version, actor=request.user, note=form.cleaned_data["note"]), form
    ):
        messages.success(request, _("Thank you. It goes on to the approver."))
        return redirect("version_workbench", pk)
    return _judging(request, version, "version_review", note=form, status=409)


@cms_page
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request, pk: int):
    """The approver hears the finished programme, sees the hotline's check and who did what. POST approves."""
    version = find_version(request, pk)
    if request.method != "POST":
        return _judging(request, version, "version_approve")
    if not attempt(lambda: versions.approve_version(version=version, actor=request.user), request=request):
        return _judging(request, version, "version_approve", status=409)
    version = find_version(request, pk)
    if version.state == State.RELEASED:
        messages.success(request, _("Approved and released: it is on the desks now."))
    elif not version.bulletin.hotline.is_fresh():
        messages.warning(request, _("Approved, but not released: the hotline's check has expired. Call it first."))
    else:
        messages.success(request, _("Approved. It goes out by itself on its date."))
    return redirect("version_workbench", pk)


@cms_page
@require_POST
def send_back(request, pk: int):
    """The listener or the approver sends it back, with a reason."""
    version = find_version(request, pk)
    page = "version_review" if version.state == State.RECORDED else "version_approve"
    if not may_act(
        request.user, "campaigns.review" if page == "version_review" else "campaigns.approve", version.bulletin
    ):
        raise PermissionDenied
    form = ReasonForm(request.POST, auto_id="return_%s")
    if form.is_valid() and attempt(
        lambda: versions.return_version(version=version, actor=request.user, reason=form.cleaned_data["reason"]), form
    ):
        messages.success(request, _("Sent back. Your reason stands in the history, and those who work on it see it."))
        return redirect("version_workbench", pk)
    return _judging(request, version, page, reason=form, status=409)


@cms_page
@require_POST
def retry(request, pk: int):
    """Starts a programme that could not be made over again."""
    version = find_version(request, pk)

    def again() -> None:
        require_act(request.user, "campaigns.see_workbench", version.bulletin)
        for programme in cuts.programmes(version):
            retry_programme(programme)

    if attempt(again, request=request):
        messages.success(request, _("It is being prepared again."))
    return redirect("version_review", pk)


@cms_page
@require_POST
def preview(request, pk: int):
    """Has the programme made as a village hears it; the page shows it by itself when it is there."""
    version = find_version(request, pk)

    def make() -> None:
        require_act(request.user, "campaigns.see_workbench", version.bulletin)
        if version.programme:
            request_previews(version.programme)

    attempt(make, request=request)
    return redirect("version_review" if request.POST.get("page") == "review" else "version_workbench", pk)
