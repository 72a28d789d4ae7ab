from celery import shared_task

from media import jobs, storage, uploads


# No sound takes an hour; a handler that hangs would keep its lease alive for ever.
@shared_task(name="media.run_job", ignore_result=True, soft_time_limit=3600, time_limit=3660)
def run_job(pk: int) -> None:
    jobs.take(pk)


@shared_task(name="media.sweep_jobs", ignore_result=True, soft_time_limit=60)
def sweep_jobs() -> None:
    jobs.sweep()


@shared_task(name="media.delete_stale_uploads", ignore_result=True, soft_time_limit=300)
def delete_stale_uploads() -> None:
    uploads.delete_stale()
    storage.delete_leftovers()
