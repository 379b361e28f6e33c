"""Columns of a customer file of which each cell lists rows of their own: delivery addresses, competing products.

One cell holds several, with ； or a line break between them: `东街 1 号（收货人 王五，电话 13800000000）`,
`某品牌（12.50元，30%）`. What the customer does not have yet is added; nothing is changed or taken away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import Sum
from django.utils.translation import gettext as _

from kemai.business.archives.actions.checking import Invalid
from kemai.business.archives.actions.rows import WHOLE, cleaned_row
from kemai.business.archives.models import CompetingProduct, DeliveryAddress
from kemai.foundation.among import Among
from kemai.foundation.batches.models import unlanded_ids
from kemai.oversight.exchange.planning.refusals import frame_of, one

Entry = dict[str, Any]
_NOTES = re.compile(r"(?P<first>.+?)\s*[（(](?P<notes>[^（()）]+)[）)]\s*")
_RECEIVER, _PHONE = re.compile(r"收[货貨]人[:： ]?\s*(.+)"), re.compile(r"(?:电话|電話)[:： ]?\s*(.+)")
_PRICE, _SHARE = re.compile(r"[¥￥]?\s*(\d+(?:\.\d+)?)\s*元?"), re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")


@dataclass(frozen=True)
class Listed:
    """A column, the rows it becomes, and the field by which a row is known; `notes` read what stands in brackets."""

    field: str
    model: type[Any]
    subject: str
    first: str
    notes: tuple[tuple[str, re.Pattern[str]], ...]
    write: Callable[[Any], list[str]]


def _of_address(row: DeliveryAddress) -> list[str]:
    return [
        *([f"收货人 {row.receiver}"] if row.receiver else []),
        *([f"电话 {row.phone}"] if row.phone else []),
    ]


def _of_product(row: CompetingProduct) -> list[str]:
    price = [] if row.price_fen is None else [f"{Decimal(row.price_fen) / 100:.2f}元"]
    return price + ([] if row.share_bp is None else [f"{Decimal(row.share_bp) / 100:f}%"])


LISTED = (
    Listed("delivery_address", DeliveryAddress, "delivery_address", "address", (("receiver", _RECEIVER), ("phone", _PHONE)), _of_address),
    Listed("competitors", CompetingProduct, "competing_product", "brand", (("share_bp", _SHARE), ("price_fen", _PRICE)), _of_product),
)  # fmt: skip


def mapped(fields: Iterable[str]) -> tuple[Listed, ...]:
    """Those that the file has."""
    return tuple(listed for listed in LISTED if listed.field in fields)


def entries(listed: Listed, cell: str) -> list[Entry]:
    """The rows that a cell lists, each once. Raises ValueError with a sentence."""
    mark = r"[\r\n]+" if re.search(r"[\r\n]", cell) else "[；;]"
    found: dict[str, Entry] = {}
    for text in filter(None, (part.strip() for part in re.split(mark, cell))):
        made = _entry(listed, text)
        found.setdefault(made[listed.first], made)
    return list(found.values())


def written(listed: Listed, row: Any) -> str:
    """The row as a file lists it."""
    notes = "，".join(listed.write(row))
    return f"{getattr(row, listed.first)}（{notes}）" if notes else str(getattr(row, listed.first))


def together(texts: Sequence[str]) -> str:
    """Several rows in one cell."""
    return ("\n" if any("；" in text or ";" in text for text in texts) else "；").join(texts)


def fresh(rows: pl.DataFrame, some: Sequence[Listed]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with what each cell adds to its customer (nothing: null), without those that can't be read, and the
    problems."""
    problems: list[dict[str, Any]] = []
    for listed in some:
        refs = [ref for ref in rows.filter(pl.col(listed.field).is_not_null())["customer_ref"] if ref]
        known, whole = _known(listed, refs), _shares(listed, refs)
        cells: list[str | None] = []
        for row, ref, cell in rows.select("row", "customer_ref", listed.field).iter_rows():
            try:
                new = [e for e in entries(listed, cell or "") if e[listed.first] not in known.get(ref, ())]
                _within_whole(listed, new, whole.get(ref, 0))
            except ValueError as odd:
                problems.append(one(row, listed.field, cell, "listed", why=str(odd)))
                new = []
            cells.append("\n".join(_text(listed, each) for each in new) or None)
        rows = rows.with_columns(pl.Series(listed.field, cells, pl.String))
    bad = [each["row"] for each in problems]
    return (rows.filter(~pl.col("row").is_in(bad)) if bad else rows), frame_of(problems)


def _entry(listed: Listed, text: str) -> Entry:
    matched = _NOTES.fullmatch(text)
    noted = _noted(listed, re.split("[，,]", matched["notes"])) if matched else None
    given = {listed.first: matched["first"], **noted} if matched and noted else {listed.first: text}
    try:
        return {
            **dict.fromkeys((name for name, _p in listed.notes), None),
            **cleaned_row(listed.model, given),
        }
    except Invalid as invalid:
        raise ValueError(" ".join(invalid.problems.values())) from invalid


def _noted(listed: Listed, parts: list[str]) -> dict[str, str] | None:
    """What stands in the brackets, when all of it can be read; else the brackets are part of the name."""
    made: dict[str, str] = {}
    for part in (each.strip() for each in parts):
        name, found = next(((n, m) for n, p in listed.notes if (m := p.fullmatch(part))), ("", None))
        if found is None or name in made:
            return None
        made[name] = found[1]
    return made


def _text(listed: Listed, entry: Entry) -> str:
    return written(
        listed,
        listed.model(**{k: "" if v is None and k in ("receiver", "phone") else v for k, v in entry.items()}),
    )


def _known(listed: Listed, ids: list[int]) -> dict[int, set[str]]:
    """What customers have, in use or not: what was taken out of use does not come back with an old file."""
    rows = listed.model.objects.filter(Among("customer_id", ids)).exclude(batch_id__in=unlanded_ids())
    found: dict[int, set[str]] = {}
    for pk, text in rows.values_list("customer_id", listed.first):
        found.setdefault(pk, set()).add(text)
    return found


def _shares(listed: Listed, ids: list[int]) -> dict[int, int]:
    if listed.model is not CompetingProduct:
        return {}
    rows = CompetingProduct.objects.filter(Among("customer_id", ids), is_active=True).order_by()
    return {pk: total or 0 for pk, total in rows.values_list("customer_id").annotate(Sum("share_bp"))}


def _within_whole(listed: Listed, new: list[Entry], held: int) -> None:
    total = held + sum(each.get("share_bp") or 0 for each in new)
    if new and total > WHOLE:
        raise ValueError(
            _("各家占比加起来是 %(total)s%%，超过了 100%%。") % {"total": f"{Decimal(total) / 100:g}"}
        )
