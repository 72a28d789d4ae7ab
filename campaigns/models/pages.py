"""The pages of the public site. This issue needs only its front door; the campaign pages follow."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from core.text import NfcTextField


class HomePage(Page):
    """The front door, one per locale. An alias in a language without a translation says so and reads Vietnamese."""

    intro = NfcTextField(_("introduction"), max_length=600, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types = ["wagtailcore.Page"]
    max_count_per_parent = None
    template = "campaigns/home.html"

    class Meta:
        verbose_name = _("home page")

    @property
    def content_locale(self):
        """The locale its words are in: an alias still speaks its source's language."""
        return self.alias_of.locale if self.alias_of_id else self.locale
