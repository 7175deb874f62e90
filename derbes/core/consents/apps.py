from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    name = "derbes.core.consents"
    label = "consents"
