"""Registers the app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "kemai.foundation.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
