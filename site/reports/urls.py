from django.urls import path
from django.utils.translation import gettext_lazy as _

from reports.views import audit, coverage, dashboard, laws, partners, plan, supervision

app_name = "reports"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path(_("figures/<slug:key>/"), dashboard.indicator, name="indicator"),
    path(_("coverage/"), coverage.coverage, name="coverage"),
    path(_("coverage.xlsx"), coverage.coverage_file, name="coverage_file"),
    path(_("coverage/<int:pk>/<int:year>-<int:month>/"), coverage.commune_month, name="commune_month"),
    path(_("the-plan/"), plan.plan, name="plan"),
    path(_("the-plan/<slug:code>/"), plan.plan, name="plan_of"),
    path(_("laws/"), laws.laws, name="laws"),
    path(_("laws/cited/"), laws.citations, name="citations"),
    path(_("laws/<int:pk>/read-again/"), laws.check, name="check_citation"),
    path(_("laws/new/"), laws.edit_law, name="new_law"),
    path(_("laws/<int:pk>/"), laws.edit_law, name="edit_law"),
    path(_("findings/"), supervision.findings, name="findings"),
    path(_("findings/new/"), supervision.raise_finding, name="raise_finding"),
    path(_("findings/<int:pk>/"), supervision.finding, name="finding"),
    path(_("findings/<int:pk>/answer/"), supervision.step, {"act": "answer"}, name="answer_finding"),
    path(_("findings/<int:pk>/not-settled/"), supervision.step, {"act": "return"}, name="return_finding"),
    path(_("findings/<int:pk>/close/"), supervision.step, {"act": "close"}, name="close_finding"),
    path(_("visits/"), supervision.visits, name="visits"),
    path(_("visits/new/"), supervision.log_visit, name="log_visit"),
    path(_("visits/<int:pk>/void/"), supervision.void_visit, name="void_visit"),
    path(_("partners/"), partners.partners, name="partners"),
    path(_("partners/new/"), partners.edit_partner, name="new_partner"),
    path(_("partners/<int:pk>/"), partners.edit_partner, name="edit_partner"),
    path(_("partners/support/new/"), partners.edit_support, name="new_support"),
    path(_("partners/support/<int:pk>/"), partners.edit_support, name="edit_support"),
    path(_("who-did-what/"), audit.audit, name="audit"),
    path(_("who-did-what.xlsx"), audit.audit_file, name="audit_file"),
]
