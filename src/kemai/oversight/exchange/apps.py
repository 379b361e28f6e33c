"""Registers the app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "kemai.oversight.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
