from django.core.management.base import BaseCommand

from courses.demo.classes import load_classes
from courses.demo.load import is_loaded, load_courses
from courses.demo.quizzes import load_answers, load_bank
from people.models import Organisation, User
from people.roles import Role


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
        loaded = load_courses(organiser=organiser)
        people = {role: User.objects.filter(memberships__role=role).first() for role in Role}
        if people[Role.TRAINEE] and people[Role.TRAINER] and people[Role.COURSE_MANAGER]:
            staff = {
                "manager": people[Role.COURSE_MANAGER],
                "trainer": people[Role.TRAINER],
                "trainee": people[Role.TRAINEE],
            }
            load_bank(actor=staff["manager"])
            held, _coming = load_classes(**staff)
            load_answers(held=held, **staff)
        self.stdout.write(f"{len(loaded)} demo courses loaded")
