"""How long photos and clips stay. The file goes; the fact, its verdict and the airing's level of proof stay.

A clip may hold the voice of somebody who passed by, so it is kept only until it has done its work: until the report of its
time is frozen (the report calls `delete_proofs`), and never longer than the settings say.
"""

import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from campaigns.models import AiringProof
from media.storage import LEFT_BEHIND, absolute

_STEP = 200


def delete_proofs(*, first: date, last: date, areas=None, kinds: Iterable[str] = (AiringProof.Kind.CLIP,)) -> int:
    """Deletes the files of the proofs of what was aired from `first` to `last` (both included): of clips, unless `kinds`
    names photos too. `areas`: a queryset of units, with all that became them and was before them; None everywhere. How
    many files went. Done twice is done once."""
    rows = AiringProof.objects.kept().filter(kind__in=list(kinds), airing__aired_on__range=(first, last))
    if areas is not None:
        rows = rows.filter(airing__commune__in=set().union(*areas.communes().ancestry().values()))
    return _delete(rows)


def retain(now: datetime | None = None) -> int:
    """Deletes what has been kept long enough, and files that no row names. How many files went."""
    now = now or timezone.now()
    removed = 0
    for kind, days in (
        (AiringProof.Kind.CLIP, settings.PROOF_CLIP_DAYS), (AiringProof.Kind.PHOTO, settings.PROOF_PHOTO_DAYS),
    ):  # fmt: skip
        removed += _delete(AiringProof.objects.kept().filter(kind=kind, added_at__lt=now - timedelta(days=days)))
    return removed + _delete_strays()


def _delete(rows) -> int:
    """A few at a time, so that nobody else waits long to write. The row first: a file that stays after a crash is a stray
    and goes with the next sweep."""
    removed = 0
    while places := list(rows.order_by("pk").values_list("pk", "path")[:_STEP]):
        with transaction.atomic():
            AiringProof.objects.filter(pk__in=[pk for pk, _path in places]).update(path="", deleted_at=timezone.now())
        for _pk, path in places:
            absolute(path).unlink(missing_ok=True)
        removed += len(places)
    return removed


def _delete_strays() -> int:
    """Files that no row names: of a process that died between the file and the row, or between the row and the file."""
    root, removed = Path(settings.MEDIA_ROOT).resolve(), 0
    there = list(root.glob("proofs/*/*/*"))
    known = set(AiringProof.objects.kept().values_list("path", flat=True))
    for file in there:
        with suppress(FileNotFoundError):
            if str(file.relative_to(root)) not in known and file.stat().st_ctime < time.time() - LEFT_BEHIND:
                file.unlink()
                removed += 1
    return removed
