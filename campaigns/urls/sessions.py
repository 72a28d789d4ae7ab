from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns.views import offline, sessions

app_name = "sessions"
urlpatterns = [
    path("worker.js", offline.session_worker, name="worker"),
    path("", sessions.calendar, name="calendar"),
    path(_("plan/"), sessions.plan, name="plan"),
    path("plan/<int:pk>/cancel/", sessions.cancel, name="cancel"),
    path(_("record/"), sessions.log, name="log"),
    path("plan/<int:plan_pk>/record/", sessions.log, name="log_plan"),
    path(_("settlements/"), sessions.coverage, name="coverage"),
    path("settlements.xlsx", sessions.coverage_file, name="coverage_file"),
    path(_("integration/"), sessions.integrated, name="integration"),
    path("integration.xlsx", sessions.integration_file, name="integration_file"),
    path("<int:pk>/", sessions.session, name="session"),
    path("<int:pk>/two-questions.svg", sessions.reach_code, name="reach_code"),
    path("<int:pk>/void/", sessions.void, name="void"),
    path("photos/<int:pk>.jpg", sessions.photo, name="photo"),
    path("photos/<int:pk>/remove/", sessions.remove_photo, name="remove_photo"),
]
