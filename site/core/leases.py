"""Work that survives: an abstract row of work that a worker claims for a while.

The row is the truth; a broker message only says "look". A worker claims a row with one UPDATE that changes one row,
renews the lease while it works, and finishes the row in the transaction that records the result, only if the lease is
still its own. Whoever is killed loses the lease, and the sweep hands the row to another.
"""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LEASE = timedelta(seconds=30)


class LeasedQuerySet(models.QuerySet):
    def claimable(self, now=None):
        """Rows that wait, or whose worker let the lease run out."""
        now = now or timezone.now()
        waiting = Q(state=Leased.State.QUEUED, not_before__lte=now)
        return self.filter(waiting | Q(state=Leased.State.RUNNING, lease_until__lt=now))

    def claim(self, pk, *, lease: timedelta = LEASE) -> uuid.UUID | None:
        """The lease's token when this call won the row, None when another worker did."""
        now, token = timezone.now(), uuid.uuid4()
        won = (
            self.claimable(now)
            .filter(pk=pk, attempts__lt=F("max_attempts"))
            .update(
                state=Leased.State.RUNNING,
                lease_until=now + lease,
                lease_token=token,
                attempts=F("attempts") + 1,
                started_at=now,
            )
        )
        return token if won else None

    def held(self, pk, token: uuid.UUID):
        """The row, only while `token` still holds it."""
        return self.filter(pk=pk, state=Leased.State.RUNNING, lease_token=token)


class Leased(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("in progress")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    not_before = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = LeasedQuerySet.as_manager()

    class Meta:
        abstract = True
