from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self):
        # A worker must know every kind of job, also those it has never been asked for.
        import reports.supervision  # noqa: F401
