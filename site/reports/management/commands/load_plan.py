from django.core.management.base import BaseCommand

from reports.plans import load_all


class Command(BaseCommand):
    help = "Load the plans and laws of data/plan (idempotent; after load_places)."

    def handle(self, **options):
        self.stdout.write(", ".join(f"{count} {name}" for name, count in load_all().items()))
