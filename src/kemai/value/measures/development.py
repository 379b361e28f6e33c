"""From one year to the next: steadier or not, and how much more it buys (S3.25)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kemai.value.arguments import fen_of, percent

ALIKE = 0.02  # variations closer than this are the same steadiness


@dataclass(frozen=True, slots=True)
class Development:
    """`steadiness` is more_stable, as_stable or less_stable; `growth` percent of the earlier year, two decimals. Each is
    None where one of its two numbers is missing or there is nothing to grow from."""

    steadiness: str | None
    growth: Decimal | None


def development(
    cv_before: float | None, cv_now: float | None, sales_before: Any, sales_now: Any
) -> Development:
    """Two years of the same customer side by side: coefficients of variation (fractions) and sales (yuan).

    >>> development(0.20, 0.12, 4_000_000, 4_400_000)
    Development(steadiness='more_stable', growth=Decimal('10.00'))
    """
    return Development(_steadiness(cv_before, cv_now), _growth(sales_before, sales_now))


def _steadiness(before: float | None, now: float | None) -> str | None:
    if before is None or now is None:
        return None
    if abs(now - before) < ALIKE:
        return "as_stable"
    return "more_stable" if now < before else "less_stable"


def _growth(before: Any, now: Any) -> Decimal | None:
    if before is None or now is None or fen_of(before, "sales_before") <= 0:
        return None
    earlier = fen_of(before, "sales_before")
    return percent(fen_of(now, "sales_now") - earlier, earlier)
