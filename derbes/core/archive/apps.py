from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "derbes.core.archive"
    label = "archive"
