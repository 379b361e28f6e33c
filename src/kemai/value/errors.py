"""What the library refuses, and how it says so.

Every error carries a code and its parameters, so that a door can say the sentence in another language.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class ValueLibraryError(ValueError):
    """The common parent: a Chinese sentence, a stable `code` and the `params` it was built from."""

    def __init__(self, message: str, *, code: str, **params: Any) -> None:
        super().__init__(message)
        self.code = code
        self.params = params


class FactError(ValueLibraryError):
    """A fact table has the wrong shape; `column` names the column that is wrong."""

    def __init__(self, message: str, *, code: str, column: str | None = None, **params: Any) -> None:
        super().__init__(message, code=code, column=column, **params)
        self.column = column


class HorizonError(FactError):
    """Customers ranked together have estimates for different horizons (S0.40); `customers` lists them."""

    def __init__(self, expected: int, offenders: Sequence[tuple[str, int]], total: int) -> None:
        named = "、".join(f"{code}({months} 个月)" for code, months in offenders)
        more = f" 等共 {total} 个" if total > len(offenders) else ""
        super().__init__(
            f"horizon_months：预测期必须一致（{expected} 个月）才能一起排名；不一致的客户：{named}{more}",
            code="horizon_differs",
            column="horizon_months",
            expected=expected,
            total=total,
        )
        self.customers = tuple(code for code, _ in offenders)


class SchemeError(ValueLibraryError):
    """A scheme's definition makes no sense; the sentence says which part and how to mend it."""


class EngineError(ValueLibraryError):
    """The engine asked for cannot be had on this machine; the sentence says what to install or set."""


class FactWarning(UserWarning):
    """A figure was given, but on thin ground: a sentence, a stable `code` and the `params` it was built from."""

    def __init__(self, message: str, *, code: str, **params: Any) -> None:
        super().__init__(message)
        self.code = code
        self.params = params
