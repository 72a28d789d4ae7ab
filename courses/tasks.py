from celery import shared_task

from courses import seats


@shared_task(name="courses.release_quotas", ignore_result=True, soft_time_limit=600)
def release_quotas() -> None:
    seats.release_quotas()
