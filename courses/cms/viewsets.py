"""Courses, lessons and competencies in Wagtail's own lists and editors."""

from django.contrib import messages
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BaseColumn, BulkActionsCheckboxColumn, Column, TitleColumn
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from courses.cms.forms import CourseForm
from courses.cms.outline import course_chip, trail
from courses.cms.policies import within_reach
from courses.models import Competency, Course, Lesson

# A half sentence is no reason to write to the disk; half a minute is what one can type again.
AUTOSAVE_MILLISECONDS = 5000


def english_title() -> FieldPanel:
    return FieldPanel("title_en", help_text=_("For English pages; may stay empty."))


def in_english(panel: FieldPanel) -> MultiFieldPanel:
    """The title and one more field for English readers, folded away."""
    return MultiFieldPanel([english_title(), panel], heading=_("In English"), classname="collapsed")


class Index(snippets.IndexView):
    @cached_property
    def columns(self):
        """Nothing is done to many rows at once."""
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]


class GuardedViewSet(SnippetViewSet):
    """Every view of a row asks for this row. Nothing is chosen from a window or deleted here."""

    copy_view_enabled = False
    inspect_view_enabled = False
    list_per_page = 30
    index_view_class = Index

    def construct_view(self, view_class, **kwargs):
        seen = (snippets.HistoryView, snippets.UsageView)
        action = "view" if issubclass(view_class, seen) else "change"
        if issubclass(view_class, snippets.UnpublishView):
            action = "publish"
        return within_reach(super().construct_view(view_class, **kwargs), self.model, action)

    def register_chooser_viewset(self):
        pass


class StateColumn(BaseColumn):
    cell_template_name = "courses/cms/_state_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        return super().get_cell_context_data(instance, parent_context) | {"chip": course_chip(instance)}


class CourseIndex(Index):
    def search_queryset(self, queryset):
        return queryset.search(self.search_query) if self.search_query else queryset


class _CourseWriting:
    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        # What is saved of a course counts at once: never by itself.
        self.autosave_enabled = False

    def get_success_url(self):
        return reverse("course_outline", args=[self.object.pk])

    def get_success_buttons(self):
        return []


class CourseCreate(_CourseWriting, snippets.CreateView):
    pass


class CourseEdit(_CourseWriting, snippets.EditView):
    def is_valid(self, form):
        """Of two who write at the same time the second is told."""
        if self.is_out_of_date:
            self.produced_error_code = "invalid_revision"
            self.produced_error_message = gettext(
                "Somebody has saved this course while you were writing. Open it again and make your change there; "
                "nothing was overwritten."
            )
            return False
        return super().is_valid(form)

    def save_instance(self):
        saved = super().save_instance()
        if {"least_attendance", "validity_months"} & set(self.form.changed_data):
            self._tell_rule(saved)
        return saved

    def _tell_rule(self, course: Course) -> None:
        issued = course.certificates.count()
        messages.warning(
            self.request,
            ngettext(
                "The new rule counts for certificates from now on. %d certificate issued before stays as it is.",
                "The new rule counts for certificates from now on. %d certificates issued before stay as they are.",
                issued,
            )
            % issued,
        )

    def get_breadcrumbs_items(self):
        return trail(self.object, {"url": "", "label": gettext("Facts and rule")})


class CourseViewSet(GuardedViewSet):
    model = Course
    url_namespace = "course_register"
    url_prefix = "courses"
    icon = "folder-open-inverse"
    menu_label = _("Courses")
    menu_name = "courses"
    index_view_class = CourseIndex
    add_view_class = CourseCreate
    edit_view_class = CourseEdit
    search_fields = ["title"]
    list_filter = ["kind"]
    list_display = [
        TitleColumn("title", label=_("Title"), get_url=lambda c: reverse("course_outline", args=[c.pk])),
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        Column("organiser", label=_("Organiser"), accessor=lambda c: c.organiser.label),
        StateColumn("state", label=_("State")),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("title", help_text=_("As trainees look for it.")),
            FieldPanel(
                "summary",
                widget=AdminAutoHeightTextInput,
                help_text=_("For whom it is and what they can do afterwards, in two sentences."),
            ),
            in_english(
                FieldPanel(
                    "summary_en", widget=AdminAutoHeightTextInput, help_text=_("For English pages; may stay empty.")
                )
            ),
            FieldRowPanel(
                [
                    FieldPanel("kind"),
                    FieldPanel("hours", help_text=_("As they stand on the certificate.")),
                ]
            ),
            FieldPanel("organiser", help_text=_("The body that holds it and signs its certificates.")),
            FieldPanel("code", help_text=_("Small letters, digits and hyphens. Empty: made from the title.")),
            MultiFieldPanel(
                [
                    FieldPanel("duties", help_text=_("Whose work asks for it. None: everybody.")),
                    FieldPanel("is_restricted", help_text=_("Others will not even find it.")),
                    FieldPanel(
                        "competencies", help_text=_("What a trainee can do afterwards; tests are counted by it.")
                    ),
                    FieldPanel("prerequisites", help_text=_("Shown on the page of the course.")),
                ],
                heading=_("For whom"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel(
                        "least_attendance",
                        help_text=_(
                            "Tests and assignments a certificate asks for are marked so in the question bank. A change "
                            "counts for certificates from now on, never for those issued."
                        ),
                    ),
                    FieldPanel("validity_months", help_text=_("Empty: a certificate never ends.")),
                ],
                heading=_("When a certificate is given"),
            ),
        ],
        base_form_class=CourseForm,
    )

    def get_queryset(self, request):
        return Course.objects.written_by(request.user).select_related("organiser")


class LessonEdit(snippets.EditView):
    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.autosave_interval = AUTOSAVE_MILLISECONDS

    def get_success_url(self):
        """A draft is written on; from a published one back to its course."""
        if self.action == "publish":
            return reverse("course_outline", args=[self.object.module.course_id])
        return super().get_success_url()

    def get_breadcrumbs_items(self):
        return trail(self.object.module.course, {"url": "", "label": self.object.label})

    @cached_property
    def header_buttons(self):
        url = reverse("course_outline", args=[self.object.module.course_id])
        return [HeaderButton(gettext("All lessons of the course"), url=url, icon_name="list-ol")]


class LessonViewSet(GuardedViewSet):
    model = Lesson
    url_namespace = "lesson_register"
    url_prefix = "lessons"
    icon = "doc-full"
    menu_label = _("Lessons")
    menu_name = "lessons"
    edit_view_class = LessonEdit
    search_fields = ["title", "title_en"]
    list_filter = ["live", "has_unpublished_changes"]
    list_display = ["title", Column("course", label=_("Course"), accessor=lambda one: one.module.course.label)]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("minutes", help_text=_("To read it calmly.")),
            FieldPanel(
                "body",
                help_text=_(
                    "Never tell the case of a real person, not even without a name: who lived it recognises it. Invent cases "
                    "from beginning to end. Every sound and film needs its words; every picture words for who does not see it."
                ),
            ),
            in_english(
                FieldPanel(
                    "body_en", help_text=_("May stay empty: English readers then see the Vietnamese, marked so.")
                )
            ),
        ]
    )

    def get_queryset(self, request):
        mine = Course.objects.written_by(request.user).values("pk")
        rows = Lesson.objects.filter(module__course__in=mine).select_related("module__course")
        return rows.without_bodies().in_order()


class CompetencyViewSet(SnippetViewSet):
    model = Competency
    url_namespace = "competency_register"
    url_prefix = "competencies"
    icon = "check"
    menu_label = _("Competencies")
    menu_name = "competencies"
    copy_view_enabled = False
    index_view_class = Index
    list_display = ["title", "title_en", "code"]
    edit_handler = ObjectList(
        [
            FieldPanel("title", help_text=_("What somebody can do afterwards, beginning with a verb.")),
            english_title(),
            FieldPanel("code", help_text=_("Small letters, digits and hyphens; used in tables of questions.")),
        ]
    )


class CourseGroup(SnippetViewSetGroup):
    items = (CourseViewSet, LessonViewSet, CompetencyViewSet)
    menu_label = _("Training")
    menu_name = "training"
    menu_icon = "folder-open-inverse"
    menu_order = 160
