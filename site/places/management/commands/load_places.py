from django.core.management.base import BaseCommand

from places.loading import load_places


class Command(BaseCommand):
    help = "Load the administrative units and languages shipped in data/places. Safe to run again."

    def handle(self, **options):
        counts = load_places()
        self.stdout.write(", ".join(f"{count} {name}" for name, count in counts.items()))
