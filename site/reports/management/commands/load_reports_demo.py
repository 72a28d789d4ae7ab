from django.core.management.base import BaseCommand

from reports.demo.load import is_loaded, load_demo


class Command(BaseCommand):
    help = "Demonstration data of the reports (after load_demo and load_course_demo); does nothing a second time."

    def handle(self, **options):
        if is_loaded():
            self.stdout.write("The demonstration of the reports is there already.")
            return
        load_demo()
        self.stdout.write("Findings, a visit and a partner are there.")
