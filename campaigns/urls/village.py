from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns.views import village

app_name = "village"
urlpatterns = [
    path(_("rollout/"), village.rollout_board, name="rollout"),
    path("rollout.xlsx", village.rollout_file, name="rollout_file"),
    path("rollout/record/", village.rollout_log, name="rollout_log"),
    path("rollout/plan/", village.enter_plan, name="enter_plan"),
    path("rollout/commune/<int:pk>/", village.rollout_commune, name="rollout_commune"),
    path("rollout/<int:pk>/void/", village.rollout_void, name="rollout_void"),
    path(_("models/"), village.models, name="models"),
    path("models/new/", village.edit_model, name="new_model"),
    path("models/<int:pk>/", village.model, name="model"),
    path("models/<int:pk>/edit/", village.edit_model, name="edit_model"),
    path("models/log/<int:pk>/void/", village.void_model_event, name="void_model_event"),
    path(_("pledges/"), village.pledges, name="pledges"),
    path("pledges.xlsx", village.pledges_file, name="pledges_file"),
    path("pledges/record/", village.log_pledges, name="log_pledges"),
    path("pledges/<int:pk>/void/", village.void_pledge, name="void_pledge"),
]
