from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "derbes.faces.office"
    label = "office"
