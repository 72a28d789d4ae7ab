from django.urls import path, re_path

from campaigns.views import feeds, machines

app_name = "feeds"
urlpatterns = [
    path("all.xml", feeds.everything, name="all"),
    re_path(r"^(?P<tag>[a-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3})\.xml$", feeds.in_language, name="language"),
    re_path(r"^(?P<code>[a-z]{2,3})/(?P<name>news|materials)\.xml$", machines.feed, name="pages"),
    re_path(r"^xa/(?P<pk>\d{1,9})\.xml$", feeds.of_commune, name="commune"),
    re_path(r"^xa/(?P<pk>\d{1,9})\.ics$", feeds.hours_of_commune, name="hours"),
]
