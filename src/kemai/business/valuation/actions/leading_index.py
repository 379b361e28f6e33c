"""Indexes for the leading scheme: lists sort and filter by its columns, whichever they are at the moment.

Those of the default are part of the model. For another scheme two are made when it is chosen and those of the one
before are dropped; eight schemes with two indexes each would make every run pay for seven that nobody reads.
"""

from __future__ import annotations

from django.db import connection, transaction

from kemai.business.valuation.leading import DEFAULT, MAY_LEAD, leading_scheme
from kemai.business.valuation.models import Standing

TABLE = Standing._meta.db_table
PARTS = {"rank": "run_id, {key}_rank", "class": "run_id, {key}_class, sales_12m_fen, customer_id"}


def index_for(key: str) -> None:
    """Makes what is missing for the key; readers of the scheme before keep theirs until `drop_others`."""
    if key == DEFAULT or key not in MAY_LEAD:
        return
    known = _known()
    for part, columns in PARTS.items():
        if _name(key, part) not in known:
            with (
                transaction.atomic(),
                connection.cursor() as cursor,
            ):  # one at a time: writers wait for one only
                cursor.execute(
                    f"CREATE INDEX IF NOT EXISTS {_name(key, part)} ON {TABLE} ({columns.format(key=key)})"
                )


def drop_others(key: str) -> None:
    """Drops the indexes of schemes that lead no longer."""
    kept = {_name(key, part) for part in PARTS}
    mine = {_name(other, part) for other in MAY_LEAD if other != DEFAULT for part in PARTS}
    for name in sorted((_known() & mine) - kept):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX IF EXISTS {name}")


def ensure_leading_index() -> None:
    """What a run does first: a migration that rebuilt the table may have lost them."""
    index_for(leading_scheme())


def _name(key: str, part: str) -> str:
    return f"lead_{key}_{part}"


def _known() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, TABLE))
