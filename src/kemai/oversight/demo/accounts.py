"""Who can sign in to the demo company, in the order in which a newcomer should meet them."""

from __future__ import annotations

from typing import Any

PASSWORD = "lan-ting-2026"  # of the demo company alone, which listens on this machine only
FIRST = ("boss", "sunan", "zhou", "dang", "admin")


def demo_accounts() -> list[dict[str, Any]]:
    """Login, name, role and unit of those who show the company from different sides."""
    from kemai.foundation.access.roles import ROLE_LABELS
    from kemai.oversight.demo.story import PEOPLE

    known = {login: (name, role, unit) for login, name, role, unit in PEOPLE}
    return [
        {
            "login": login,
            "name": known[login][0],
            "role": ROLE_LABELS[known[login][1]],
            "unit": known[login][2],
        }
        for login in FIRST
        if login in known
    ]
