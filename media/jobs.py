"""Running jobs: enqueue, claim, keep the lease alive, finish. The row in the database is the truth (core.leases).

A handler is a function `(args: dict) -> finish`, where `finish` is called inside the transaction that marks the job
done, or None. It must be safe to run twice: a worker killed at the wrong instant makes another one start over.

Handlers run without a language: sentences come out as msgids, are stored so, and `in_words` says them in the language of
whoever reads. A handler that writes to a person activates that person's language.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from core.errors import DomainError
from core.leases import LEASE
from media.models import Job

logger = logging.getLogger(__name__)

Finish = Callable[[], None]
Handler = Callable[[dict], Finish | None]
_HANDLERS: dict[str, Handler] = {}
_ON_FAILURE: dict[str, Callable[[dict, str], None]] = {}
_ON_RETRY: dict[str, Callable[[dict], object]] = {}

# A job that failed waits this long times its attempts before it is tried again.
BACKOFF = timedelta(seconds=getattr(settings, "JOB_BACKOFF_SECONDS", 10))
# So many jobs one sweep wakes workers for. Each job that ends wakes the next (`take`), so a few are enough, and a long
# queue does not fill the broker with the same message every 15 s.
WOKEN_BY_A_SWEEP = 4
BROKEN = gettext_noop("Something went wrong on our side. What you sent is kept: try again.")
NEVER_FINISHED = gettext_noop("The work was begun several times and never finished. What you sent is kept: try again.")


def lease() -> timedelta:
    return timedelta(seconds=getattr(settings, "JOB_LEASE_SECONDS", LEASE.total_seconds()))


def handles(
    kind: str,
    *,
    on_failure: Callable[[dict, str], None] | None = None,
    on_retry: Callable[[dict], object] | None = None,
):
    """Registers the handler of a kind of job; `on_failure(args, reason)` runs when it has failed for good, and
    `on_retry(args)` when an administrator starts it over: it sets the row that shows the failure back to waiting."""

    def register(function: Handler) -> Handler:
        _HANDLERS[kind] = function
        if on_failure:
            _ON_FAILURE[kind] = on_failure
        if on_retry:
            _ON_RETRY[kind] = on_retry
        return function

    return register


def enqueue(kind: str, key: str, args: dict) -> Job:
    """The job with this key, made if there is none; a worker is woken when the transaction commits."""
    job, created = Job.objects.get_or_create(key=f"{kind}:{key}", defaults={"kind": kind, "args": args})
    if created:
        wake(job)
    return job


def retry_job(job: Job) -> None:
    """Starts a failed job over, with fresh attempts; a finished one is done again. What waits or runs goes on as it is."""
    again = Job.objects.filter(pk=job.pk, state__in=(Job.State.FAILED, Job.State.DONE)).update(
        state=Job.State.QUEUED, attempts=0, not_before=timezone.now(), reason="", finished_at=None
    )
    if again:
        wake(job)


@transaction.atomic
def start_over(job: Job) -> None:
    """The administrator's retry of a failed job: the row it works for waits again, as after its own Retry button."""
    if on_retry := _ON_RETRY.get(job.kind):
        on_retry(job.args)
    retry_job(job)


def in_words(reason: str) -> str:
    """A stored reason in the language of the moment."""
    return gettext(reason) if reason else ""


def wake(job: Job) -> None:
    """A message when the transaction commits."""
    transaction.on_commit(partial(_send, job.pk))


def _send(pk: int) -> None:
    """A broker that is down must not fail the page whose rows are saved: the sweep finds them."""
    from media.tasks import run_job

    try:
        run_job.apply_async((pk,), retry=False)
    except Exception as error:
        logger.warning("job %s waits for the sweep: the broker took no message (%s)", pk, error)


def take(pk: int) -> bool:
    """What a message does: runs its job, or, when that one is gone, the job that waited longest; then wakes a worker for
    the next. As long as work goes on, a lost message delays nothing. False when there was nothing to do."""
    if not (run(pk) or any(run(other) for other in _waiting(3))):
        return False
    for following in _waiting(1):
        _send(following)
    return True


def _waiting(most: int) -> list[int]:
    return list(Job.objects.claimable().order_by("created_at", "pk").values_list("pk", flat=True)[:most])


def run(pk: int) -> bool:
    """Claims and runs one job; False when it was not there to take."""
    token = Job.objects.claim(pk, lease=lease())
    if token is None:
        return False
    job = Job.objects.get(pk=pk)
    heartbeat = _Heartbeat(pk, token)
    heartbeat.start()
    try:
        with override(None):
            finish = _HANDLERS[job.kind](job.args)
            _finish(job, token, finish)
    except Exception as error:
        _fail(job, token, error)
    finally:
        heartbeat.stop()
    return True


def _finish(job: Job, token: uuid.UUID, finish: Finish | None) -> None:
    """Records the result and the end of the job in one transaction, only while the lease is still ours."""
    with transaction.atomic():
        still_ours = Job.objects.held(job.pk, token).update(
            state=Job.State.DONE, finished_at=timezone.now(), lease_until=None, lease_token=None, reason=""
        )
        if not still_ours:
            logger.warning("job %s lost its lease before it finished; its result is dropped", job.pk)
            return
        if finish:
            finish()


def _fail(job: Job, token: uuid.UUID, error: Exception) -> None:
    """A refusal ends the job at once; anything else is tried again until the attempts are used up."""
    refused = isinstance(error, DomainError)
    final = refused or job.attempts >= job.max_attempts
    with override(None):
        # The row keeps what an administrator needs (`manage.py jobs`), people read a sentence.
        reason = str(error) if refused else f"{type(error).__name__}: {error}"
    if not refused:
        logger.exception("job %s (%s) failed, attempt %s", job.pk, job.kind, job.attempts)
    now = timezone.now()
    with transaction.atomic():
        ours = Job.objects.held(job.pk, token).update(
            state=Job.State.FAILED if final else Job.State.QUEUED,
            reason=reason[:2000],
            not_before=now + BACKOFF * job.attempts,
            finished_at=now if final else None,
            lease_until=None,
            lease_token=None,
        )
        if ours and final and job.kind in _ON_FAILURE:
            _ON_FAILURE[job.kind](job.args, reason if refused else BROKEN)


def sweep() -> int:
    """Wakes workers for jobs that wait or whose worker died; gives up on jobs without attempts left. How many it woke."""
    now = timezone.now()
    for job in Job.objects.claimable(now).filter(attempts__gte=F("max_attempts")):
        with transaction.atomic():
            ended = Job.objects.claimable(now).filter(pk=job.pk, attempts__gte=F("max_attempts"))
            if ended.update(
                state=Job.State.FAILED, reason=NEVER_FINISHED, finished_at=now, lease_until=None, lease_token=None
            ) and (on_failure := _ON_FAILURE.get(job.kind)):
                on_failure(job.args, NEVER_FINISHED)
    waiting = _waiting(WOKEN_BY_A_SWEEP)
    for pk in waiting:
        _send(pk)
    return len(waiting)


class _Heartbeat(threading.Thread):
    """Renews the lease three times within its length while the handler works."""

    def __init__(self, pk: int, token: uuid.UUID):
        super().__init__(daemon=True, name=f"lease-{pk}")
        self.pk, self.token, self.done = pk, token, threading.Event()

    def run(self) -> None:
        length = lease()
        try:
            while not self.done.wait(length.total_seconds() / 3):
                try:
                    if not Job.objects.held(self.pk, self.token).update(lease_until=timezone.now() + length):
                        return
                except DatabaseError:
                    # The next beat may still come in time; a lost lease is noticed when the job finishes.
                    logger.warning("job %s: its lease could not be renewed", self.pk, exc_info=True)
                    connection.close()
        finally:
            connection.close()

    def stop(self) -> None:
        self.done.set()
        # A thread of its own has a connection of its own; wait so that it is closed before the worker goes on.
        if self.is_alive():
            self.join(timeout=5)
