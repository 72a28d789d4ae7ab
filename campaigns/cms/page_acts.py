"""What the page editor adds to Wagtail's: findings after saving, the gate before publishing, taking down in one act."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from campaigns.cms.workbench import home
from campaigns.models import SitePage
from campaigns.pages.approval import refusals, take_down
from campaigns.pages.ethics import findings
from core.cms import cms_page
from core.errors import DomainError
from people.permissions import may


def tell_findings(request, page) -> None:
    """After saving: what has to be mended before anybody can approve it, and what the approver will be told."""
    draft = page.get_latest_revision_as_object()
    if not isinstance(draft, SitePage):
        return
    if request.POST.get("workflow-action-name") == "approve":
        _tell_it_is_out(request, page)
    found = findings(draft)
    stops, others = [f.text for f in found if f.stops], [f.text for f in found if not f.stops]
    if stops:
        messages.error(request, _listed(gettext("Before this can go out:"), stops))
    if others:
        messages.warning(request, _listed(gettext("Please think about:"), others))


def _tell_it_is_out(request, page) -> None:
    """Wagtail says of an approval that the page was saved."""
    now = Page.objects.get(pk=page.pk)
    if now.live and not now.has_unpublished_changes:
        messages.success(
            request, format_html('{} <a href="{}">{}</a>', gettext("The page is on the site."), now.url, now.title)
        )


def tell_approver(request, page) -> None:
    """On opening a page that waits: what keeps this person from letting it go out, before they press the button."""
    if request.method != "GET" or not page.workflow_in_progress or not may(request.user, "campaigns.approve"):
        return
    draft = page.get_latest_revision_as_object()
    if not isinstance(draft, SitePage):
        return
    if stops := refusals(page, request.user):
        messages.error(request, _listed(gettext("Before this can go out:"), stops))
    if others := [f.text for f in findings(draft) if not f.stops]:
        messages.warning(request, _listed(gettext("Please think about:"), others))


def _listed(head: str, lines: list[str]):
    return format_html("{}<ul>{}</ul>", head, format_html_join("", "<li>{}</li>", ((line,) for line in lines)))


def refuse_direct_publication(request, page) -> None:
    """The editor's own "publish" saves a draft of whoever presses it, so it would be their own work they approve. Only
    the administrator of the installation, whom nobody else stands beside, may; and the checks hold for them too."""
    if not request.user.is_superuser:
        raise PermissionDenied
    draft = page.get_latest_revision_as_object()
    if isinstance(draft, SitePage) and (stops := [f.text for f in findings(draft) if f.stops]):
        raise DomainError(" ".join(stops))


def without_publish(menu_items: list, user) -> None:
    """The editor offers nobody a button that would be refused, nor two that do the same: with one step in the workflow a
    page that was sent back is handed in again, and beginning anew is no other thing."""
    hidden = {"action-restart-workflow"} if user.is_superuser else {"action-restart-workflow", "action-publish"}
    menu_items[:] = [item for item in menu_items if item.name not in hidden]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("It stands in the history of the page, with your name.")
    )


@cms_page
@require_http_methods(["GET", "HEAD", "POST"])
def take_down_page(request, pk: int):
    """Takes a page off the site in every language, now."""
    if not may(request.user, "campaigns.withdraw"):
        raise PermissionDenied
    page = get_object_or_404(Page.objects.filter(depth__gt=2), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            taken = take_down(page=page, actor=request.user, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("Taken down in %(n)s languages.") % {"n": len(taken)})
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    context = {
        "breadcrumbs_items": [
            home(),
            {"url": reverse("wagtailadmin_explore", args=[page.get_parent().pk]), "label": page.get_parent().title},
            {"url": "", "label": page.title},
        ],
        "header_title": gettext("Take down at once"),
        "header_icon": "warning",
        "page_to_take": page,
        "form": form,
    }
    return render(request, "campaigns/cms/take_down.html", context, status=409 if form.is_bound else 200)
