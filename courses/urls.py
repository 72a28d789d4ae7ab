from django.urls import path

from courses.views import catalogue

app_name = "courses"
urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("<slug:code>/", catalogue.course, name="course"),
    path("<slug:code>/<int:number>/", catalogue.lesson, name="lesson"),
]
