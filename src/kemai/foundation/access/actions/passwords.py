"""First passwords: checked by the same rules as everybody's, or made up so that they can be read out."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from kemai.foundation.access.actor import Refused
from kemai.foundation.access.models import Person

READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without the letters and digits that people mistake for each other."""


def made_up_password() -> str:
    """Four groups of four, about 79 bits: kx7m-p2fd-9wqz-h3tn."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))


def checked_password(password: str, person: Person) -> str:
    """The password itself. Raises Refused with what is weak about it."""
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise Refused(" ".join(weak.messages)) from weak
    return password


def unlock(person: Person) -> None:
    """Forgets the wrong tries that locked the account."""
    from axes.utils import reset

    reset(username=person.login)
