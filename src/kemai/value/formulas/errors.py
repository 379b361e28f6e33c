"""What is wrong with a formula, and where."""

from __future__ import annotations

from typing import Any

from kemai.value.errors import ValueLibraryError


class FormulaError(ValueLibraryError):
    """The formula makes no sense; `at` is the place of the first wrong character (from 0), `length` how many."""

    def __init__(self, message: str, *, code: str, at: int, length: int = 1, **params: Any) -> None:
        super().__init__(f"第 {at + 1} 个字：{message}", code=code, at=at, length=length, **params)
        self.at, self.length = at, length
