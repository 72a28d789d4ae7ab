from django.urls import path

from campaigns.views import listening

app_name = "listening"
urlpatterns = [
    path("sound/<str:key>/<str:name>", listening.sound, name="sound"),
    path("file/<str:sha256>/<str:name>", listening.file, name="file"),
    path("captions/<int:pk>/<str:digest>.vtt", listening.captions, name="captions"),
]
