"""Everybody in the order of the codes, a row each, to which every step adds its columns.

The columns are Arrow's and stay where they are: a step reads those that it names, and what it finds lies beside them
without a join, a sort or a copy (decision 0022).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

NAME = "everybody"


class Everybody:
    """The rows of a run on an engine; `rows` has `seq`, the place of each row."""

    def __init__(self, connection: Any, rows: pa.Table) -> None:
        self._connection = connection
        self._columns: dict[str, Any] = {}
        self.lay(dict(zip(rows.column_names, rows.columns, strict=True)))

    @property
    def rows(self) -> pa.Table:
        """All columns as they are now."""
        import pyarrow as pa

        return pa.table(self._columns)

    @property
    def table(self) -> Table:
        """The same for an expression, which has to be worked out before the next column is laid."""
        return self._connection.table(NAME)  # type: ignore[no-any-return]

    def find(self, expression: Table) -> pa.Table:
        """The rows of an expression that has `seq`, in its order."""
        import numpy as np

        found = expression.to_pyarrow()
        is_in_order = np.array_equal(found["seq"].to_numpy(), np.arange(len(found)))
        return found if is_in_order else found.sort_by("seq")

    def add(self, expression: Table) -> None:
        """The columns of an expression, which has `seq`, beside the others or in place of those of the same name."""
        found = self.find(expression)
        self.lay(dict(zip(found.column_names, found.columns, strict=True)))

    def lay(self, columns: Mapping[str, Any]) -> None:
        """Arrow columns in the order of everybody."""
        self._columns |= columns
        self._show()

    def drop(self, *names: str) -> None:
        """Memory for the next step: a million customers fill eight megabytes with each column."""
        for name in names:
            self._columns.pop(name, None)
        self._show()

    def close(self) -> None:
        """The engine forgets them."""
        self._connection.con.unregister(NAME)

    def _show(self) -> None:
        self._connection.con.register(NAME, self.rows)
