"""The hotline register: what stands on every page, and checking that a line still answers."""

from datetime import date, timedelta

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from campaigns.models.hotline import Hotline
from core.errors import DomainError
from people.permissions import may

# A check is good for half a year at most: numbers change hands with the bodies that own them.
LONGEST_CHECK = timedelta(days=183)
_CACHE_KEY = "campaigns.strip-hotlines:{}"


def strip_hotlines(language: str) -> list[dict]:
    """What the strip on every page shows: fresh lines only, [{number, tel, label, detail}, …]."""
    key = _CACHE_KEY.format(language)
    found = cache.get(key)
    if found is None:
        found = [
            {"number": line.number, "tel": line.tel, "label": line.label, "detail": line.what_happens_local}
            for line in Hotline.objects.fresh().filter(on_every_page=True)
        ]
        cache.set(key, found, 60)
    return found


@transaction.atomic
def verify_hotline(*, hotline: Hotline, on: date, good_until: date, actor=None) -> Hotline:
    """Records that somebody called the line on `on` and it answered as described.

    `actor` needs "campaigns.verify_hotline" and is named in the log; None is the installation itself (demo data).
    """
    if actor is not None and not may(actor, "campaigns.verify_hotline"):
        raise PermissionDenied
    if on > timezone.localdate():
        raise DomainError(_("The day of the check lies in the future."))
    if not on < good_until <= on + LONGEST_CHECK:
        raise DomainError(_("A check is good for half a year at most. Choose an earlier date."))
    hotline = Hotline.objects.select_for_update().get(pk=hotline.pk)
    hotline.verified_at, hotline.expires_at = on, good_until
    hotline.full_clean()
    hotline.save()
    log(hotline, "campaigns.verify_hotline", user=actor, data={"on": str(on), "good_until": str(good_until)})
    transaction.on_commit(cache.clear)
    return hotline


@transaction.atomic
def hotline_changed(*, hotline: Hotline, earlier_number: str | None) -> Hotline:
    """Called when a form has saved a hotline. Another number is another line: nobody has called it yet."""
    if earlier_number is not None and earlier_number != hotline.number:
        hotline.verified_at = hotline.expires_at = None
        hotline.save(update_fields=["verified_at", "expires_at"])
    transaction.on_commit(cache.clear)
    return hotline
