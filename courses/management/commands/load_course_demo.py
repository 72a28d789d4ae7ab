from django.core.management.base import BaseCommand

from courses.demo.load import is_loaded, load_courses
from people.models import Organisation


class Command(BaseCommand):
    help = "Load the demonstration courses once, after load_demo."

    def handle(self, **options):
        if is_loaded():
            self.stdout.write("demo courses are there already")
            return
        organiser = Organisation.objects.filter(parent=None, kind="department").order_by("pk").first()
        if organiser is None:
            self.stdout.write("no department to organise them: run load_demo first")
            return
        self.stdout.write(f"{len(load_courses(organiser=organiser))} demo courses loaded")
