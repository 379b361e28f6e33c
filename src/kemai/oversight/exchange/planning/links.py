"""The plan of a supply links file: who stands behind whom, held against the links there are and the rules they keep.

The rules speak of all links at once, so the rows of the file are kept in memory: a link is a few numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from django.db.models import Count, Sum

from kemai.business.archives import supply_rules
from kemai.business.archives.models import SupplyLink
from kemai.business.archives.supply_links import all_ties
from kemai.business.archives.supply_rules import Tie
from kemai.foundation.among import Among
from kemai.foundation.batches.models import unlanded_ids
from kemai.oversight.exchange.parsing.convert import Converted
from kemai.oversight.exchange.planning.cells import changed_cells, not_too_long
from kemai.oversight.exchange.planning.customers_named import CustomersNamed
from kemai.oversight.exchange.planning.refusals import found
from kemai.oversight.exchange.planning.report import Report
from kemai.oversight.exchange.planning.request import ImportRequest
from kemai.oversight.exchange.planning.source import Source
from kemai.oversight.exchange.planning.spool import Spool
from kemai.oversight.exchange.planning.twins import without_twins

KEY = ("dealer_ref", "customer_ref", "product_line", "from_on")
FIELDS = ("share_bp", "to_on")
_PPM_OF_BP = 100
_TWICE = ("line_again", "line_differs")
_RULES: tuple[tuple[str, str, Callable[[Iterable[Tie]], set[int]]], ...] = (
    ("from", "link_overlaps", supply_rules.doubled),
    ("share", "link_shares", supply_rules.beyond_whole),
    ("dealer", "link_circle", supply_rules.circling),
)


class Standing(NamedTuple):
    """How many links there are and how often they were changed: the same numbers, the same links."""

    links: int
    versions: int


class LinksPlan:
    """`rows` are the links to add or to change, with `old_id`, `before_…` and `version` where they are known."""

    def __init__(self, request: ImportRequest, source: Source, folder: Path) -> None:
        self.report = Report("links")
        self.customers = CustomersNamed(request.actor, request.create_customers, request.aliases)
        self.rows = Spool(folder / "plan.parquet")
        self.dealers: set[int] = set()  # places of the new customers that are dealers
        self._request, self._source, self._folder = request, source, folder

    def make(self) -> LinksPlan:
        """Reads, resolves and compares everything."""
        self.standing = standing()
        self._ties = all_ties()
        self._known = _by_ends(self._ties)
        spool = Spool(self._folder / "links.parquet")
        for converted in self._source.converted():
            self._request.check_cancelled()
            spool.add(self._meant(self._taken(converted)))
        spool.close()
        spool, problems, equal = without_twins(spool, "key", FIELDS, "customer", _TWICE)
        self.report.note_problems(problems)
        self.report.unchanged += equal
        self._compare(pl.concat([_NOTHING, *spool.batches()], how="diagonal"))
        self.rows.close()
        self.report.new_customers = self.customers.created
        self.report.unknown = self.customers.unknown_rows()
        return self

    def _taken(self, converted: Converted) -> pl.DataFrame:
        self.report.rows += converted.rows
        self.report.note_problems(converted.problems)
        table = self._named(self._named(converted.table, "dealer"), "customer")
        self.dealers.update(ref for ref in table["dealer_ref"].unique() if ref < 0)
        table, problems = not_too_long(table, {"product_line": 60})
        self.report.note_problems(problems)
        return self._sensible(table).select(
            "row", "dealer", "customer", "dealer_ref", "customer_ref", pl.col("product_line").fill_null(""),
            (pl.col("share_ppm") // _PPM_OF_BP).alias("share_bp"), pl.col("from").alias("from_on"),
            pl.col("to").alias("to_on"),
        )  # fmt: skip

    def _named(self, table: pl.DataFrame, end: str) -> pl.DataFrame:
        """Adds `dealer_ref` or `customer_ref`."""
        asked = table.with_columns(
            pl.col(end).alias("customer"),
            pl.col("customer").alias("_other"),
            pl.lit(None, pl.String).alias("customer_name"),
        )
        named, problems = self.customers.resolve(asked, field=end)
        self.report.note_problems(problems)
        named = named.with_columns(pl.col("_other").alias("customer")).drop("_other", "customer_name")
        return named if end == "customer" else named.rename({"customer_ref": "dealer_ref"})

    def _sensible(self, table: pl.DataFrame) -> pl.DataFrame:
        """What a row says wrong by itself."""
        text = pl.format("{}%", pl.col("share_ppm") / 10_000).alias("share_text")
        table = table.with_columns(text, pl.col("to").cast(pl.String).alias("to_text"))
        refused = [
            ("customer", "customer", "link_self", pl.col("dealer_ref") == pl.col("customer_ref")),
            ("share", "share_text", "basis_points", pl.col("share_ppm") % _PPM_OF_BP != 0),
            ("to", "to_text", "link_days", pl.col("to") < pl.col("from")),
        ]
        bad: set[int] = set()
        for field, column, code, wrong in refused:
            rows = table.filter(wrong.fill_null(False))
            self.report.note_problems(found(rows, field, column, code))
            bad.update(rows["row"])
        return table.filter(~pl.col("row").is_in(list(bad)))

    def _meant(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Adds `old_id`, and `key`: the same for rows that mean the same link. Without a first day a row means the one
        link that the two have for the product line."""
        keys, olds = [], []
        for dealer, customer, line, first in rows.select(KEY).iter_rows():
            known = self._known.get((dealer, customer, line), {})
            old = known.get(first) or (
                next(iter(known.values())) if first is None and len(known) == 1 else None
            )
            olds.append(old)
            keys.append(f"#{old}" if old else f"{dealer}>{customer}>{first or ''}>{line}")
        return rows.with_columns(pl.Series("key", keys, pl.String), pl.Series("old_id", olds, pl.Int64))

    def _compare(self, rows: pl.DataFrame) -> None:
        held = _existing(rows["old_id"].drop_nulls().to_list())
        rows = rows.drop("old_id")
        scratch = Report("links")
        planned = changed_cells(rows, held, "key", FIELDS, scratch).with_columns(
            pl.coalesce("kept_from", "from_on").alias("from_on")
        )
        planned = self._kept_by_rules(planned)
        self.report.unchanged += scratch.unchanged
        self.report.created += int(planned["old_id"].null_count())
        self.report.updated += len(planned) - int(planned["old_id"].null_count())
        self.rows.add(self._without_nobodies(planned.drop("kept_from")))

    def _without_nobodies(self, planned: pl.DataFrame) -> pl.DataFrame:
        """Who stands only in a refused row is not made a customer."""
        ends = ("dealer_ref", "customer_ref")
        places = self.customers.keep_only(ref for end in ends for ref in planned[end])
        self.dealers = {places[ref] for ref in self.dealers if ref in places}
        moved = [pl.col(end).replace(places) for end in ends]
        return planned.with_columns(moved) if places else planned

    def _kept_by_rules(self, planned: pl.DataFrame) -> pl.DataFrame:
        """The rows that break no rule together. A refused change leaves what was there, which may push out another row:
        so until nothing moves."""
        while len(planned):
            refused = self._first_broken(planned)
            if not refused:
                break
            planned = planned.filter(~pl.col("row").is_in(refused))
        return planned

    def _first_broken(self, planned: pl.DataFrame) -> list[int]:
        names = (
            "row",
            "old_id",
            "dealer_ref",
            "customer_ref",
            "product_line",
            "share_bp",
            "from_on",
            "to_on",
        )
        rows = list(planned.select(names).iter_rows())
        replaced = {old for _row, old, *_rest in rows if old}
        ties = [tie for tie in self._ties if tie.key not in replaced]
        ties += [Tie(-row, *said) for row, _old, *said in rows]
        for field, code, broken in _RULES:
            wrong = [-key for key in broken(ties) if key < 0]
            if wrong:
                bad = planned.filter(pl.col("row").is_in(wrong)).with_columns(_shown(field))
                self.report.note_problems(found(bad, field, "_shown", code))
                return wrong
        return []


_NOTHING = pl.DataFrame(
    schema={
        "row": pl.Int64, "dealer": pl.String, "customer": pl.String, "dealer_ref": pl.Int64, "customer_ref": pl.Int64,
        "product_line": pl.String, "share_bp": pl.Int64, "from_on": pl.Date, "to_on": pl.Date, "key": pl.String,
        "old_id": pl.Int64,
    }
)  # fmt: skip


def standing() -> Standing:
    """What `Standing` counts, over the links of landed imports."""
    links = SupplyLink.objects.exclude(batch_id__in=unlanded_ids())
    told = links.aggregate(links=Count("pk"), versions=Sum("version"))
    return Standing(told["links"], told["versions"] or 0)


def _by_ends(ties: Iterable[Tie]) -> dict[tuple[int, int, str], dict[date | None, int]]:
    found: dict[tuple[int, int, str], dict[date | None, int]] = defaultdict(dict)
    for tie in ties:
        found[tie.dealer, tie.customer, tie.line][tie.from_on] = tie.key
    return found


def _existing(ids: list[int]) -> pl.DataFrame:
    schema: dict[str, Any] = {"old_id": pl.Int64, "version": pl.Int64, "kept_from": pl.Date, "share_bp": pl.Int64,
                              "to_on": pl.Date}  # fmt: skip
    rows = SupplyLink.objects.filter(Among("pk", ids)).values_list("pk", "version", "from_on", *FIELDS)
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    return frame.with_columns(pl.format("#{}", "old_id").alias("key"))


def _shown(field: str) -> pl.Expr:
    """The cell that is to be looked at, as it was read."""
    if field == "share":
        return pl.format("{}%", pl.col("share_bp") / 100).fill_null("").alias("_shown")
    return pl.col("from_on" if field == "from" else "dealer").cast(pl.String).fill_null("").alias("_shown")
