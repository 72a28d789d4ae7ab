from django.urls import path

from campaigns.cms import studio

app_name = "studio"
urlpatterns = [
    path("<int:pk>/", studio.studio, name="studio"),
    path("<int:pk>/sounds/", studio.sounds, name="sounds"),
    path("<int:pk>/takes/", studio.take, name="take"),
]
