from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "derbes.core.accounts"
    label = "accounts"
