from django.urls import path

from campaigns.views import studio

app_name = "studio"
urlpatterns = [
    path("<int:pk>/", studio.studio, name="studio"),
    path("<int:pk>/sounds/", studio.sounds, name="sounds"),
]
