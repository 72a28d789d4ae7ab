from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _

from campaigns.views import audio, desk

app_name = "campaigns"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path(_("history/"), desk.history, name="history"),
    path(_("not-aired/"), desk.missed, name="missed"),
    path(_("void/<int:pk>/"), desk.void, name="void"),
    path("<int:pk>/", desk.version_page, name="version"),
    path("<int:pk>/log/", desk.log, name="log"),
    re_path(r"^(?P<pk>\d+)/script\.(?P<kind>pdf|txt)$", audio.script, name="script"),
]
