from celery import shared_task
from django.utils import timezone

from campaigns import packs, versions


@shared_task(name="campaigns.release_due", ignore_result=True, soft_time_limit=50)
def release_due() -> None:
    if versions.release_due():
        prepare_packs.delay()


@shared_task(name="campaigns.prepare_packs", ignore_result=True, soft_time_limit=280)
def prepare_packs() -> None:
    """Asks for this month's packs: after a release, and swept by beat for languages and programmes that came later."""
    packs.prepare(timezone.localdate())
