"""An import that touches more known customers than one transaction should hold: it lands at once and settles after."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.oversight.exchange.conftest import SALES_HEADER
from tests.oversight.exchange.test_crash import child, finish

from kemai.business.archives.models import Customer, StateChange
from kemai.business.trade.models import SaleLine
from kemai.foundation.batches.models import Batch
from kemai.oversight.exchange.landing import states
from kemai.oversight.exchange.landing.recovery import recover_pending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MANY = states.IN_FLIP + 50


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """So many prospects that are known, and one sale to each."""
    Customer.objects.bulk_create(
        (Customer(code=f"K{n:05d}", name=f"第{n:05d}店", name_key=f"第{n:05d}店") for n in range(MANY)),
        batch_size=1_000,
    )
    path = tmp_path / "s.csv"
    lines = (f"N{n},1,2026-{n % 9 + 1:02d}-05,K{n:05d},P1,1,10" for n in range(MANY))
    path.write_text("\n".join([SALES_HEADER, *lines]) + "\n", "utf8")
    return path


def moved() -> int:
    return Customer.objects.filter(state="actual", last_order_on__isnull=False).count()


def test_killed_while_it_settles_it_has_landed_and_the_next_finishes(ledger):
    assert finish(child(ledger, "exchange.settling", chunk=10_000)) == 137
    batch = Batch.objects.get()
    assert (batch.status, batch.is_settled) == (Batch.Status.LANDED, False)
    assert SaleLine.objects.landed().count() == MANY
    assert 0 < moved() < MANY
    assert recover_pending() == 0
    batch.refresh_from_db()
    assert batch.is_settled
    assert moved() == MANY
    assert StateChange.objects.filter(to_state="actual").count() == MANY
    ninth = Customer.objects.get(code="K00008")
    assert (ninth.first_order_on, ninth.last_order_on) == (date(2026, 9, 5), date(2026, 9, 5))
