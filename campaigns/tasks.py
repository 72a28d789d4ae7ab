from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from campaigns.broadcast import pack_retention, packs, proof_retention, reminders, source_log, versions
from campaigns.broadcast.drafts import draft_job  # noqa: F401 (a worker must know every kind of job)
from campaigns.broadcast.proofs import match_clip  # noqa: F401
from campaigns.pages import tree
from campaigns.season import registrations


@shared_task(name="campaigns.release_due", ignore_result=True, soft_time_limit=50)
def release_due() -> None:
    if versions.release_due():
        prepare_packs.delay()


@shared_task(name="campaigns.prepare_packs", ignore_result=True, soft_time_limit=280)
def prepare_packs() -> None:
    """Asks for this month's packs: after a release, and swept by beat for languages and programmes that came later."""
    packs.prepare(timezone.localdate())


@shared_task(name="campaigns.retain_packs", ignore_result=True, soft_time_limit=280)
def retain_packs() -> None:
    """Removes packs that nobody is offered any more, after their grace time."""
    pack_retention.retain()


@shared_task(name="campaigns.retain_proofs", ignore_result=True, soft_time_limit=280)
def retain_proofs() -> None:
    """Deletes photos and clips of broadcasts that were kept long enough."""
    proof_retention.retain()


@shared_task(name="campaigns.collect_source_log", ignore_result=True, soft_time_limit=280)
def collect_source_log() -> None:
    """Hands airings that have settled to the province's source system, where one is set up."""
    source_log.collect()


@shared_task(name="campaigns.send_reminders", ignore_result=True, soft_time_limit=900)
def send_reminders() -> None:
    """Reminds those whose commune has not broadcast yet, and those who watch over communes."""
    reminders.plan(timezone.now())


@shared_task(name="campaigns.repair_pages", ignore_result=True, soft_time_limit=900)
def repair_pages() -> None:
    """Gives every page of the site its place in every language: asked for on the board, and swept by beat."""
    tree.repair_in_job()


# Seconds; pages that go out meanwhile are swept together, by one worker.
_SOON = 20


def page_published(instance, **kwargs) -> None:
    """A new page has its place in the other languages in a moment, not at the next half hour."""
    if tree.lacks_places(instance):
        transaction.on_commit(_repair_soon, robust=True)


def _repair_soon() -> None:
    # The mark is gone before the sweep begins: who comes then asks for another. Where nobody takes it, the half hour comes.
    if cache.add("campaigns.tasks.repair_soon", 1, _SOON - 5):
        repair_pages.apply_async(countdown=_SOON)


@shared_task(name="campaigns.forget_registrations", ignore_result=True, soft_time_limit=280)
def forget_registrations() -> None:
    """Deletes names and contacts of the registered, some days after their event's report was approved."""
    registrations.forget_due()
