"""The parts of a run that say what hangs on each dealer and who stands behind it (3.13, S0.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from kemai import value
from kemai.business.archives import layers
from kemai.business.archives.models import (
    ArchiveCheck,
    Customer,
    CustomerType,
    SupplyLink,
)
from kemai.business.archives.models import (
    Part as ArchivePart,
)
from kemai.business.archives.rights import landed
from kemai.business.trade.models import Product
from kemai.business.valuation.models import DealerExposure, RunRow, SuppliedThrough
from kemai.business.valuation.parameter_groups import ParameterGroup, parameters_of
from kemai.business.valuation.runs.parts import Found, Given, Part, nobody
from kemai.foundation.among import Among
from kemai.foundation.arrow.reading import reader
from kemai.foundation.batches.models import unlanded_ids
from kemai.value import SchemeError

KEY, BEHIND = "channel", "channel_behind"
DEFAULTS = {"red_from": "30", "keep": "80"}
AT_ONCE = 2_000
_MONEY = ("gross", "mapped", "reachable", "recoverable", "at_risk", "unmapped", "region_sales")


_CUSTOMERS = """
SELECT code AS customer_id, region, type FROM archives_customer
WHERE batch_id IS NULL OR batch_id NOT IN ({hidden}) ORDER BY id
"""


def parts() -> list[Part]:
    """What hangs on dealers, and who stands behind them; registered in this order."""
    return [
        Part(KEY, lambda: DealerExposure, work, lambda: parameters_of(KEY)),
        Part(BEHIND, lambda: SuppliedThrough, work_behind, lambda: parameters_of(KEY)),
    ]


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    said = {"red_from": _("标红的依赖度"), "keep": _("留存率")}
    return {name: _percent(values[name], word) for name, word in said.items()}


GROUP = ParameterGroup(KEY, DEFAULTS, _checked)


def _percent(text: Any, word: str) -> str:
    try:
        found = Decimal(str(text).strip().rstrip("%％"))
    except InvalidOperation as odd:
        raise SchemeError(_("%(what)s要写百分数。") % {"what": word}, code="bad_percent") from odd
    if not 0 <= found <= 100:
        raise SchemeError(_("%(what)s要在 0 到 100 之间。") % {"what": word}, code="bad_percent")
    return f"{found.normalize():f}"


def work(given: Given) -> Found:
    """A row for each dealer with a link."""
    import polars as pl

    if not _has_links():
        return Found(nobody(DealerExposure), {"dealers": 0, "red_regions": []})
    keep, red_from = Decimal(given.parameters["keep"]) / 100, Decimal(given.parameters["red_from"])
    with given.engine() as engine:
        links, sales, about, products = _inputs(given, engine)
        table = value.exposure(links, sales, given.as_of, about, products, keep=keep, red_from=red_from)
        rows: Any = pl.from_arrow(table.to_pyarrow())
        counts = links.group_by(of="dealer_id").aggregate(behind=links.customer_id.nunique())
        rows = rows.join(pl.from_arrow(counts.to_pyarrow()), left_on="dealer_id", right_on="of", how="left")
    keys: Any = pl.from_arrow(given.customers.select(["customer_id", "customer_key"]))
    rows = rows.join(keys, left_on="dealer_id", right_on="customer_id", how="inner").with_columns(
        flag=pl.col("region_flag").cast(pl.String), dependency_centi=_centi("region_dependency"),
        **{f"{name}_fen": _centi(name) for name in _MONEY},
    )  # fmt: skip
    stored = _named(rows.sort("at_risk_fen", "customer_key", descending=[True, False]), DealerExposure)
    red = {row["region"] for row in rows.filter(pl.col("flag") == "red").to_dicts() if row["region"]}
    return Found(stored.to_arrow(), {"dealers": rows.height, "red_regions": sorted(red)})


def work_behind(given: Given) -> Found:
    """A row for each customer behind each dealer."""
    import polars as pl

    if not _has_links():
        return Found(nobody(SuppliedThrough))
    with given.engine() as engine:
        links, sales, about, products = _inputs(given, engine)
        keep = Decimal(given.parameters["keep"]) / 100
        found = value.exposure_detail(links, sales, given.as_of, about, products, keep=keep)
        rows: Any = pl.from_arrow(found.to_pyarrow())
    keys: Any = pl.from_arrow(given.customers.select(["customer_id", "customer_key"]))
    rows = rows.join(keys, on="customer_id", how="inner").join(
        keys.rename({"customer_key": "dealer_key"}), left_on="dealer_id", right_on="customer_id", how="inner"
    )
    rows = rows.drop("dealer_id").rename({"dealer_key": "dealer_id"}).with_columns(
        through_fen=_centi("sell_through"), saved_fen=_centi("recoverable"),
        keep_bp=(pl.col("keep") * 10_000).round().cast(pl.Int64), is_reachable=pl.col("reachable").cast(pl.Int64),
        is_moved=pl.col("moved").cast(pl.Int64),
    )  # fmt: skip
    return Found(_named(rows.sort("dealer_id", "through_fen", "customer_key"), SuppliedThrough).to_arrow())


def _centi(name: str) -> Any:
    import polars as pl

    return (pl.col(name) * 100).round().cast(pl.Int64)


def _named(rows: Any, model: type[RunRow]) -> Any:
    kept = [f.column for f in model._meta.concrete_fields if f.column not in ("id", "run_id", "customer_id")]
    return rows.select("customer_key", *kept)


def _inputs(given: Given, engine: Any) -> tuple[Any, ...]:
    """Links, sales (every status; the library counts what was delivered), what is known of customers, product lines."""
    from kemai.value.exact import to_yuan

    sales = engine.read_parquet(given.sales)
    sales = sales.mutate(amount=to_yuan(sales.amount_fen))
    links = _links()
    made = (("links", links), ("about", _about(links, given.as_of)), ("products", _products()))
    tables = {name: engine.create_table(name, table, temp=True) for name, table in made}
    return tables["links"], sales, tables["about"], tables["products"]


def _has_links() -> bool:
    """Most companies sell to those who use it: then no line has to be read."""
    return SupplyLink.objects.filter(landed("")).exists()


def _links() -> Any:
    import pyarrow as pa

    rows = SupplyLink.objects.filter(landed("")).order_by("pk").values_list(
        "dealer__code", "customer__code", "product_line", "share_bp", "from_on", "to_on"
    )  # fmt: skip
    schema = pa.schema([
        ("dealer_id", pa.string()), ("customer_id", pa.string()), ("product_line", pa.string()), ("share", pa.float64()),
        ("from_on", pa.date32()), ("to_on", pa.date32()),
    ])  # fmt: skip
    made = [(d, c, line or None, None if bp is None else bp / 10_000, a, b) for d, c, line, bp, a, b in rows]
    return _arrow(made, schema)


def _products() -> Any:
    import pyarrow as pa

    schema = pa.schema([("product_code", pa.string()), ("line", pa.string())])
    return _arrow(list(Product.objects.order_by("pk").values_list("code", "line")), schema)


def _about(links: Any, day: date) -> Any:
    """Region of everybody who has one; completeness, last check of the contact and other dealers of the region for those
    behind a dealer."""
    import polars as pl

    behind: dict[str, set[str]] = defaultdict(set)
    for dealer, customer in zip(
        *(links[name].to_pylist() for name in ("dealer_id", "customer_id")), strict=True
    ):
        behind[customer].add(dealer)
    every = _regions()
    known, regions = (
        _known(sorted(behind), day),
        dict(
            every.filter(pl.col("customer_id").is_in(list(behind)))
            .select("customer_id", "region")
            .iter_rows()
        ),
    )
    dealers: dict[str, set[str]] = defaultdict(set)
    for code, region in (
        every.filter(pl.col("type") == CustomerType.DISTRIBUTOR.value)
        .select("customer_id", "region")
        .iter_rows()
    ):
        dealers[region].add(code)
    rows = [
        (code, *known.get(code, (None, None)), len(dealers[regions[code]] - behind[code] - {code}) if regions.get(code) else 0)
        for code in sorted(behind)
    ]  # fmt: skip
    kinds = {
        "customer_id": pl.String,
        "completeness": pl.Float64,
        "confirmed_on": pl.Date,
        "alternatives": pl.Int64,
    }
    told = pl.DataFrame(rows, kinds, orient="row")
    return every.drop("type").join(told, on="customer_id", how="left").to_arrow()


def _regions() -> Any:
    """Code, region (null for none) and type of every customer."""
    import polars as pl

    hidden = ", ".join(str(each) for each in (*unlanded_ids(), 0))
    with reader() as read:
        found: Any = pl.from_arrow(read(_CUSTOMERS.format(hidden=hidden)))
    texts = found.with_columns(pl.all().cast(pl.String))
    return texts.with_columns(region=pl.when(pl.col("region") != "").then(pl.col("region")))


def _known(codes: list[str], day: date) -> dict[str, tuple[float, date | None]]:
    """The filled share of the archive, and when its contact was last checked or spoken to, by code."""
    found: dict[str, tuple[float, date | None]] = {}
    for start in range(0, len(codes), AT_ONCE):
        rows = list(
            layers.with_layers(Customer.objects.filter(Among("code", codes[start : start + AT_ONCE])))
        )
        checks = ArchiveCheck.objects.filter(
            Among("customer_id", [c.pk for c in rows]), part=ArchivePart.CONTACT, on__lte=day
        )
        checked = dict(checks.order_by().values_list("customer_id").annotate(last=Max("on")))
        for each in rows:
            days = [on for on in (checked.get(each.pk), each.last_contact_on) if on is not None and on <= day]
            found[each.code] = (float(layers.overall(each).percent), max(days, default=None))
    return found


def _arrow(rows: list[Any], schema: Any) -> Any:
    import pyarrow as pa

    columns = [pa.array([row[at] for row in rows], field.type) for at, field in enumerate(schema)]
    return pa.Table.from_arrays(columns, schema=schema)
