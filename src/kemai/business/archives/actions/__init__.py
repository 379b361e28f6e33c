"""Writes on the archive: each checks the actor, changes in one transaction, leaves a trail and announces."""

from kemai.foundation.lazily import offer

__getattr__ = offer(
    __name__,
    {
        "create_customer": "customers",
        "change_basics": "customers",
        "Conflict": "customers",
        "Invalid": "customers",
        "assign_owner": "ownership",
        "add_contact": "contacts",
        "change_state": "states",
        "select_targets": "states",
        "allowed_moves": "states",
        "refresh_states": "orders",
        "publish_live_facets": "facets",
        "set_bank_account": "bank",
    },
)
