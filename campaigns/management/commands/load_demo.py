from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from campaigns.demo.load import is_loaded, load_demo


class Command(BaseCommand):
    help = "Load the demonstration data once; accounts go to DATA_DIR/demo-accounts.txt."

    def handle(self, **options):
        if is_loaded():
            self.stdout.write("demo data is there already")
            return
        load_demo(accounts_file=Path(settings.DATA_DIR) / "demo-accounts.txt")
        self.stdout.write("demo data loaded")
