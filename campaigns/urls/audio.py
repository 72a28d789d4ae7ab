from django.urls import path

from campaigns.views import audio

app_name = "audio"
urlpatterns = [
    path("<str:key>/<str:name>", audio.download, name="download"),
]
