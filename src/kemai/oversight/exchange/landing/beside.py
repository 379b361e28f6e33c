"""What a customer file says beside the customer's own row: own fields, delivery addresses, competing products.

New customers get theirs with them, where nobody sees them yet. Of known ones added rows carry the batch and are
hidden by it; own fields are written over in the flip, and the trail keeps what they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from kemai.business.archives.custom_fields import values_stored
from kemai.business.archives.models import CustomField, CustomValue, DeliveryAddress
from kemai.foundation import trail
from kemai.foundation.among import Among
from kemai.foundation.batches.models import Batch
from kemai.foundation.bulk import new_ids
from kemai.oversight.exchange.landing import bulk
from kemai.oversight.exchange.landing.products import before_and_after
from kemai.oversight.exchange.own_fields import TOGETHER
from kemai.oversight.exchange.planning.listed_columns import Listed, entries
from kemai.oversight.exchange.planning.request import ImportRequest

FILLED = "archives.custom.filled"
Values = Iterable[tuple[int, CustomField, str | None]]  # customer, field, what stands in the cell
_VALUE = {"customer_id": pl.Int64, "field_id": pl.Int64, "text": pl.String, "number": pl.Int64, "day": pl.Date, "unique_key": pl.String}  # fmt: skip


class Beside:
    """The columns of one file; it has none of most."""

    def __init__(
        self, request: ImportRequest, batch: Batch, own: Sequence[CustomField], listed: Sequence[Listed]
    ) -> None:
        self._request, self._batch, self._own, self._listed = request, batch, own, listed

    @property
    def columns(self) -> list[str]:
        """Their names in the plan."""
        return [*(f.key for f in self._own), *(listed.field for listed in self._listed)]

    def add(self, rows: pl.DataFrame) -> None:
        """For new customers whose id is `id`, in the caller's transaction."""
        write_values(_cells(rows, "id", self._own))
        for listed in self._listed:
            self._add_rows(
                listed, rows.select(pl.col("id").alias("customer_id"), listed.field), is_first=True
            )

    def note(self, rows: pl.DataFrame) -> None:
        """Of known customers: added rows, hidden by the batch, and the trail of all that changes."""
        keys = [f.key for f in self._own]
        changed = rows.filter(_differs(keys)) if keys else rows.clear()
        trail.record_rows(
            actor=self._request.actor, verb=FILLED, subject_type="customer", batch_id=self._batch.pk,
            rows=[(r["old_id"], r["old_id"], before_and_after(r, keys)) for r in changed.iter_rows(named=True)],
        )  # fmt: skip
        for listed in self._listed:
            self._add_rows(listed, rows.select(pl.col("old_id").alias("customer_id"), listed.field))

    def change(self, rows: pl.DataFrame) -> None:
        """Own fields of known customers, in the flip; who had no address has a default one now."""
        for field in self._own:
            replace_values(field, _cells(rows.filter(_differs([field.key])), "old_id", [field]))
        if any(listed.model is DeliveryAddress for listed in self._listed):
            first_is_default(rows.filter(pl.col("delivery_address").is_not_null())["old_id"].to_list())

    def _add_rows(self, listed: Listed, rows: pl.DataFrame, *, is_first: bool = False) -> None:
        made = list(_entries(listed, rows))
        if not made:
            return
        if is_first and listed.model is DeliveryAddress:
            _mark_first(made)
        ids = new_ids(listed.model._meta.db_table, len(made))
        frame = pl.DataFrame(
            [{"id": pk, **each} for pk, each in zip(ids, made, strict=True)], infer_schema_length=None
        )
        bulk.insert(listed.model, frame, batch_id=self._batch.pk)
        if not is_first:  # what comes with a new customer is told by the customer's own entry
            trail.record_rows(
                actor=self._request.actor, verb=f"archives.{listed.subject}.added", subject_type=listed.subject,
                batch_id=self._batch.pk, rows=[(pk, each["customer_id"], _told(each)) for pk, each in zip(ids, made, strict=True)],
            )  # fmt: skip


def write_values(cells: Values) -> None:
    """Inserts the values, one row a choice, in the caller's transaction."""
    rows = [
        {"customer_id": pk, "field_id": field.pk, "number": None, "day": None, **value}
        for pk, field, text in cells if text
        for value in values_stored(field, text.split(TOGETHER) if field.kind == CustomField.Kind.CHOICES else [text])
    ]  # fmt: skip
    if rows:
        bulk.insert(CustomValue, pl.DataFrame(rows, schema=_VALUE))


def replace_values(field: CustomField, cells: Values) -> None:
    """Writes the cells over what these customers have in the field."""
    kept = list(cells)
    CustomValue.objects.filter(Among("customer_id", [pk for pk, *_rest in kept]), field=field).delete()
    write_values(kept)


def first_is_default(customer_ids: list[int]) -> None:
    """Of customers without a default address the first in use becomes it."""
    rows = DeliveryAddress.objects.filter(Among("customer_id", customer_ids), is_active=True)
    has_one = set(rows.filter(is_default=True).values_list("customer_id", flat=True))
    first: dict[int, int] = {}
    for pk, customer_id in rows.order_by("pk").values_list("pk", "customer_id"):
        if customer_id not in has_one:
            first.setdefault(customer_id, pk)
    DeliveryAddress.objects.filter(Among("id", list(first.values()))).update(is_default=True)


def _cells(
    rows: pl.DataFrame, key: str, own: Sequence[CustomField]
) -> Iterator[tuple[int, CustomField, str | None]]:
    for field in own:
        for pk, text in rows.select(key, field.key).iter_rows():
            yield pk, field, text


def _differs(names: Sequence[str]) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"before_{name}")) for name in names)


def _entries(listed: Listed, rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    texts = ("receiver", "phone")
    for customer_id, cell in rows.iter_rows():
        for each in entries(listed, f"{cell}\n") if cell else ():
            yield {
                "customer_id": customer_id,
                **{k: "" if v is None and k in texts else v for k, v in each.items()},
            }


def _mark_first(made: list[dict[str, Any]]) -> None:
    seen: set[int] = set()
    for each in made:
        each["is_default"] = each["customer_id"] not in seen
        seen.add(each["customer_id"])


def _told(entry: dict[str, Any]) -> dict[str, list[Any]]:
    return {k: [None, v] for k, v in entry.items() if k != "customer_id" and v not in (None, "")}
