from django.apps import AppConfig


class ActsConfig(AppConfig):
    name = "derbes.core.acts"
    label = "acts"
