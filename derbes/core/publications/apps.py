from django.apps import AppConfig


class PublicationsConfig(AppConfig):
    name = "derbes.core.publications"
    label = "publications"
