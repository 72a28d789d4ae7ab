from celery import shared_task

from courses import experience, seats


@shared_task(name="courses.release_quotas", ignore_result=True, soft_time_limit=600)
def release_quotas() -> None:
    seats.release_quotas()


@shared_task(name="courses.remind_overdue", ignore_result=True, soft_time_limit=600)
def remind_overdue() -> None:
    experience.remind_overdue()
