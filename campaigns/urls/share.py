from django.urls import path, re_path

from campaigns.views import share

app_name = "share"
urlpatterns = [
    re_path(r"^(?P<pk>\d{1,9})-(?P<digest>[0-9a-f]{16})\.(?P<ending>png|zip)$", share.file, name="file"),
    re_path(r"^(?P<pk>\d{1,9})/qr/(?P<source>[a-z-]{2,10})\.(?P<ending>svg|png)$", share.qr, name="qr"),
    path("<int:pk>/", share.paper, name="paper"),
]
