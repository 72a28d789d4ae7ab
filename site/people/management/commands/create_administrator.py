from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from core.errors import DomainError
from people.administrators import create_administrator


class Command(BaseCommand):
    help = (
        "Make the account of an administrator of the whole province: the first one, who then invites the others. No "
        "password is set here: they sign in by a code sent to the address, or set one through “Forgot the password?”."
    )

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("name", help="full name, in quotation marks")
        parser.add_argument("organisation", help="the department in charge, in quotation marks")

    def handle(self, *, email: str, name: str, organisation: str, **options):
        try:
            validate_email(email)
            user = create_administrator(email=email, name=name, organisation=organisation)
        except (ValidationError, DomainError) as refusal:
            words = refusal.messages[0] if isinstance(refusal, ValidationError) else str(refusal)
            raise CommandError(words) from None
        self.stdout.write(f"{user.name} <{user.email}> is an administrator. They sign in at /accounts/login/code/.")
