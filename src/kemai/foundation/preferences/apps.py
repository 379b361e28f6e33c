"""Registers the app."""

from django.apps import AppConfig


class PreferencesConfig(AppConfig):
    name = "kemai.foundation.preferences"
    label = "preferences"
    default_auto_field = "django.db.models.BigAutoField"
