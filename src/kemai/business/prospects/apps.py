"""Registers the app."""

from django.apps import AppConfig


class ProspectsConfig(AppConfig):
    name = "kemai.business.prospects"
    label = "prospects"
    default_auto_field = "django.db.models.BigAutoField"
