"""What `kemai doctor` asks of the archive."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag

from kemai.business.archives.models import Customer, Individual
from kemai.foundation.sealing import unseal


def problems() -> Iterator[str]:
    """A sentence when the newest sealed account or identity number can't be opened with the key at hand."""
    for rows, column in (
        (Customer.objects.all(), "bank_account_sealed"),
        (Individual.objects.all(), "id_number_sealed"),
    ):
        newest = rows.exclude(**{column: None}).order_by("-pk").values_list(column, flat=True).first()
        try:
            if newest:
                unseal(bytes(newest))
        except InvalidTag:
            yield "封存的账号或身份证号码打不开：seal_key（或 KEMAI_SEAL_KEY）不是封存时的那一把，把原来的放回数据目录。"
            return
