"""Who was confirmed as lost, and when (2.9, S4.9): from the log of states, and from customers that came in as lost.

The one reading of it: warnings, rates, worth, and the states at quarter ends all ask here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from kemai.business.archives.models import StateChange
from kemai.foundation.arrow.reading import reader

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

_LOST = """
SELECT c.code AS customer_id, CAST(s.{on} AS varchar(10)) AS lost_on FROM archives_statechange s
JOIN archives_customer c ON c.id = s.customer_id WHERE s.to_state = 'lost' AND s.status = 'done' AND s.id <= {upto}
UNION ALL
SELECT code, CAST(COALESCE(state_since, {never}) AS varchar(10)) FROM archives_customer c WHERE state = 'lost'
AND NOT EXISTS (SELECT 1 FROM archives_statechange s WHERE s.customer_id = c.id AND s.to_state = 'lost' AND s.status = 'done')
"""


def latest_change() -> int:
    """The last entry of the log that a run may know."""
    return StateChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def confirmed_as_lost(upto: int) -> pa.Table:
    """customer_id and lost_on of each time somebody confirmed it."""
    import pyarrow as pa

    quoted = connection.ops.quote_name("on")
    never = "'2000-01-01'" if connection.vendor == "sqlite" else "DATE '2000-01-01'"
    with reader() as read:
        rows = read(_LOST.format(on=quoted, upto=int(upto), never=never))
    codes = rows["customer_id"].cast(pa.string())
    return pa.table({"customer_id": codes, "lost_on": rows["lost_on"].cast(pa.string()).cast(pa.date32())})


def lost_by(events: pa.Table, day: date) -> pa.Table:
    """Of each customer the last time up to a day."""
    import pyarrow as pa
    import pyarrow.compute as pc

    known = events.filter(pc.less_equal(events["lost_on"], pa.scalar(day, pa.date32())))
    last = known.group_by("customer_id").aggregate([("lost_on", "max")])
    return last.rename_columns({"lost_on_max": "lost_on"})
