"""Registers the app."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "kemai.foundation.trail"
    label = "trail"
    default_auto_field = "django.db.models.BigAutoField"
