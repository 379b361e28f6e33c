"""What a search reads: firms and people of the archive as Arrow, as the database has them now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kemai.foundation.arrow.reading import reader
from kemai.foundation.batches.models import unlanded_ids

if TYPE_CHECKING:
    import pyarrow as pa

# Nothing is null here: ADBC on SQLite guesses a column's type from its first rows.
_CUSTOMERS = """
SELECT id, name, type, uscc, tax_number, phone, address, principal, email, website, region
FROM archives_customer WHERE type <> 'internal' AND (batch_id IS NULL OR batch_id NOT IN ({hidden})) ORDER BY id
"""
_NUMBERS = """
SELECT customer_id AS id, number FROM (
  SELECT customer_id, mobile AS number, batch_id FROM archives_contact WHERE mobile <> ''
  UNION SELECT customer_id, phone AS number, batch_id FROM archives_contact WHERE phone <> ''
  UNION SELECT id AS customer_id, fax AS number, batch_id FROM archives_customer WHERE fax <> ''
) numbers WHERE batch_id IS NULL OR batch_id NOT IN ({hidden}) ORDER BY 1, 2
"""


def read_archive() -> Iterator[pa.Table]:
    """Tables of features of all customers that have landed, some rows at a time."""
    from kemai.oversight.dedupe.linking import company_rows

    hidden = ", ".join(str(each) for each in (*unlanded_ids(), 0))
    with reader() as read:
        customers, numbers = read(_CUSTOMERS.format(hidden=hidden)), read(_NUMBERS.format(hidden=hidden))
    yield from company_rows(customers, _by_customer(numbers))


def _by_customer(numbers: pa.Table) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    if len(numbers):
        for pk, number in zip(numbers["id"].to_pylist(), numbers["number"].to_pylist(), strict=True):
            found.setdefault(int(pk), []).append(str(number))
    return found
