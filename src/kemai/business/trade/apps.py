"""Registers the app: row rights of the ledger's books, the facts it publishes, the check of its facts."""

from django.apps import AppConfig


class TradeConfig(AppConfig):
    name = "kemai.business.trade"
    label = "trade"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.business.archives.merging import one_each
        from kemai.business.trade import facts
        from kemai.business.trade.actions.joined import ledger_joined
        from kemai.business.trade.facts.checks import problems, strays
        from kemai.business.trade.models import Allocation, Invoice, Receipt, SaleLine, StockCount, Target
        from kemai.business.trade.models.ledger import landed
        from kemai.foundation import registry
        from kemai.foundation.access.scopes import register_landed, register_path

        for model in (SaleLine, Invoice, Receipt, Target, StockCount):
            register_path(model, "customer")
            register_landed(model, lambda prefix: landed(prefix))
        register_path(Allocation, "customer")
        one_each(Target, lambda t: (t.period, t.batch_id if t.ended_by else None))
        one_each(StockCount, lambda s: (s.counted_on, s.product_id, s.batch_id))
        registry.customers_joined.register("trade", ledger_joined)
        registry.verb_groups.register("trade", "sales")
        registry.verb_groups.register("trade.allocation", "credit")
        registry.fact_sources.register("sales", facts.refresh_facts)
        registry.checks.register("trade.facts", problems)
        registry.checks.register("trade.strays", strays)
