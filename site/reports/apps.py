from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        # What they register (figures, jobs) is there wherever the application runs, also in a worker never asked for it.
        from reports import after_freeze, consolidation, duty_indicators, reminders, supervision  # noqa: F401
