from django.urls import path
from django.utils.translation import gettext_lazy as _

from reports.views import coverage, dashboard, plan

app_name = "reports"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path(_("figures/<slug:key>/"), dashboard.indicator, name="indicator"),
    path(_("coverage/"), coverage.coverage, name="coverage"),
    path(_("coverage.xlsx"), coverage.coverage_file, name="coverage_file"),
    path(_("coverage/<int:pk>/<int:year>-<int:month>/"), coverage.commune_month, name="commune_month"),
    path(_("the-plan/"), plan.plan, name="plan"),
    path(_("the-plan/<slug:code>/"), plan.plan, name="plan_of"),
    path(_("laws/"), plan.laws, name="laws"),
]
