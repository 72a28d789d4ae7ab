from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self):
        from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

        from campaigns import tasks
        from campaigns.pages import entries, listening, renditions, sharing, translating
        from campaigns.pages.cache import forget_pages

        page_published.connect(entries.page_published, dispatch_uid="campaigns.pages.entries.published")
        page_published.connect(translating.source_published, dispatch_uid="campaigns.pages.translating.published")
        page_published.connect(sharing.page_went_out, dispatch_uid="campaigns.pages.sharing.published")
        page_unpublished.connect(entries.page_unpublished, dispatch_uid="campaigns.pages.entries.unpublished")
        page_published.connect(renditions.page_published, dispatch_uid="campaigns.pages.renditions.published")
        page_published.connect(listening.page_published, dispatch_uid="campaigns.pages.listening.published")
        page_published.connect(tasks.page_published, dispatch_uid="campaigns.tasks.published")
        for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
            signal.connect(forget_pages, dispatch_uid="campaigns.forget_pages")
