"""Makes the site's frame: locales, site, front doors and sections in every language, terms. Safe to run again."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from wagtail.models import Page, Site, Workflow, WorkflowPage, WorkflowTask

from campaigns.models import ApprovalTask, HomePage
from campaigns.pages.cache import forget_pages
from campaigns.pages.ethics import load_watched_words
from campaigns.pages.terms import load_terms
from campaigns.pages.tree import make_frame, repair_tree


class Command(BaseCommand):
    help = "Create the site's locales, front doors, sections, terms and workflow (idempotent)."

    def handle(self, **options):
        set_up()
        self.stdout.write(f"{HomePage.objects.count()} front doors")


@transaction.atomic
def set_up(*, aliases: bool = True) -> None:
    source = make_frame()
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
    load_terms()
    load_watched_words()
    _workflow()
    if aliases:
        repair_tree()
    forget_pages()


def _workflow() -> None:
    """Every page of the site goes out through the approval of somebody who has not written in it."""
    root = Page.objects.get(depth=1)
    if ApprovalTask.objects.exists():
        return
    # Wagtail's own example workflow asks a group nobody is in.
    WorkflowPage.objects.filter(page=root).delete()
    Workflow.objects.filter(name="Moderators approval").update(active=False)
    workflow = Workflow.objects.create(name="Phê duyệt trang")
    WorkflowTask.objects.create(workflow=workflow, task=ApprovalTask.objects.create(name="Phê duyệt"), sort_order=0)
    WorkflowPage.objects.create(page=root, workflow=workflow)
