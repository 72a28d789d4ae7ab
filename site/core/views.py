from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render


def healthz(request) -> HttpResponse:
    """200 "ok" when the process answers and the database does too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def quick_exit(request) -> HttpResponse:
    """A neutral page of our own: nothing on it says where the reader came from."""
    return render(request, "quick_exit.html")
