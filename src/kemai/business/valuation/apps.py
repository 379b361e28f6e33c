"""Registers the app: the facets it publishes to the directory, and what follows an import and a run."""

from django.apps import AppConfig


class ValuationConfig(AppConfig):
    name = "kemai.business.valuation"
    label = "valuation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.business.agenda.queries import register_money_at_risk
        from kemai.business.archives.merging import only_one
        from kemai.business.valuation import facets, jobs, measures_asked, moved
        from kemai.business.valuation.models import Attitude
        from kemai.business.valuation.pictures import register_pictures
        from kemai.foundation import outbox
        from kemai.foundation.access.scopes import register_path
        from kemai.foundation.registry import verb_groups

        facets.register()
        measures_asked.register()
        outbox.handler("exchange.batch.landed")(jobs.revalue_soon)
        outbox.handler("exchange.batch.undone")(jobs.revalue_soon)
        outbox.handler("valuation.run.published")(jobs.tell_soon)
        register_money_at_risk(moved.money_lost)
        register_path(Attitude, "customer")
        only_one(Attitude, {"is_current": True}, is_current=False)
        verb_groups.register("valuation.attitude", "value")
        register_pictures()  # last: a position takes the credit grade from a part before it
