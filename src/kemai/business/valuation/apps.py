"""Registers the app: the facets it publishes to the directory, and what follows an import and a run."""

from django.apps import AppConfig


class ValuationConfig(AppConfig):
    name = "kemai.business.valuation"
    label = "valuation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.business.agenda.queries import register_money_at_risk
        from kemai.business.valuation import (
            channel_part,
            credit_part,
            facets,
            jobs,
            measures_asked,
            moved,
            reach,
        )
        from kemai.foundation import outbox

        facets.register()
        credit_part.register()
        channel_part.register()
        reach.register()
        measures_asked.register()
        outbox.handler("exchange.batch.landed")(jobs.revalue_soon)
        outbox.handler("exchange.batch.undone")(jobs.revalue_soon)
        outbox.handler("valuation.run.published")(jobs.tell_soon)
        register_money_at_risk(moved.money_lost)
