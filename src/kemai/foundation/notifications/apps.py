"""Registers the app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "kemai.foundation.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
