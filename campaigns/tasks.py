from celery import shared_task

from campaigns import versions


@shared_task(name="campaigns.release_due", ignore_result=True, soft_time_limit=50)
def release_due() -> None:
    versions.release_due()
