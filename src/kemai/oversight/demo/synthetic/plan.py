"""How large the company is and when its days are; every random number hangs on the seed and a name."""

from __future__ import annotations

import zlib
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

DAYS = 913  # two and a half years
PRODUCTS = 400
REPS = 100
PROSPECT_SHARE, ESTIMATED_SHARE = 0.18, 0.03


@dataclass(frozen=True, slots=True)
class CompanyPlan:
    """Customers, sale lines, seed and the last day."""

    customers: int
    sales: int
    seed: int
    today: date

    @property
    def first_day(self) -> date:
        """The first day of sales."""
        return self.today - timedelta(days=DAYS - 1)

    def dice(self, name: str) -> Any:
        """A generator of its own for each purpose, so that a change of one leaves the others."""
        import numpy as np

        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def to_json(self) -> dict[str, Any]:
        """What is kept in the database to know it again."""
        return {**asdict(self), "today": self.today.isoformat()}
