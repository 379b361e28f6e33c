"""What `kemai doctor` asks of the archive."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag

from kemai.business.archives.models import Customer
from kemai.foundation.sealing import unseal


def problems() -> Iterator[str]:
    """A sentence when the newest sealed account can't be opened with the key at hand."""
    sealed = Customer.objects.exclude(bank_account_sealed=None).order_by("-pk")
    newest = sealed.values_list("bank_account_sealed", flat=True).first()
    try:
        if newest:
            unseal(bytes(newest))
    except InvalidTag:
        yield "封存的账号打不开：seal_key（或 KEMAI_SEAL_KEY）不是封存时的那一把，把原来的放回数据目录。"
