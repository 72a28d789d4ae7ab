from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from people.models import User
from people.roles import Role
from reports.demo import is_loaded, load_reports


class Command(BaseCommand):
    help = "Load the demonstration reports and plan once, after load_demo."

    def handle(self, **options):
        manager, operator = (
            User.objects.filter(email=f"{role.value}@demo.example").first()
            for role in (Role.PROGRAMME_MANAGER, Role.RADIO_OPERATOR)
        )
        if is_loaded() or not (manager and operator):
            self.stdout.write("demo reports are there already, or nobody to write them: run load_demo first")
            return
        load_reports(manager=manager, operator=operator, accounts_file=Path(settings.DATA_DIR) / "demo-accounts.txt")
        self.stdout.write("demo reports loaded")
