from django.core.management.base import BaseCommand

from reports.form_loading import load_forms
from reports.plans import load_all, load_checklist


class Command(BaseCommand):
    help = "Load plans, laws, the check list of visits and the report forms that are not there yet (after load_places)."

    def handle(self, **options):
        load_checklist()
        self.stdout.write(", ".join(f"{count} {name}" for name, count in load_all().items()))
        if made := load_forms():
            self.stdout.write(f"{len(made)} new report forms")
