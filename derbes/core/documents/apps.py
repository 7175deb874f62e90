from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "derbes.core.documents"
    label = "documents"
