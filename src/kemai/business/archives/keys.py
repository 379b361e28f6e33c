"""Everybody's keys at once, for sums over files that carry keys: a text of a million numbers is a small part of the work
of a million rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Aggregate, TextField

from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict, restrict_each
from kemai.foundation.moments import kept_for_a_moment

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

COLUMNS = {"owner": "owner_id", "unit": "unit_id", "region": "region"}
FEW = 100_000
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


@kept_for_a_moment
def seen_keys(actor: Actor) -> np.ndarray:
    """The keys of the customers that the actor may see (int64), each once, in no order."""
    import numpy as np
    import polars as pl

    told = [
        rows.order_by().aggregate(text=Listed("pk"))["text"]
        for rows in restrict_each(Customer.objects.all(), actor)
    ]
    keys = [_numbers(text) for text in told]
    return keys[0] if len(keys) == 1 else pl.Series(np.concatenate([_numbers(""), *keys])).unique().to_numpy()


def keys_of_own(actor: Actor) -> np.ndarray:
    """The keys of the customers whose owner the actor is."""
    rows = restrict(Customer.objects.filter(owner_id=actor.person_id), actor)
    return _numbers(rows.order_by().aggregate(text=Listed("pk"))["text"])


def sees_many(actor: Actor) -> bool:
    """Whether the actor sees so many customers that to look at all rows is quicker than to find those of each."""
    return len(seen_keys(actor)) > FEW


@kept_for_a_moment
def keys_by(actor: Actor, column: str) -> Grouped:
    """The same in groups by a column of the customer that has an index. Everybody is read in groups, which that index holds
    together, and then who is not to be seen is left out: quicker than to look at each customer."""
    import numpy as np
    import polars as pl

    found = Customer.objects.order_by().values_list(column).annotate(text=Listed("pk"))
    groups, texts = zip(*found, strict=True) if found else ((), ())
    numbers = [_numbers(text) for text in texts]
    places = np.repeat(np.arange(len(groups)), [len(each) for each in numbers])
    rows = pl.DataFrame({"customer_key": np.concatenate([_numbers(""), *numbers]), "place": places})
    seen = pl.DataFrame({"customer_key": seen_keys(actor)})
    return Grouped(rows.join(seen, on="customer_key", how="semi"), [*groups])


def keys_contacted_since(day: date) -> np.ndarray:
    """The keys of everybody who was contacted on a day or later: only for what is held against the keys that an actor sees."""
    rows = Customer.objects.order_by().filter(last_contact_on__gte=day)
    return _numbers(rows.aggregate(text=Listed("pk"))["text"])


def keys_of_codes() -> pl.DataFrame:
    """customer_id (the code) and customer_key of everybody: only for what is held against the keys that an actor sees."""
    import polars as pl

    told = Customer.objects.order_by().aggregate(codes=Listed("code"), keys=Listed("pk"))
    keys = _numbers(told["keys"])
    codes = pl.DataFrame({"customer_id": [told["codes"]]}, schema={"customer_id": pl.String})
    split = (
        codes.select(pl.col("customer_id").str.split(chr(_MARK)).explode()) if len(keys) else codes.clear()
    )
    return split.with_columns(customer_key=pl.Series(keys))


def _numbers(text: str | None) -> np.ndarray:
    import numpy as np

    return np.fromstring(text or "", np.int64, sep=chr(_MARK))
