"""Who changed what, when and why, chained so that tampering shows."""

from typing import TYPE_CHECKING

from kemai.foundation.lazily import offer

if TYPE_CHECKING:
    from kemai.foundation.trail.backwards import Step, Stood, as_it_stood
    from kemai.foundation.trail.bulk import Alike, record_rows, seal_batch, tallied
    from kemai.foundation.trail.chain import record
    from kemai.foundation.trail.erasing import erase_values
    from kemai.foundation.trail.queries import TrailLine, entries_of_customer, history_of_customer
    from kemai.foundation.trail.verifying import head, verify

__all__ = [
    "Alike",
    "Step",
    "Stood",
    "TrailLine",
    "as_it_stood",
    "entries_of_customer",
    "erase_values",
    "head",
    "history_of_customer",
    "record",
    "record_rows",
    "seal_batch",
    "tallied",
    "verify",
]

__getattr__ = offer(
    __name__,
    {
        "record": "chain",
        "Alike": "bulk",
        "record_rows": "bulk",
        "seal_batch": "bulk",
        "tallied": "bulk",
        "erase_values": "erasing",
        "entries_of_customer": "queries",
        "TrailLine": "queries",
        "history_of_customer": "queries",
        "Step": "backwards",
        "Stood": "backwards",
        "as_it_stood": "backwards",
        "head": "verifying",
        "verify": "verifying",
    },
)
