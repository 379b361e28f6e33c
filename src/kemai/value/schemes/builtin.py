"""The schemes every company starts with. They are data: a company changes them or adds its own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from kemai.value.measures.rfm import SEGMENTS
from kemai.value.schemes.definition import SchemeDefinition

ABC = ("A", "B", "C")
TIERS = ("key", "major", "ordinary", "small")
PYRAMIDS: Mapping[str, tuple[Decimal, ...]] = {
    "1_4_15_80": tuple(map(Decimal, (1, 4, 15, 80))),
    "su_1_19_30_50": tuple(map(Decimal, (1, 19, 30, 50))),
}
DEFAULT_KEY = "ev_abc"


def _cuts(*cuts: int) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, cuts))


def pyramid(preset: str = "1_4_15_80", measure: str = "sales_12m", key: str = "pyramid") -> SchemeDefinition:
    """The customer pyramid with the shares of a preset (2.2)."""
    return SchemeDefinition(key, "count_share", measure, TIERS, PYRAMIDS[preset], min_one_top=True)


BUILTIN: Mapping[str, SchemeDefinition] = {
    scheme.key: scheme
    for scheme in (
        SchemeDefinition("ev_abc", "count_share", "expected_value", ABC, _cuts(15, 20, 65)),
        SchemeDefinition("sales_abc_count", "count_share", "sales_12m", ABC, _cuts(15, 20, 65)),
        SchemeDefinition("sales_abc_value", "value_share", "sales_12m", ABC, _cuts(80, 95)),
        SchemeDefinition("profit_abc", "count_share", "profit_12m", ABC, _cuts(15, 20, 65)),
        pyramid(),
        SchemeDefinition("rfm", "score", "rfm_score", tuple(SEGMENTS.values()), class_column="rfm_segment"),
        SchemeDefinition(
            "quality", "thresholds", "quality_score", ("quality", "ordinary", "poor"), _cuts(80, 60)
        ),
        SchemeDefinition(
            "value_level",
            "thresholds",
            "sales_12m",
            ("vip", "large", "medium", "small"),
            _cuts(500_000, 200_000, 50_000),
        ),
    )
}
