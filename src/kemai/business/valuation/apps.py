"""Registers the app: its rooms, the facets it publishes to the directory, and what follows an import and a run."""

from django.apps import AppConfig


class ValuationConfig(AppConfig):
    name = "kemai.business.valuation"
    label = "valuation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.business.agenda.queries import register_money_at_risk
        from kemai.business.valuation import (
            channel,
            churn,
            credit,
            effort,
            facets,
            forecasts,
            jobs,
            own,
            pictures,
            stock,
            value_classes,
            worth,
        )
        from kemai.business.valuation.runs import moved
        from kemai.foundation import outbox

        facets.register()
        for room in (  # parts are worked out in this order: a later one may look at what an earlier one found
            credit, channel, effort, value_classes, forecasts, stock, churn, worth, pictures, own,
        ):  # fmt: skip
            room.register()
        outbox.handler("exchange.batch.landed")(jobs.revalue_soon)
        outbox.handler("exchange.batch.undone")(jobs.revalue_soon)
        outbox.handler("valuation.run.published")(jobs.tell_soon)
        outbox.handler("valuation.run.published")(jobs.propose_soon)
        register_money_at_risk(moved.money_lost)
