"""Passwords that everybody can read in our sources, and the refusal to open a company to the network with them."""

from __future__ import annotations

from kemai.foundation.access.actor import Actor
from kemai.foundation.preferences.company import company_setting, set_company_setting

KEY = "company.public_passwords"


def note_public_passwords(actor: Actor) -> None:
    """Remembers that people of this database sign in with published passwords."""
    if not company_setting(KEY):
        set_company_setting(actor=actor, key=KEY, value=True)


def has_public_passwords() -> bool:
    """Whether it was noted."""
    return bool(company_setting(KEY))
