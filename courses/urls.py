from django.urls import path
from django.utils.translation import gettext_lazy as _

from courses.views import catalogue, compliance

app_name = "courses"
urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    # Before the courses, whose short names it would otherwise be taken for.
    path(_("trained/"), compliance.board, name="compliance"),
    path(_("trained.xlsx"), compliance.board_file, name="compliance_file"),
    path("<slug:code>/", catalogue.course, name="course"),
    path("<slug:code>/<int:number>/", catalogue.lesson, name="lesson"),
]
