from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "derbes.core.journal"
    label = "journal"
