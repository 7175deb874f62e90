from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "derbes.core.vault"
    label = "vault"
