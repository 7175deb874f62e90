from django.apps import AppConfig


class AppealsConfig(AppConfig):
    name = "derbes.core.appeals"
