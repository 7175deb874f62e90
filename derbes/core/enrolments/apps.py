from django.apps import AppConfig


class EnrolmentsConfig(AppConfig):
    name = "derbes.core.enrolments"
    label = "enrolments"
