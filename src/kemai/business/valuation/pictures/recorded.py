"""What a run's parts need beside the ledger, as Arrow: targets, attitudes, credit grades."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Sum

from kemai.business.trade.models import Target
from kemai.business.valuation.models import Attitude, CreditAssessment
from kemai.foundation.money import yuan

if TYPE_CHECKING:
    import pyarrow as pa

ANSWERS = ("share_of_wallet", "referral", "price_tolerance", "fault_tolerance", "rival_attitude")


def positions_depend_on() -> dict[str, Any]:
    """Changes where targets or attitudes did, so that the run's input hash does too."""
    targets = Target.objects.landed().aggregate(n=Count("pk"), fen=Sum("amount_fen"), last=Max("pk"))
    attitudes = Attitude.objects.filter(is_current=True).aggregate(n=Count("pk"), last=Max("pk"))
    grades = CreditAssessment.objects.aggregate(n=Count("pk"), last=Max("pk"))
    return {"targets": targets, "attitudes": attitudes, "grades": grades}


def targets(year: int) -> pa.Table:
    """customer_id, period, amount (yuan) of a year."""
    import pyarrow as pa

    rows = Target.objects.landed().filter(period__startswith=str(year))
    found = list(rows.values_list("customer__code", "period", "amount_fen"))
    return pa.table(
        {
            "customer_id": pa.array([code for code, _period, _fen in found], pa.string()),
            "period": pa.array([period for _code, period, _fen in found], pa.string()),
            "amount": pa.array([yuan(fen) for _code, _period, fen in found], pa.decimal128(18, 2)),
        }
    )


def attitudes() -> pa.Table:
    """customer_id, label (early_adopter for a loyal one that is), and the answers of the current records."""
    import pyarrow as pa

    names = ("customer__code", "attitude", "is_early_adopter", *ANSWERS)
    found = list(Attitude.objects.filter(is_current=True).values_list(*names))
    columns = list(zip(*found, strict=True)) if found else [()] * len(names)
    labels = ["early_adopter" if early else kind for kind, early in zip(columns[1], columns[2], strict=True)]
    answers = {name: pa.array(columns[3 + at], pa.int64()) for at, name in enumerate(ANSWERS)}
    return pa.table({"customer_id": pa.array(columns[0], pa.string()), "label": pa.array(labels, pa.string()), **answers})  # fmt: skip


def grades(as_of: date) -> pa.Table:
    """customer_id, grade: the last grade that each customer had got by the day."""
    import pyarrow as pa

    rows = CreditAssessment.objects.filter(on__lte=as_of).order_by("on", "pk")
    found = dict(rows.values_list("customer__code", "grade"))  # the last one stays
    return pa.table(
        {
            "customer_id": pa.array(list(found), pa.string()),
            "grade": pa.array(list(found.values()), pa.string()),
        }
    )
