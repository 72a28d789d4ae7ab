"""Compiles locale/*/LC_MESSAGES/django.po with polib, so that no msgfmt is needed on the machine."""

from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile the message files (needs no gettext tools). Files that are already up to date are left alone."
    requires_system_checks = ()

    def handle(self, **options):
        compiled = 0
        for source in sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            polib.pofile(str(source)).save_as_mofile(str(target))
            compiled += 1
        self.stdout.write(f"{compiled} message files compiled")
