from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns.views import door, events, registration, results

app_name = "events"
urlpatterns = [
    path("", events.events, name="events"),
    path("<int:pk>/", events.event, name="event"),
    path("<int:pk>/event.ics", events.event_file, name="event_file"),
    path("calendar.ics", events.subscription, name="subscription"),
    path("<int:pk>/register/", registration.register, name="register"),
    path("ticket/<str:key>/", registration.ticket, name="ticket"),
    path("ticket/<str:key>/code.svg", registration.ticket_code, name="ticket_code"),
    path("ticket/<str:key>/event.ics", registration.ticket_file, name="ticket_file"),
    path("<int:pk>/photos/<int:photo>/<slug:size>.jpg", results.photo, name="photo"),
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
    path("<int:pk>/seats/", registration.seating, name="seating"),
    path("<int:pk>/registered/", registration.registered, name="registered"),
    path("<int:pk>/registered/<int:registration>/cancel/", registration.cancel_registered, name="cancel_registered"),
    path("<int:pk>/door/", door.door, name="door"),
    path("<int:pk>/door/sync/", door.sync, name="door_sync"),
    path("<int:pk>/door/<int:arrival>/void/", door.void, name="void_arrival"),
    path("door-worker.js", door.worker, name="door_worker"),
    path("<int:pk>/results/", results.results, name="results"),
    path("<int:pk>/results/edit/", results.edit_results, name="edit_results"),
    path("<int:pk>/results/<slug:act>/", results.act_on_results, name="act_on_results"),
    path("<int:pk>/photos/", results.photos, name="photos"),
    path("<int:pk>/photos/release/", results.release_photos, name="release_photos"),
    path("<int:pk>/photos/<int:photo>/remove/", results.remove_photo, name="remove_photo"),
    path("results/", results.roll_up, name="roll_up"),
    path("results.xlsx", results.roll_up_file, name="roll_up_file"),
]
