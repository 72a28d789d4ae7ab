from django.urls import path

from campaigns.views import search

app_name = "search"
urlpatterns = [
    path("", search.search, name="search"),
    path("suggest/", search.suggestions, name="suggest"),
]
