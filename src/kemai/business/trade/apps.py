"""Registers the app."""

from django.apps import AppConfig


class TradeConfig(AppConfig):
    name = "kemai.business.trade"
    label = "trade"
    default_auto_field = "django.db.models.BigAutoField"
