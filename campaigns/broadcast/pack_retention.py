"""Which packs stay on the disk: those that a commune is offered now, for this month and the last ones; nothing else.

A pack that is offered no longer (something was withdrawn, a language came, the month is long past) stays for a grace
time first: a download over a bad line goes on for days, and its address names the content. The clock of the grace time
begins at the sweep that sees it, so a sweep that was missed gives more time, never less.
"""

import time
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from campaigns.broadcast.packs import PROFILES, distinct_offers, pack_key, tracks
from campaigns.models import Pack
from campaigns.querysets import first_of_month
from core.errors import DomainError
from media.models import Job
from media.storage import LEFT_BEHIND, absolute

# Months kept before this one: as long as late airings are still logged.
KEEP_MONTHS = 3
# From the sweep that finds a pack offered to nobody; as long as an upload may pause (media.uploads.STALE_AFTER).
GRACE = timedelta(days=7)


def oldest_kept(today: date) -> date:
    """The first of the earliest month whose packs stay."""
    months = today.year * 12 + today.month - 1 - KEEP_MONTHS
    return date(months // 12, months % 12 + 1, 1)


def require_kept(month: date) -> None:
    """Refuses, in words, a month whose packs are not kept any more."""
    if first_of_month(month) < oldest_kept(timezone.localdate()):
        raise DomainError(
            ngettext(
                "Packs are kept for %(number)d month. The programmes of an earlier month can be downloaded one by one.",
                "Packs are kept for %(number)d months. The programmes of an earlier month can be downloaded one by one.",
                KEEP_MONTHS,
            )
            % {"number": KEEP_MONTHS}
        )


def retain(now: datetime | None = None) -> int:
    """Notes which packs nobody is offered any more and removes those whose grace time is over; how many it removed.

    Safe to run twice, at once, or after a crash: a pack whose file has gone before its row is removed by the next run,
    and one that is wanted again after all is built anew by the next `packs.prepare`.
    """
    now = now or timezone.now()
    mark_unwanted(now)
    removed = sum(_remove(pack) for pack in Pack.objects.filter(unwanted_since__lte=now - GRACE).order_by("pk"))
    delete_strays()
    return removed


def mark_unwanted(now: datetime) -> None:
    """Starts the grace time of packs that nobody is offered, and ends it for those that are offered again."""
    oldest = oldest_kept(timezone.localdate(now))
    months = Pack.objects.filter(month__gte=oldest).order_by("month").values_list("month", flat=True).distinct()
    wanted = {key for month in list(months) for key in offered_keys(month)}
    for pk, key, since in list(Pack.objects.values_list("pk", "key", "unwanted_since")):
        if (key in wanted) != (since is None):
            # Only from what was read: a second sweep at the same time does not start the grace time over.
            Pack.objects.filter(pk=pk, unwanted_since=since).update(unwanted_since=None if key in wanted else now)


def offered_keys(month: date) -> set[str]:
    """The keys of all packs that communes are offered in a month, built or not."""
    return {
        pack_key(found, profile)
        for offers in distinct_offers(month)
        for profile in PROFILES
        if (found := tracks(offers, profile))
    }


def _remove(pack: Pack) -> bool:
    """The row, its job (or the next request would start that over for a row that is gone) and the file."""
    with transaction.atomic():
        job = Job.objects.filter(key=f"pack:{pack.key}")
        if job.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING)).exists():
            return False
        # Only while it is still unwanted since then: it may have been asked for this very moment.
        if not Pack.objects.filter(pk=pack.pk, unwanted_since=pack.unwanted_since).delete()[0]:
            return False
        job.delete()
        # Before the commit: from then on the same content may be built again, at this very place. Whoever is reading
        # the file keeps it until the last byte.
        if pack.path:
            absolute(pack.path).unlink(missing_ok=True)
    return True


def delete_strays() -> int:
    """Removes ZIPs that no row names: of a worker that died, or lost its lease, between the file and the row."""
    root, removed = Path(settings.MEDIA_ROOT).resolve(), 0
    # The files first: one that a worker finishes meanwhile is not on this list.
    there = list(root.glob("packs/*/*.zip"))
    known = set(Pack.objects.exclude(path="").values_list("path", flat=True))
    for file in there:
        with suppress(FileNotFoundError):
            if str(file.relative_to(root)) not in known and file.stat().st_ctime < time.time() - LEFT_BEHIND:
                file.unlink()
                removed += 1
    return removed
