from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns.views import events

app_name = "events"
urlpatterns = [
    path("", events.events, name="events"),
    path("<int:pk>/", events.event, name="event"),
    path("<int:pk>/event.ics", events.event_file, name="event_file"),
    path("calendar.ics", events.subscription, name="subscription"),
    path(_("desk/"), events.desk, name="desk"),
    path("season/new/", events.edit_season, name="new_season"),
    path("season/<int:pk>/", events.edit_season, name="edit_season"),
    path("season/<int:pk>/kits/", events.make_kits, name="make_kits"),
    path("<int:pk>/kit/", events.kit, name="kit"),
    path("<int:pk>/kit/<slug:kind>/", events.file, name="file"),
    path("<int:pk>/edit/", events.edit, name="edit"),
    path("<int:pk>/offers/", events.take_offers, name="take_offers"),
    path("<int:pk>/publish/", events.publish, name="publish"),
    path("<int:pk>/status/", events.set_status, name="set_status"),
]
