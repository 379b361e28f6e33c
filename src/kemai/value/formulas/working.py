"""The tree worked out over whole columns: of every node its values as doubles, and why a customer has none.

Each node is worked out once over all customers (a million take some milliseconds). As one SQL expression it would grow
with a power of its depth, since engines write the operand of NULLIF and of a simple CASE twice (decision 0044).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from kemai.value.formulas.reasons import DIVIDED_BY_ZERO, NOT_A_NUMBER, NOT_DEFINED
from kemai.value.formulas.tree import Node

LARGEST = 9e15  # whole units that a double still tells apart
OWN = ("", DIVIDED_BY_ZERO, NOT_DEFINED, NOT_A_NUMBER)  # the first is no reason: there is a value
ZERO, UNDEFINED, UNFIT = 1, 2, 3
Pair = tuple[Any, Any]
_TWO: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "+": lambda a, b: a + b, "-": lambda a, b: a - b,
}  # fmt: skip


class Working:
    """Values and reasons of nodes; a reason is a small number, 0 where there is a value."""

    def __init__(self, rows: int, names: Mapping[str, Pair], is_percent: Callable[[Node], bool]) -> None:
        self.rows, self.names, self.is_percent = rows, names, is_percent

    def of(self, node: Node) -> Pair:
        """(values, reasons) of a node."""
        import numpy as np

        if node.kind in ("number", "percent"):
            return np.full(self.rows, float(node.text)), np.zeros(self.rows, dtype=np.int32)
        if node.kind == "name":
            return self.names[node.text]
        if node.kind in ("*", "/"):
            return self._product(node)
        if node.kind in _TWO:
            (a, why_a), (b, why_b) = map(self.of, node.parts)
            return _TWO[node.kind](a, b), _first(why_a, why_b)
        return getattr(self, f"_{_ALSO.get(node.kind, node.kind)}")(node)  # type: ignore[no-any-return]

    def _product(self, node: Node) -> Pair:
        left, right = node.parts
        (a, why_a), (b, why_b) = self.of(left), self.of(right)
        if node.kind == "/":
            times = 100.0 if self.is_percent(right) and not self.is_percent(left) else 1.0
            return _divided(a * times, b, _first(why_a, why_b))
        is_share = self.is_percent(left) or self.is_percent(right)
        return (a * b / 100.0 if is_share else a * b), _first(why_a, why_b)

    def _share(self, node: Node) -> Pair:
        (a, why_a), (b, why_b) = map(self.of, node.parts)
        return _divided(a * 100.0, b, _first(why_a, why_b))

    def _both(self, node: Node) -> Pair:
        """What decides by itself needs no other: false and anything is false, true or anything is true."""
        import numpy as np

        deciding = node.kind == "or"
        (a, why_a), (b, why_b) = map(self.of, node.parts)
        decided = ((why_a == 0) & (a == deciding)) | ((why_b == 0) & (b == deciding))
        return np.where(decided, deciding, not deciding), np.where(decided, 0, _first(why_a, why_b))

    def _not(self, node: Node) -> Pair:
        value, why = self.of(node.parts[0])
        return ~value, why

    def _negative(self, node: Node) -> Pair:
        value, why = self.of(node.parts[0])
        return -value, why

    def _abs(self, node: Node) -> Pair:
        value, why = self.of(node.parts[0])
        return abs(value), why

    def _round(self, node: Node) -> Pair:
        value, why = self.of(node.parts[0])
        scale = float(10 ** int(node.parts[1].text)) if len(node.parts) > 1 else 1.0
        return half_away(value * scale) / scale, why

    def _ln(self, node: Node) -> Pair:
        import numpy as np

        value, why = self.of(node.parts[0])
        return np.log(value), _first(why, np.where(value > 0, 0, UNDEFINED))

    def _sqrt(self, node: Node) -> Pair:
        import numpy as np

        value, why = self.of(node.parts[0])
        return np.sqrt(value), _first(why, np.where(value >= 0, 0, UNDEFINED))

    def _extreme(self, node: Node) -> Pair:
        """Of what is not known nothing is the least."""
        import numpy as np

        found = [self.of(part) for part in node.parts]
        pick = np.minimum if node.kind == "min" else np.maximum
        return reduce(pick, (v for v, _why in found)), reduce(_first, (why for _v, why in found))

    def _coalesce(self, node: Node) -> Pair:
        import numpy as np

        value, why = self.of(node.parts[0])
        for part in node.parts[1:]:
            other, why_other = self.of(part)
            value, why = np.where(why == 0, value, other), np.where(why == 0, 0, why_other)
        return value, why

    def _case(self, node: Node) -> Pair:
        """From the last pair to the first; a condition that is not known leaves the result unknown, with its reason."""
        import numpy as np

        value, why = self.of(node.parts[-1])
        for at in range(len(node.parts) - 3, -1, -2):
            holds, why_holds = self.of(node.parts[at])
            then, why_then = self.of(node.parts[at + 1])
            value, why = np.where(holds, then, value), np.where(holds, why_then, why)
            why = np.where(why_holds == 0, why, why_holds)
        return value, why


_ALSO = {"and": "both", "or": "both", "min": "extreme", "max": "extreme", "if": "case"}


def whole_units(value: Any, why: Any, factor: int) -> Pair:
    """Values in whole units (int64, 0 where there is none) and reasons; what is too large to keep has none."""
    import numpy as np

    scaled = half_away(value * float(factor))
    why = _first(why, np.where(abs(scaled) <= LARGEST, 0, UNFIT))
    return np.where(why == 0, scaled, 0.0).astype(np.int64), why


def half_away(value: Any) -> Any:
    """Rounded half away from zero, as people do; a double that stands for a half by a hair counts as one."""
    import numpy as np

    near = abs(value) * (1 + 4e-16)
    return np.copysign(np.floor(near + 0.5), value)


def _divided(a: Any, b: Any, why: Any) -> Pair:
    import numpy as np

    is_zero = b == 0
    return a / np.where(is_zero, 1.0, b), _first(why, np.where(is_zero, ZERO, 0))


def _first(a: Any, b: Any) -> Any:
    import numpy as np

    return np.where(a != 0, a, b)
