"""Codes typed without their leading zeros: KH-127 means KH-00127 where the company numbers by KH-{serial:05d}."""

from __future__ import annotations

from kemai.business.archives.models import Customer, Merge
from kemai.business.archives.names import folded
from kemai.foundation.numbering.rules import padded
from kemai.foundation.preferences.company import company_setting


def full_codes(text: str) -> list[str]:
    """The codes that the text may stand for by the company's rule; none where it is no code cut short."""
    typed = folded(text)
    return padded(str(company_setting("numbering.customer")), typed) if typed[-1:].isdigit() else []


def coded(codes: list[str]) -> tuple[str, tuple[str, ...]]:
    """SQL for the ids of customers with one of the codes, their own or that of one they absorbed."""
    listed = ", ".join(["%s"] * len(codes))
    own, absorbed = Customer._meta.db_table, Merge._meta.db_table
    return (
        f"SELECT id FROM {own} WHERE code IN ({listed})"
        f" UNION SELECT survivor_id FROM {absorbed} WHERE undone_at IS NULL AND code IN ({listed})",
        (*codes, *codes),
    )
