from django.urls import path
from django.utils.translation import gettext_lazy as _

from reports import views

app_name = "reports"
urlpatterns = [
    path(_("coverage/"), views.coverage, name="coverage"),
    path(_("coverage.xlsx"), views.coverage_file, name="coverage_file"),
    path(_("coverage/<int:pk>/<int:year>-<int:month>/"), views.commune_month, name="commune_month"),
]
