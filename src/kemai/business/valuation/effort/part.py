"""Part effort of a run: the hours that each customer took in 12 months, and contribution minus time in both forms."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.parameter_groups import ParameterGroup, parameters_of
from kemai.business.valuation.runs.alike import in_order, laid_like
from kemai.business.valuation.runs.counted import lent
from kemai.business.valuation.runs.parts import Found, Given, Part
from kemai.foundation.arrow.reading import reader
from kemai.value import SchemeError
from kemai.value.measures.contribution import contributions
from kemai.value.windows import months_start

if TYPE_CHECKING:
    import pyarrow as pa

KEY = "effort"
DEFAULTS = {"hourly_cost": "150", "sales_weight": "0.5", "target": "80", "neglect_days": "180"}
RANGES = {"hourly_cost": (0, 100_000), "sales_weight": (0, 1), "target": (1, 100), "neglect_days": (1, 3660)}
_LOGS = """
SELECT customer_id AS customer_key, SUM(COALESCE(minutes, 0) + COALESCE(travel_minutes, 0)) AS minutes,
       COUNT(*) AS contacts, SUM(CASE WHEN minutes IS NULL AND travel_minutes IS NULL THEN 1 ELSE 0 END) AS untimed
FROM agenda_contactlog WHERE "on" >= '{start}' AND "on" <= '{end}' GROUP BY customer_id
"""


def check(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values in stored form. Raises SchemeError with a sentence."""
    names = {
        "hourly_cost": _("每小时成本"), "sales_weight": _("销售占的权重"), "target": _("大客户工时占比的目标"),
        "neglect_days": _("几天没联系算冷落"),
    }  # fmt: skip
    found = {}
    for key, (low, high) in RANGES.items():
        try:
            number = Decimal(str(values[key]).strip())
        except InvalidOperation:
            number = Decimal("NaN")
        whole = key != "neglect_days" or number == number.to_integral_value() if number.is_finite() else False
        if not whole or not low <= number <= high:
            raise SchemeError(
                _("%(name)s要在 %(low)s 和 %(high)s 之间。") % {"name": names[key], "low": low, "high": high},
                code="out_of_range",
            )
        found[key] = f"{number.normalize():f}"
    return found


def work(given: Given) -> Found:
    """A row for everybody who bought or was contacted; those without an owner share with each other."""
    import ibis
    import pyarrow.compute as pc

    with given.engine() as engine:
        rows = lent(engine, "effort_of_each", _rows(given))
        rate, weight = (Decimal(str(given.parameters[name])) for name in ("hourly_cost", "sales_weight"))
        found = contributions(rows, rate, weight)
        found = found.filter((found.contacts > 0) | (ibis.coalesce(found.sales_fen, 0) != 0))
        table = in_order(engine.to_pyarrow(found)).drop_columns(["customer_id", "owner"])
    return Found(table, {"minutes": pc.sum(table["minutes"]).as_py() or 0})


def _rows(given: Given) -> pa.Table:
    """Everybody with sales, profit, owner (0 is nobody) and what was logged, in the order of the run's file."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    names = {
        "customer_id": "customer_id",
        "customer_key": "customer_key",
        "label": f"{leading_scheme()}_class",
    }
    names |= {"sales_fen": "sales_12m_fen", "profit_fen": "profit_12m_fen"}
    read = pq.read_table(given.standings, columns=[*names.values()])
    columns = {name: read[source] for name, source in names.items()}
    columns |= laid_like(read, given.customers, ("owner_id",), by="customer_key")
    columns["owner"] = pc.fill_null(columns["owner_id"], 0)
    logs = laid_like(read, _logs(given), ("minutes", "contacts", "untimed"), by="customer_key")
    return pa.table(columns | {name: pc.fill_null(column, 0) for name, column in logs.items()})


def _logs(given: Given) -> pa.Table:
    import pyarrow as pa

    start = months_start(given.as_of).isoformat()
    with reader() as read:
        found = read(_LOGS.format(start=start, end=given.as_of.isoformat()))
    names = ("customer_key", "minutes", "contacts", "untimed")
    return pa.table({name: found[name].cast(pa.int64()) for name in names})


def part() -> Part:
    """What registers."""
    from kemai.business.valuation.models import EffortRow

    return Part(KEY, lambda: EffortRow, work, lambda: parameters_of(KEY))


GROUP = ParameterGroup(KEY, DEFAULTS, check)
