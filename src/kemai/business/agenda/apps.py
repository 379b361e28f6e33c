"""Registers the app."""

from django.apps import AppConfig


class AgendaConfig(AppConfig):
    name = "kemai.business.agenda"
    label = "agenda"
    default_auto_field = "django.db.models.BigAutoField"
