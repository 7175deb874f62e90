from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "derbes.core.incidents"
