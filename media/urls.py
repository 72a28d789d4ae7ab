from django.urls import path

from media import views

app_name = "media"
urlpatterns = [
    path("uploads/", views.upload, name="upload"),
    path("uploads/<uuid:pk>/", views.chunk, name="chunk"),
]
