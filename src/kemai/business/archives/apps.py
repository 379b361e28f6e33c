"""Registers the app: row rights of customers and what hangs on them."""

from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    name = "kemai.business.archives"
    label = "archives"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.business.archives import rights
        from kemai.business.archives.checks import problems
        from kemai.foundation import registry

        rights.register()
        registry.checks.register("archives.seals", problems)
