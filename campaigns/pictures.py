"""Consent to pictures: withdrawing one takes every page that shows the person off the site, in one act."""

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, ReferenceIndex

from campaigns.models import Consent
from people.permissions import require


@transaction.atomic
def withdraw_consent(*, consent: Consent, actor) -> list[Page]:
    """The consent ends now; live pages in which one of its pictures stands are unpublished. Returns those pages."""
    require(actor, "campaigns.withdraw")
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    if consent.withdrawn_at is None:
        consent.withdrawn_at, consent.withdrawn_by = timezone.now(), actor
        consent.save()
        log(consent, "campaigns.withdraw_consent", user=actor)
    shown = []
    for picture in consent.pictures.all():
        used = ReferenceIndex.get_references_to(picture).filter(base_content_type__app_label="wagtailcore")
        ids = {int(reference.object_id) for reference in used}
        for page in Page.objects.live().filter(pk__in=ids, alias_of=None).specific():
            page.unpublish(user=actor)
            shown.append(page)
    return shown
