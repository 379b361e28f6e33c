"""Part value_class of a run: actual and potential value of each customer, and MVC, MGC, BZC by them (3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kemai.business.valuation.parameter_groups import ParameterGroup, parameters_of
from kemai.business.valuation.runs.alike import in_order, laid_like
from kemai.business.valuation.runs.counted import lent
from kemai.business.valuation.runs.parts import Found, Given, Part
from kemai.value import SchemeError, clv, value_classes

KEY = "value_class"
LABELS = ("MVC", "MGC", "MIGRATOR", "BZC", "UNRATED")
WORDS: Mapping[str, Any] = {
    "MVC": gettext_lazy("最有价值"), "MGC": gettext_lazy("最能增长"), "MIGRATOR": gettext_lazy("普通"),
    "BZC": gettext_lazy("负值"), "UNRATED": gettext_lazy("没评"),
}  # fmt: skip
REASONS: Mapping[str, Any] = {
    "missing_av": gettext_lazy("没有毛利，算不出实际价值"), "missing_pv": gettext_lazy("算不出潜在价值"),
    "missing_months": gettext_lazy("没买过"), "new_customer": gettext_lazy("合作不到 6 个月"),
    "no_growth_estimate": gettext_lazy("没估增量，潜在价值等于实际价值"),
}  # fmt: skip
DEFAULTS = {
    "value_cut": "", "growth_cut": "", "retention": "80", "discount": "10", "years": "5", "list_growth": "20", "list_gap": "50000",
    "list_wallet": "30", "pause_months": "12",
}  # fmt: skip
RANGES = {
    "value_cut": (0, 10**12), "growth_cut": (0, 10**12), "retention": (0, 100), "discount": (0, 100), "years": (1, 20),
    "list_growth": (0, 1000), "list_gap": (0, 10**12), "list_wallet": (0, 100), "pause_months": (1, 120),
}  # fmt: skip
MAY_BE_EMPTY = ("value_cut", "growth_cut")
WHOLE = ("years", "pause_months")


def labels() -> dict[str, Any]:
    """What each parameter is called."""
    return {
        "value_cut": _("价值线（元，空着取正值的前 20%）"), "growth_cut": _("增长线（元，空着取差距的前 20%）"),
        "retention": _("每年留住（%）"), "discount": _("贴现率（%）"), "years": _("看几年"),
        "list_growth": _("名单：增长超过（%）"), "list_gap": _("名单：差距超过（元）"), "list_wallet": _("名单：份额不超过（%）"),
        "pause_months": _("负值客户定过以后，几个月不再自动提"),
    }  # fmt: skip


def check(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values in stored form. Raises SchemeError with a sentence."""
    return {key: _checked(key, str(values[key]).strip()) for key in DEFAULTS}


def _checked(key: str, text: str) -> str:
    if not text and key in MAY_BE_EMPTY:
        return ""
    low, high = RANGES[key]
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not low <= number <= high or (key in WHOLE and number % 1):
        raise SchemeError(
            _("%(name)s要在 %(low)s 和 %(high)s 之间。") % {"name": labels()[key], "low": low, "high": high},
            code="out_of_range",
        )
    return f"{number.normalize():f}"


def work(given: Given) -> Found:
    """A row for everybody who has bought."""
    known = given.parameters
    with given.engine() as engine:
        standings = _valued(engine.read_parquet(str(given.standings)), _worth_of_a_yuan(known))
        rows = standings.to_pyarrow()
        kept = lent(engine, "worth", rows)
        inputs = kept.select(
            "customer_id",
            "months",
            av=kept.av_fen.cast("decimal(18,2)") / 100,
            pv=kept.pv_fen.cast("decimal(18,2)") / 100,
        )
        inputs = inputs.mutate(av=inputs.av.cast("decimal(18,2)"), pv=inputs.pv.cast("decimal(18,2)"))
        classed = value_classes(inputs, known["value_cut"] or None, known["growth_cut"] or None)
        told = classed.to_pyarrow()
        for name, column in laid_like(rows, told, ("reason", "class")).items():
            rows = rows.append_column({"class": "label"}.get(name, name), column)
        table = in_order(_listed(lent(engine, "classed", rows), known).to_pyarrow()).drop_columns(
            "customer_id"
        )
        cuts = told.select(["value_cut", "growth_cut"]).slice(0, 1).to_pylist()
    counts: dict[str, int] = dict.fromkeys(LABELS, 0)
    for each in table["label"].value_counts().to_pylist():
        counts[each["values"]] = each["counts"]
    lines = {
        name: str(value) if value is not None else "" for name, value in (cuts[0] if cuts else {}).items()
    }
    return Found(table, {"counts": counts, **lines})


def _worth_of_a_yuan(known: Mapping[str, Any]) -> float:
    """What a yuan of yearly margin is worth over the years (3.10)."""
    retention, discount = (Decimal(str(known[name])) / 100 for name in ("retention", "discount"))
    return clv(1, retention, discount, years=int(known["years"]))


def _valued(standings: Any, worth: float) -> Any:
    """AV goes on as it is; PV is the margin of sales with the whole growth that somebody expects, at the same rate."""
    import ibis

    rows = standings.filter(standings.first_order_on.notnull())
    sales, profit = rows.sales_12m_fen, rows.profit_12m_fen
    growth = rows.av_fen.fill_null(0)
    rate = (sales > 0).ifelse((sales + growth).cast("float64") / sales.nullif(0), 1.0)
    av, pv = (profit * worth).round().cast("int64"), (profit * worth * rate).round().cast("int64")
    prior = rows.sales_prior_12m_fen
    wallet = (rows.mp_fen > 0).ifelse(sales * 10_000.0 / rows.mp_fen.nullif(0), ibis.null("float64"))
    return rows.select(
        "customer_id", "customer_key", months=rows.tenure_months, av_fen=av, pv_fen=pv, gap_fen=pv - av,
        growth_bp=(prior > 0).ifelse((sales - prior) * 10_000.0 / prior.nullif(0), ibis.null("float64")).round().cast("int64"),
        wallet_bp=wallet.fill_null(rows.es_bp.cast("float64")).round().cast("int64"),
        has_estimate=rows.av_fen.notnull(), is_large=rows.pyramid_class.isin(("key", "major")).fill_null(False),
    )  # fmt: skip


def _listed(rows: Any, known: Mapping[str, Any]) -> Any:
    """Small and medium customers that grow and have room (S2.35)."""
    import ibis

    lines = {name: float(known[f"list_{name}"]) * 100 for name in ("growth", "gap", "wallet")}
    room = (rows.gap_fen > lines["gap"]).fill_null(False) | (rows.wallet_bp <= lines["wallet"]).fill_null(
        False
    )
    grows = (rows.growth_bp > lines["growth"]).fill_null(False)
    small = ~rows.is_large & ~rows.label.isin(("MVC", "BZC"))
    guessed = (rows.label != "UNRATED") & ~rows.has_estimate
    return rows.select(
        "customer_id", "customer_key", "av_fen", "pv_fen", "gap_fen", "growth_bp", "wallet_bp", "label",
        reason=rows.reason.fill_null(guessed.ifelse("no_growth_estimate", ibis.null("string"))),
        may_grow=small & grows & room,
    )  # fmt: skip


def part() -> Part:
    """What registers."""
    from kemai.business.valuation.models import ValueClassRow

    return Part(KEY, lambda: ValueClassRow, work, lambda: parameters_of(KEY))


GROUP = ParameterGroup(KEY, DEFAULTS, check)
