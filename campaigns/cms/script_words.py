"""What the editor's own scripts say, with our Vietnamese over Wagtail's (locale/vi/LC_MESSAGES/djangojs.po)."""

from django.conf import settings
from django.views.i18n import JavaScriptCatalog
from wagtail.admin.localization import get_localized_response


class Catalog(JavaScriptCatalog):
    packages = ["wagtail.admin"]

    def get_paths(self, packages):
        return [*super().get_paths(packages), *settings.LOCALE_PATHS]


def script_words(request):
    """In the language of whoever is signed in, as Wagtail's own."""
    return get_localized_response(Catalog.as_view(), request)
