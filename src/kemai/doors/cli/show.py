"""`kemai show CODE`: one customer with its layers, measures, classes and reasons."""

from __future__ import annotations

import argparse
from typing import Any

from kemai.doors.cli import frame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which customer."""
    parser.add_argument("code")


def run(args: argparse.Namespace) -> int:
    """Prints what the actor may see of the customer."""
    from kemai.business.archives import fields, queries

    actor = frame.actor_for(args)
    customer = queries.customer_by_code(actor, args.code)
    document = {
        "code": customer.code, "name": customer.name, "type": customer.type, "state": customer.state,
        "stage": customer.stage, "owner": customer.owner.login if customer.owner else None, "region": customer.region,
        "layers": {"basics": {str(label): text for label, text in fields.visible_basics(actor, customer)}},
        "measures": {}, "classes": {},
    }  # fmt: skip
    document |= _valuation(actor, customer)
    frame.print_json(document)
    return frame.OK


def _valuation(actor: Any, customer: Any) -> dict[str, Any]:
    from kemai.business.valuation import queries
    from kemai.business.valuation.own.named import named_figures
    from kemai.business.valuation.ranking import wording
    from kemai.business.valuation.schemes import in_order
    from kemai.foundation.money import amount_text

    run, row = queries.published_run(), queries.standing_of(actor, customer)
    if run is None or row is None:
        return {}
    classes = {}
    for key in in_order(run.schemes):
        if queries.lacks_for_scheme(actor, key, run, customer.owner_id) is not None:
            continue
        classes[key] = {
            "class": getattr(row, f"{key}_class"), "rank": getattr(row, f"{key}_rank"),
            "reason": getattr(row, f"{key}_reason"), "why": wording.one_line(run, row, customer.code, key),
        }  # fmt: skip
    money = ("sales_12m_fen", "sales_prior_12m_fen", "sales_all_fen", "ev_fen")
    measures: dict[str, Any] = {name.removesuffix("_fen"): amount_text(getattr(row, name)) for name in money}
    measures |= {
        "orders_12m": row.orders_12m,
        "recency_days": row.recency_days,
        "rfm": row.rfm_code,
        "stability_cv": row.stability_cv,
    }
    named = named_figures(actor, customer)
    measures = {**{key: _number(figure) for key, figure in named.items()}, **measures}
    reasons = {key: figure.reason for key, figure in named.items() if figure.reason}
    return {
        "run": run.pk, "as_of": run.as_of.isoformat(), "measures": measures, "reasons": reasons, "classes": classes
    }  # fmt: skip


def _number(figure: Any) -> str | float | None:
    """Amounts as text with two decimals, all else as a number."""
    if figure.value is None:
        return None
    return f"{figure.value:.2f}" if figure.unit == "yuan" else float(figure.value)
