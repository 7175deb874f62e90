from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "derbes.core.duties"
    label = "duties"
