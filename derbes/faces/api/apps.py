from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "derbes.faces.api"
    label = "api"
