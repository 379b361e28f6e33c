"""Everybody's keys at once, for sums over files that carry keys: a text of a million numbers is a small part of the work
of a million rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Aggregate, TextField

from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

_MARK = 31  # the separator of units in ASCII, which no code holds


class Listed(Aggregate):
    """The values of a column as one text, in no order."""

    output_field = TextField()
    template = f"GROUP_CONCAT(%(expressions)s, char({_MARK}))"

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = f"STRING_AGG((%(expressions)s)::text, chr({_MARK}))"
        return self.as_sql(compiler, connection, template=template, **more)


@dataclass(frozen=True)
class Grouped:
    """`rows` has customer_key and `place`, the group's place among `groups`."""

    rows: pl.DataFrame
    groups: list[Any]


def seen_keys(actor: Actor) -> np.ndarray:
    """The keys of the customers that the actor may see (int64)."""
    return keys_by(actor, None).rows["customer_key"].to_numpy()


def keys_by(actor: Actor, column: str | None) -> Grouped:
    """The same in groups by a column of the customer; one group without a column."""
    import numpy as np
    import polars as pl

    found = _listed(actor, column)
    numbers = [np.fromstring(text, np.int64, sep=chr(_MARK)) for _group, text in found]
    places = np.repeat(np.arange(len(found)), [len(each) for each in numbers])
    keys = np.concatenate(numbers) if numbers else np.zeros(0, np.int64)
    return Grouped(pl.DataFrame({"customer_key": keys, "place": places}), [group for group, _text in found])


def keys_of_codes() -> pl.DataFrame:
    """customer_id (the code) and customer_key of everybody: only for what is held against the keys that an actor sees."""
    import numpy as np
    import polars as pl

    told = Customer.objects.order_by().aggregate(codes=Listed("code"), keys=Listed("pk"))
    keys = np.fromstring(told["keys"] or "", np.int64, sep=chr(_MARK))
    codes = pl.DataFrame({"customer_id": [told["codes"]]}, schema={"customer_id": pl.String})
    split = (
        codes.select(pl.col("customer_id").str.split(chr(_MARK)).explode()) if len(keys) else codes.clear()
    )
    return split.with_columns(customer_key=pl.Series(keys))


def _listed(actor: Actor, column: str | None) -> list[tuple[Any, str]]:
    seen = restrict(Customer.objects.all(), actor).order_by()
    if column is None:
        [text] = seen.aggregate(text=Listed("pk")).values()
        return [(None, text)] if text else []
    return list(seen.values_list(column).annotate(text=Listed("pk")))
