from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    name = "derbes.core.subjects"
    label = "subjects"
