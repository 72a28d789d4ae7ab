"""Lists of pages in the editor tell beside each page how far it is in every language."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BaseColumn
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page
from wagtail_localize.models import TranslationSource

from campaigns.cms.page_translations import word_of
from campaigns.models import HomePage, SectionPage
from campaigns.pages.translation_status import statuses, target_locales


def tell_languages(pages) -> None:
    """Gives each page `languages`: (name, chip, address) of every language, or of its own where it is not Vietnamese.
    As many queries for one page as for fifty."""
    keys = {page.translation_key for page in pages}
    live = {page.translation_key for page in pages if page.live}
    sources = TranslationSource.objects.filter(object_id__in=keys & live, locale__language_code="vi")
    by_key = {source.object_id: source for source in sources.select_related("specific_content_type", "locale")}
    locales = target_locales()
    found = statuses(list(by_key.values()), locales)
    for page in pages:
        source = by_key.get(page.translation_key)
        page.languages = [
            (one.get_display_name(), word_of(found[source.pk, one.pk]),
             reverse("page_translate", args=[source.pk, one.language_code]))
            for one in locales
            if source and (page.locale.language_code == "vi" or page.locale_id == one.pk)
        ]  # fmt: skip


class LanguagesColumn(BaseColumn):
    cell_template_name = "campaigns/cms/_languages_cell.html"


class PagesIndex(ExplorableIndexView):
    # Before the last one, which tells how the page stands in the language of the list itself.
    base_columns = [
        *ExplorableIndexView.base_columns[:-1],
        LanguagesColumn("languages", label=_("Languages")),
        ExplorableIndexView.base_columns[-1],
    ]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        tell_languages(list(context["object_list"]))
        return context


class SectionViewSet(PageViewSet):
    """Wagtail's views of a section, but for the list of what stands under it; under the front door too."""

    model = SectionPage
    parent_models = [SectionPage, HomePage]
    index_view_class = PagesIndex

    def get_index_view_kwargs(self, **kwargs):
        # Whatever kind of page stands there.
        return super().get_index_view_kwargs(**{"model": Page, **kwargs})
