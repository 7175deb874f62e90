from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "derbes.core.calendar"
