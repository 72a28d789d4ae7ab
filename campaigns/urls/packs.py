from django.urls import re_path

from campaigns.views import packs

app_name = "pack"
urlpatterns = [
    re_path(r"^xa/(?P<pk>\d{1,9})/(?P<month>\d{4}-\d{2})/(?P<profile>[a-z-]{1,12})\.zip$", packs.of_commune, name="of_commune"),
    re_path(r"^(?P<key>[0-9a-f]{64})/(?P<name>[^/]+)$", packs.download, name="download"),
]  # fmt: skip
