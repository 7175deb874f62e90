from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "derbes.faces.jobs"
    label = "jobs"
