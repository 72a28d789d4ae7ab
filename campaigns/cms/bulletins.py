"""Bulletins in Wagtail's own list and form: written here, brought to release in the workbench."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BaseColumn, Column, TitleColumn
from wagtail.admin.views.generic import CreateView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminAutoHeightTextInput

from campaigns.broadcast.bulletins import bulletin_written
from campaigns.broadcast.scripts import script_signature
from campaigns.cms.forms import BulletinForm, CommuneChecklist
from campaigns.cms.policies import WithinReach
from campaigns.cms.steps import chip
from campaigns.models import Bulletin
from core.cms import Said403
from core.text import fold


class TrimmedViewSet(ModelViewSet):
    """List, add and edit: nothing is deleted here, and what nobody uses has no address."""

    copy_view_enabled = False
    inspect_view_enabled = False
    add_to_admin_menu = True
    list_per_page = 30
    kept = frozenset({"index", "index_results", "add", "edit"})

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs(
            **{"history_url_name": None, "usage_url_name": None, "delete_url_name": None, **kwargs}
        )

    def get_history_view_kwargs(self, **kwargs):
        return super().get_history_view_kwargs(**{"history_url_name": None, **kwargs})

    def get_urlpatterns(self):
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in self.kept]


class VersionsColumn(BaseColumn):
    """A chip for every language version."""

    cell_template_name = "campaigns/cms/_versions_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        versions = sorted(instance.versions.all(), key=lambda v: v.language.position)
        return super().get_cell_context_data(instance, parent_context) | {
            "versions": [{"version": v, "chip": chip(v)} for v in versions],
            "withdrawn": instance.withdrawn_at is not None,
        }


class BulletinIndex(Said403, IndexView):
    def get_base_queryset(self):
        return (
            Bulletin.objects.visible_to(self.request.user).select_related("area").prefetch_related("versions__language")
        )

    def search_queryset(self, queryset):
        """By title and theme, with or without diacritics. Bulletins are few: a dozen a year and area."""
        if not self.search_query:
            return queryset
        wanted = fold(self.search_query)
        rows = queryset.values_list("pk", "title", "title_en", "theme")
        return queryset.filter(pk__in=[pk for pk, *words in rows if wanted in fold(" ".join(words))])


class _Writing(Said403):
    def get_success_url(self):
        return reverse("bulletin_workbench", args=[self.object.pk])

    def get_success_buttons(self):
        return []


class BulletinCreate(_Writing, CreateView):
    """The author is whoever writes it."""

    def save_instance(self):
        self.form.instance.author = self.request.user
        return bulletin_written(bulletin=super().save_instance(), actor=self.request.user)


class BulletinEdit(_Writing, WithinReach, EditView):
    """A changed script makes its versions stale (campaigns.broadcast.scripts.segments_changed)."""

    def get_object(self, queryset=None):
        found = super().get_object(queryset)
        if found.withdrawn_at:
            # A withdrawn bulletin is read in the workbench, and copied there.
            raise PermissionDenied
        return found

    def save_instance(self):
        before = script_signature(self.object)
        return bulletin_written(bulletin=super().save_instance(), actor=self.request.user, before=before)

    @cached_property
    def header_more_buttons(self):
        return []


class BulletinViewSet(TrimmedViewSet):
    model = Bulletin
    name = "bulletins"
    icon = "doc-full"
    menu_label = _("Bulletins")
    menu_name = "bulletins"
    menu_order = 100
    index_view_class = BulletinIndex
    add_view_class = BulletinCreate
    edit_view_class = BulletinEdit
    search_fields = ["title", "theme"]
    list_filter = ["priority", "campaign"]
    list_display = [
        TitleColumn("title", label=_("Title"), get_url=lambda b: reverse("bulletin_workbench", args=[b.pk])),
        Column("month", label=_("Month"), accessor=lambda b: f"{b.month:%m/%Y}", sort_key="month"),
        Column("area", label=_("Area"), accessor=lambda b: b.area.label),
        VersionsColumn("versions", label=_("Versions")),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("theme", help_text=_("One line: what people should do or know afterwards.")),
            FieldRowPanel([FieldPanel("month"), FieldPanel("release_at"), FieldPanel("priority")]),
            MultiFieldPanel(
                [
                    FieldPanel("area"),
                    FieldPanel(
                        "audience", widget=CommuneChecklist, help_text=_("None ticked: every commune of the area.")
                    ),
                ],
                heading=_("For whom"),
            ),
            FieldPanel("hotline"),
            InlinePanel(
                "segments",
                heading=_("Script"),
                label=_("segment"),
                help_text=_(
                    "In the order of speaking, in short spoken sentences. The key message is repeated by itself before "
                    "the hotline call, and the hotline call is always spoken last."
                ),
                panels=[
                    FieldPanel("kind"),
                    FieldPanel(
                        "text",
                        widget=AdminAutoHeightTextInput,
                        help_text=_("Twelve words a sentence are easily understood over a loudspeaker."),
                    ),
                    FieldPanel("pause_seconds"),
                    FieldPanel("jingle", help_text=_("Jingles are kept under “Jingles”.")),
                    FieldPanel("cut"),
                ],
            ),
            MultiFieldPanel(
                [
                    FieldPanel("campaign", help_text=_("If it belongs to one.")),
                    FieldPanel("title_en"),
                ],
                heading=_("More"),
            ),
        ],
        base_form_class=BulletinForm,
    )
