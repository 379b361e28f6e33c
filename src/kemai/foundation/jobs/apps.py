"""Registers the app, and the job that runs functions of the Django Tasks API."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "kemai.foundation.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.foundation.jobs import backend  # noqa: F401  its job registers itself
