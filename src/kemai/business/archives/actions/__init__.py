"""Writes on the archive: each checks the actor, changes in one transaction, leaves a trail and announces."""

from kemai.foundation.lazily import offer

__getattr__ = offer(
    __name__,
    {
        "create_customer": "customers",
        "change_basics": "customers",
        "Conflict": "customers",
        "Invalid": "checking",
        "assign_owner": "ownership",
        "assign_many": "bulk",
        "add_contact": "contacts",
        "change_contact": "contacts",
        "deactivate_contact": "contacts",
        "reactivate_contact": "contacts",
        "ContactConflict": "contacts",
        "change_state": "states",
        "decide_state": "states",
        "allowed_moves": "states",
        "select_targets": "bulk",
        "target_preview": "bulk",
        "chosen_customers": "bulk",
        "BulkRefused": "bulk",
        "add_team_member": "team",
        "end_team_member": "team",
        "refresh_states": "orders",
        "publish_live_facets": "facets",
        "set_bank_account": "bank",
        "reveal_bank_account": "bank",
    },
)
