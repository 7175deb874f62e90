from django.apps import AppConfig


class HoldsConfig(AppConfig):
    name = "derbes.core.holds"
    label = "holds"
