from celery import shared_task

from courses import attempts, experience, seats, surveys


@shared_task(name="courses.release_quotas", ignore_result=True, soft_time_limit=600)
def release_quotas() -> None:
    seats.release_quotas()


@shared_task(name="courses.remind_overdue", ignore_result=True, soft_time_limit=600)
def remind_overdue() -> None:
    experience.remind_overdue()


@shared_task(name="courses.close_attempts", ignore_result=True, soft_time_limit=600)
def close_attempts() -> None:
    attempts.close_due()


@shared_task(name="courses.invite_surveys", ignore_result=True, soft_time_limit=1800)
def invite_surveys() -> None:
    surveys.invite()
