"""The key that tells whether two sale lines are the same line: order and line number where both are known."""

from datetime import date


def order_line_key(order_no: str, line_no: str) -> str:
    """The key of a line that the seller numbers: `SO-1` and `2` give `SO-1/2`."""
    return f"{order_no}/{line_no}"


def posted_line_key(batch_id: int) -> str:
    """The key of a line without numbers that a person posted: one line a posting."""
    return f"posted/{batch_id}"


def month_line_key(customer_id: int, month: date) -> str:
    """The key of a month's total that a person wrote: one a customer and month."""
    return f"month/{customer_id}/{month:%Y-%m}"
