"""Consent to pictures: withdrawing one takes every page that shows the person off the site, in one act."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, ReferenceIndex

from campaigns.models import Consent, Picture
from core.errors import DomainError
from people.permissions import require


def pages_showing(consent: Consent) -> list[Page]:
    """Live pages in which a picture under this consent stands, each once, in the order of the tree; aliases go with
    their source and are left out. As many queries for one picture as for ten."""
    pictures = [str(pk) for pk in consent.pictures.values_list("pk", flat=True)]
    used = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(Picture),
        to_object_id__in=pictures,
        base_content_type__app_label="wagtailcore",
    )
    ids = {int(pk) for pk in used.values_list("object_id", flat=True)}
    return list(Page.objects.live().filter(pk__in=ids, alias_of=None).select_related("locale").order_by("path"))


@transaction.atomic
def withdraw_consent(*, consent: Consent, actor) -> list[Page]:
    """The consent ends now; live pages in which one of its pictures stands are unpublished. Returns those pages.
    Refused when it was withdrawn before."""
    require(actor, "campaigns.withdraw")
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    if consent.withdrawn_at is not None:
        raise DomainError(_("This consent was withdrawn already."))
    consent.withdrawn_at, consent.withdrawn_by = timezone.now(), actor
    consent.save()
    log(consent, "campaigns.withdraw_consent", user=actor)
    shown = [page.specific for page in pages_showing(consent)]
    for page in shown:
        page.unpublish(user=actor)
    return shown
