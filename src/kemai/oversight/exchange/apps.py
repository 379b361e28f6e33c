"""Registers the app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "kemai.oversight.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.foundation.access.scopes import register_path
        from kemai.oversight.exchange.models import OverwrittenAccount

        register_path(OverwrittenAccount, "customer")
