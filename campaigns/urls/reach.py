from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns.views import reach

app_name = "reach"
urlpatterns = [
    path(_("page/<int:pk>/"), reach.of_page, name="page"),
    path(_("session/<str:key>/"), reach.of_session, name="session"),
]
