"""Registers the app: estimates follow the rights of their customer."""

from django.apps import AppConfig


class ProspectsConfig(AppConfig):
    name = "kemai.business.prospects"
    label = "prospects"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.business.archives.merging import only_one
        from kemai.business.prospects.models import Potential
        from kemai.foundation.access.scopes import register_path
        from kemai.foundation.registry import verb_groups

        register_path(Potential, "customer")
        only_one(Potential, {"is_current": True}, is_current=False)
        verb_groups.register("prospects", "potential")
