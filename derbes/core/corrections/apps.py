from django.apps import AppConfig


class CorrectionsConfig(AppConfig):
    name = "derbes.core.corrections"
    label = "corrections"
