from celery import shared_task
from django.utils import timezone

from reports import reminders


@shared_task(name="reports.send_reminders", ignore_result=True, soft_time_limit=900)
def send_reminders() -> None:
    """Reminds the units whose report is due soon."""
    reminders.plan(timezone.now())
