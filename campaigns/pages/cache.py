"""Public pages kept whole for readers who are not signed in: the second reader costs no query.

Any publication, withdrawal or change of a register empties it at once (`forget_pages` moves the version on); besides,
nothing is kept longer than a minute, for what another process changed where there is no shared cache.
"""

import re
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.middleware.gzip import re_accepts_gzip

from campaigns.models import ReadingSource
from campaigns.pages.readings import SOURCE, count, is_counted

_VERSION, _SECONDS = "campaigns.pages.version", 60
# Other questions are answered anew each time: there are as many as a stranger likes, and what is kept of them would push out
# of the memory what is counted there (sign-ins, registrations).
_QUESTION = re.compile(rf"(?:{SOURCE}=(?:{'|'.join(filter(None, ReadingSource.values))})|page=[1-9][0-9]?)?\Z")


def forget_pages(**kwargs) -> None:
    """Everything kept is out of date, now and once more when the transaction has committed."""
    _move_on()
    transaction.on_commit(_move_on)


def _move_on() -> None:
    try:
        cache.incr(_VERSION)
    except ValueError:
        cache.set(_VERSION, 1, None)


class PageCacheMiddleware:
    """Keeps answers that a page has marked `same_for_all`. Stands outside sessions, languages and compression: packing a page
    takes longer than all else a kept one costs."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "GET" or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self.get_response(request)
        response = self._kept(request) if _QUESTION.match(request.META["QUERY_STRING"]) else self.get_response(request)
        if getattr(response, "page_id", None) and response.status_code == 200 and is_counted(request):
            count(response.page_id, request.GET.get(SOURCE, ""))
        return response

    def _kept(self, request):
        packed = "gzip" if re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")) else "plain"
        address = f"{packed}:{request.scheme}:{request.get_host()}:{request.get_full_path()}"
        # An address may be longer than a cache takes as a key.
        key = f"campaigns.page:{cache.get(_VERSION, 0)}:{sha256(address.encode()).hexdigest()}"
        response = cache.get(key)
        if response is None:
            response = self.get_response(request)
            if getattr(response, "same_for_all", False) and response.status_code == 200 and not response.cookies:
                cache.set(key, response, _SECONDS)
        return response
