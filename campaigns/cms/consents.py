"""Withdrawing a consent to a picture: what will leave the site is shown before anybody presses the button."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods
from wagtail.admin.ui.tables import BaseColumn

from campaigns.cms.workbench import home
from campaigns.models import Consent
from campaigns.pages.pictures import pages_showing, withdraw_consent
from core.cms import cms_page
from core.errors import DomainError
from people.permissions import may


class WithdrawalColumn(BaseColumn):
    """Whether the consent holds; for those who may, the way to withdraw it."""

    cell_template_name = "campaigns/cms/_consent_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        user = parent_context["request"].user
        return context | {"valid": instance.is_valid(), "may_withdraw": may(user, "campaigns.withdraw")}


@cms_page
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk: int):
    """Shows the pages that will leave the site, and on POST ends the consent."""
    if not may(request.user, "campaigns.withdraw"):
        raise PermissionDenied
    consent = get_object_or_404(Consent.objects.select_related("holder"), pk=pk)
    if request.method == "POST":
        try:
            taken = withdraw_consent(consent=consent, actor=request.user)
        except DomainError as refusal:
            # Mostly a button pressed twice: what was wanted has happened.
            messages.info(request, str(refusal))
        else:
            done = ngettext(
                "Consent withdrawn. %(n)s page left the site.",
                "Consent withdrawn. %(n)s pages left the site.",
                len(taken),
            )
            messages.success(request, done % {"n": len(taken)})
        return redirect("consents:index")
    context = {
        "breadcrumbs_items": [
            home(),
            {"url": reverse("consents:index"), "label": gettext("Consents to pictures")},
            {"url": "", "label": consent.reference},
        ],
        "header_title": gettext("Withdraw a consent"),
        "header_icon": "warning",
        "consent": consent,
        "pages": pages_showing(consent),
        "pictures": consent.pictures.order_by("title"),
        "event_photos": consent.event_photos.shown().select_related("event__commune"),
    }
    return render(request, "campaigns/cms/withdraw_consent.html", context)
