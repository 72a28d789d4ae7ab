from django import template

from campaigns.broadcast.reminders import open_for

register = template.Library()


@register.inclusion_tag("campaigns/_reminders.html")
def my_reminders(user) -> dict:
    """What this person was reminded of and still waits."""
    return {"reminders": open_for(user)}
