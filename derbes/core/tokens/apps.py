from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "derbes.core.tokens"
    label = "tokens"
