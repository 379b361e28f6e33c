"""What an address of the ranking asks for: which scheme, which view, narrowed to whom, from which place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.ranking.narrowing import NOTHING, Narrow
from kemai.business.valuation.schemes import NAMES

VIEWS = ("top", "ab_line", "bc_line", "moves", "goal", "develop")


@dataclass(frozen=True)
class Asked:
    """One question of the ranking pages."""

    scheme: str
    view: str = "top"
    narrow: Narrow = NOTHING
    after: int = 0
    before: int = 0

    def href(self, page: str = "ranking", **changes: object) -> str:
        """The address of the same question with some of it changed; a place is kept only when it is given."""
        other = replace(self, **{"after": 0, "before": 0, **changes})  # type: ignore[arg-type]
        said = {
            "scheme": other.scheme, "view": other.view if other.view != "top" else "", "owner": other.narrow.owner,
            "unit": other.narrow.unit or "", "region": other.narrow.region, "after": other.after or "", "before": other.before or "",
        }  # fmt: skip
        return f"{reverse(page)}?{urlencode({k: v for k, v in said.items() if v})}"


def asked(data: QueryDict) -> Asked:
    """The question of an address. Raises LookupError for a scheme that is not there."""
    key = data.get("scheme") or leading_scheme()
    if key not in NAMES:
        raise LookupError(key)
    view = data.get("view", "top")
    narrow = Narrow(data.get("owner", "")[:60], _whole(data.get("unit")) or None, data.get("region", "")[:60])
    return Asked(
        key,
        view if view in VIEWS else "top",
        narrow,
        _whole(data.get("after")),
        _whole(data.get("before")),
    )


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
