"""Makes the site's frame: locales, site, and a front door in every language. Safe to run again."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from wagtail.models import Locale, Page, Site

from campaigns.models import HomePage

_TEXTS = {
    "vi": (
        "Bình yên bản làng",
        "Thông tin để bà con biết mà tránh bị lừa bán, biết gọi ai khi cần, và để người trở về được giúp đỡ.",
    ),
    "en": (
        "Safe Villages",
        "What everyone should know so that nobody is deceived and sold, whom to call in need, and how those who come "
        "back are helped.",
    ),
}


class Command(BaseCommand):
    help = "Create the site's locales and front doors (idempotent)."

    @transaction.atomic
    def handle(self, **options):
        locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code, _name in settings.LANGUAGES}
        source = self._home(locales["vi"])
        address = urlsplit(settings.SITE_URL)
        port = address.port or (443 if address.scheme == "https" else 80)
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={
                "hostname": address.hostname,
                "port": port,
                "root_page": source,
                "site_name": settings.WAGTAIL_SITE_NAME,
            },
        )
        for code, locale in locales.items():
            if code == "vi" or source.has_translation(locale):
                continue
            if code in _TEXTS:
                page = source.copy_for_translation(locale)
                page.title, page.intro = _TEXTS[code]
                page.save_revision().publish()
            else:
                # No invented words in a minority language: an alias shows the Vietnamese text and says so.
                source.copy_for_translation(locale, alias=True)
        self.stdout.write(f"{HomePage.objects.count()} front doors")

    def _home(self, locale) -> HomePage:
        found = HomePage.objects.filter(locale=locale).first()
        if found:
            return found
        # Wagtail's welcome page would hold the address.
        Page.objects.filter(depth=2, slug="home").delete()
        root = Page.objects.get(depth=1)
        title, intro = _TEXTS["vi"]
        page = HomePage(title=title, slug="home", intro=intro, locale=locale)
        root.refresh_from_db()
        return root.add_child(instance=page)
