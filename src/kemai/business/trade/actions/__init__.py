"""Writes on the ledger: each checks the actor, changes in one transaction, moves the states and leaves a trail."""

from kemai.foundation.lazily import offer

__getattr__ = offer(
    __name__,
    {
        "InvalidSale": "posting",
        "post_sale": "posting",
        "return_sale": "posting",
        "set_month_total": "monthly",
        "deliver_sale": "status",
        "cancel_sale": "status",
        "InvalidTarget": "targets",
        "set_targets": "targets",
        "match_receipt": "matching",
        "unmatch_receipt": "matching",
    },
)
