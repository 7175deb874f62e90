from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "derbes.faces.public"
    label = "public"
