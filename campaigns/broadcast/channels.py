"""Ways to reach a person. E-mail is built in; a province with an SMS or Zalo gateway adds a class of this shape and names it
in REMINDER_CHANNELS."""

from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from people.models import User


class Channel(Protocol):
    """`name` (at most 20 characters) tells whether somebody was reached by this way already."""

    name: str

    def reaches(self, person: User) -> bool:
        """Has the person what this way needs: an address, a number?"""

    def send(self, person: User, subject: str, body: str) -> None:
        """Sends, or raises; a failed sending is tried again later."""


class Email:
    name = "email"

    def reaches(self, person: User) -> bool:
        return bool(person.email)

    def send(self, person: User, subject: str, body: str) -> None:
        EmailMessage(subject=subject, body=body, to=[person.email]).send()


def channels() -> dict[str, Channel]:
    """The ways in use, by name."""
    ways = [import_string(path)() for path in settings.REMINDER_CHANNELS]
    return {way.name: way for way in ways}
