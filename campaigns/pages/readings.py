"""Counting how often pages are read, without watching anybody.

A reading is added up in the memory of the server's process and written down as the day's total at most every half minute, by
a thread of its own: a page that is kept whole still costs no query. Nothing else about a reading is ever known: no address,
no device, no time of day, no order. A process that is killed loses the last half minute; one that is stopped writes it down.
"""

import atexit
import threading
from collections import Counter
from datetime import date

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils import timezone
from wagtail.models import Page

from campaigns.models import DailyReading, ReadingSource

# Below this a number could point at a person; it is shown as "fewer than".
LEAST = 5
# What a QR code or a shared link adds to the address.
SOURCE = "tu"
_lock = threading.Lock()
_tally: Counter[tuple[date, int, str]] = Counter()
_timer: threading.Timer | None = None


def count(page_id: int, source: str) -> None:
    """One reading more. `source` is what the address says; an unknown one counts as none."""
    global _timer
    known = source if source in ReadingSource.values else ""
    with _lock:
        _tally[timezone.localdate(), page_id, known] += 1
        if _timer is None and settings.READINGS_EVERY_SECONDS:
            _timer = threading.Timer(settings.READINGS_EVERY_SECONDS, _write_down_and_leave)
            _timer.daemon = True
            _timer.start()


def is_counted(request) -> bool:
    """Machines that say so, and browsers that fetch ahead, do not read."""
    agent = request.headers.get("User-Agent", "").lower()
    ahead = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    return "prefetch" not in ahead and not any(word in agent for word in ("bot", "crawl", "spider"))


def write_down() -> None:
    """Adds what was counted to the totals of the day. Pages that are gone meanwhile count no more."""
    global _timer
    with _lock:
        counted, _timer = dict(_tally), None
        _tally.clear()
    if not counted:
        return
    there = set(Page.objects.filter(pk__in={page for _day, page, _source in counted}).values_list("pk", flat=True))
    with transaction.atomic():
        for (day, page, source), times in sorted(counted.items()):
            if page not in there:
                continue
            row, created = DailyReading.objects.get_or_create(
                page_id=page, day=day, source=source, defaults={"times": times}
            )
            if not created:
                DailyReading.objects.filter(pk=row.pk).update(times=F("times") + times)


def _write_down_and_leave() -> None:
    try:
        write_down()
    finally:
        connection.close()


@atexit.register
def _at_the_end() -> None:
    if _tally:
        _write_down_and_leave()


def readings(*, first: date, last: date, language: str = ""):
    """[{page, title, language, source, times}] of a period, most read first. One query."""
    rows = DailyReading.objects.filter(day__gte=first, day__lte=last)
    if language:
        rows = rows.filter(page__locale__language_code=language)
    rows = rows.order_by().values("page", "page__title", "page__locale__language_code", "source")
    return rows.annotate(total=Sum("times")).order_by("-total", "page__title", "source")
