"""Registers the app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "kemai.oversight.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.foundation.access.scopes import register_path
        from kemai.oversight.exchange.models import OverwrittenAccount
        from kemai.oversight.exchange.own_fields import fields_of_files
        from kemai.oversight.exchange.parsing.kinds import KINDS

        KINDS.extend("customers", fields_of_files)
        register_path(OverwrittenAccount, "customer")
