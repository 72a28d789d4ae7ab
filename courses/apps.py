from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self):
        # A worker must know every kind of job, also those it has never been asked for.
        import courses.attempts
        import courses.batches
        import courses.experience
        import courses.notices  # noqa: F401
