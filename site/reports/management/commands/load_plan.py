from django.core.management.base import BaseCommand

from reports.plans import load_all, load_checklist


class Command(BaseCommand):
    help = "Load the plans, laws and the check list of visits of data/plan (idempotent; after load_places)."

    def handle(self, **options):
        load_checklist()
        self.stdout.write(", ".join(f"{count} {name}" for name, count in load_all().items()))
