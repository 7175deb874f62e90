from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "derbes.core.agreements"
    label = "agreements"
