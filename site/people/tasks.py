from celery import shared_task

from people import invitations


@shared_task(name="people.send_invitations", ignore_result=True, soft_time_limit=280, time_limit=300)
def send_invitations() -> None:
    """Sends the invitations that are due. Woken after each commit, and swept by beat."""
    _sent, more = invitations.send_due()
    if more:
        send_invitations.delay()
