from django.core.management.base import BaseCommand

from reports.form_loading import load_forms
from reports.plans import load_all


class Command(BaseCommand):
    help = "Load the plans and laws of data/plan and the report forms of data/reports (idempotent; after load_places)."

    def handle(self, **options):
        self.stdout.write(", ".join(f"{count} {name}" for name, count in load_all().items()))
        self.stdout.write(f"{len(load_forms())} new report forms")
