"""Addresses of the API: numbers that say nothing, and no value of anybody's data."""

from django.urls import path

from derbes.faces.api.root import api

urlpatterns = [path("api/", api.urls)]
