"""The one view: a row by plain SQL, committed before the answer."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

ROW = b"x" * 400


def insert(_: HttpRequest) -> HttpResponse:
    """Keep a row of 400 bytes."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_row VALUES (%s)", [ROW])
    return HttpResponse(b'{"kept":true}', content_type="application/json")


urlpatterns = [path("insert", insert)]
