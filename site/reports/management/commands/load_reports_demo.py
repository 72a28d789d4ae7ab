from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from campaigns.demo.load import DOMAIN
from people.models import User
from people.roles import Role
from reports.demo import yearly
from reports.demo.load import is_loaded, load_demo


class Command(BaseCommand):
    help = "Demonstration data of the reports (after load_demo and load_course_demo); does nothing a second time."

    def handle(self, **options):
        if is_loaded():
            self.stdout.write("The demonstration of the reports is there already.")
        else:
            load_demo()
            self.stdout.write("Findings, a visit and a partner are there.")
        writers = [
            User.objects.filter(email=f"{role.value}@{DOMAIN}").first()
            for role in (Role.PROGRAMME_MANAGER, Role.RADIO_OPERATOR)
        ]
        if all(writers) and not yearly.is_loaded():
            accounts = Path(settings.DATA_DIR) / "demo-accounts.txt"
            yearly.load_reports(manager=writers[0], operator=writers[1], accounts_file=accounts)
            self.stdout.write("Yearly reports and a commune's plan are there.")
