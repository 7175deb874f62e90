from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "derbes.core.matters"
    label = "matters"
