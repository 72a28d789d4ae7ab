"""What the training adds to /cms/: registrations only."""

from django.urls import path
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from courses.cms import outline
from courses.cms.panels import TrainingPanel
from courses.cms.policies import CoursePolicy, FilePolicy, LessonPolicy
from courses.models import Course, Lesson
from people.permissions import may

# Before anything asks for them: a model without a policy of its own would get Wagtail's.
register_permission_policy(Course, CoursePolicy(Course))
register_permission_policy(Lesson, LessonPolicy(Lesson))
# Exact: Wagtail registers a policy of its own for whatever the document model is.
register_permission_policy(get_document_model(), FilePolicy(get_document_model()), exact_class=True)

register_snippet("courses.cms.viewsets.CourseGroup")


@hooks.register("register_admin_urls")
def course_urls():
    return [
        path("courses/<int:pk>/", outline.outline, name="course_outline"),
        path("courses/<int:pk>/act/", outline.act, name="course_act"),
        path("lessons/<int:pk>/as-trainee/", outline.as_trainee, name="lesson_as_trainee"),
    ]


@hooks.register("construct_homepage_panels")
def training_panel(request, panels):
    if may(request.user, "courses.write"):
        panels.append(TrainingPanel())
