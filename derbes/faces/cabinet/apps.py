from django.apps import AppConfig


class CabinetConfig(AppConfig):
    name = "derbes.faces.cabinet"
    label = "cabinet"
