from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    name = "media"
    verbose_name = _("Media")

    def ready(self):
        # A worker must know every kind of job, also those it has never been asked for.
        import media.programmes
        import media.recordings  # noqa: F401
