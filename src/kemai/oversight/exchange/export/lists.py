"""The customer list as a file: one question, some columns, and an entry in the trail that names both (P06)."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.custom_fields import active_fields, label_of, own_cells
from kemai.business.archives.directory import ListQuery, filter_customers, list_customers
from kemai.business.archives.directory.telling import stored_values, tellable_fields
from kemai.business.archives.models import CustomerType, State
from kemai.business.valuation.leading import leading_definition
from kemai.business.valuation.own.reading import figures_of_rows, own_measures, unit_word
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.ranking.labels import amount, class_word
from kemai.business.valuation.value_classes.part import WORDS
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.moments import moment
from kemai.foundation.money import amount_text
from kemai.oversight.exchange.export.writing import write_table

REASON_FROM = 1_000
MOST_PAGES = 40_000
Row = dict[str, Any]
Progress = Callable[[int], None]


def count_of(actor: Actor, query: ListQuery) -> int:
    """How many customers the question finds."""
    return filter_customers(actor, query).count()


def list_file(
    *, actor: Actor, query: ListQuery, columns: list[str], told: str, format: str, reason: str = ""
) -> bytes:
    """The list as CSV or XLSX in the order of the page, `told` being the filter in words: see `write_list`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{format}"
        write_list(actor=actor, query=query, columns=columns, told=told, path=path, reason=reason)
        return path.read_bytes()


def write_list(
    *, actor: Actor, query: ListQuery, columns: list[str], told: str, path: Path, reason: str = "",
    progress: Progress = lambda done: None,
) -> int:  # fmt: skip
    """Writes the list to a .csv or .xlsx file and gives how many rows; `progress` hears how many are written.

    Refused without the duty, and without a reason when there are more than 1,000 rows. Every file leaves an entry.
    """
    check_export(actor, count_of(actor, query), reason)
    known = _columns(actor, columns)
    header = [str(label) for _key, label, _cell in known]
    rows = _rows(actor, query, [key for key, *_rest in known], progress)
    with moment():
        written = write_table(path, header, ([cell(row) for _key, _label, cell in known] for row in rows))
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with transaction.atomic():
        trail.record(
            actor=actor, verb="exchange.list.exported", subject_type="export", reason=reason.strip()[:500],
            changes={
                "filter": [None, told], "columns": [None, "、".join(header)], "rows": [None, written],
                "sha256": [None, digest],
            },
        )  # fmt: skip
    return written


def check_export(actor: Actor, count: int, reason: str) -> None:
    """Raises Refused without the duty, and without a reason for a large file."""
    actor.require("export", str(_("你没有导出的权限。")))
    if count > REASON_FROM and not reason.strip():
        raise Refused(str(_("超过 %(n)s 家要写用途。")) % {"n": f"{REASON_FROM:,}"})


def _columns(actor: Actor, keys: list[str]) -> list[tuple[str, Any, Callable[[Row], str]]]:
    """Key, label and cell of each column that is known and for the actor, code and name first, each once."""
    stored = {f.key: (f.label, _stored(f.key, f.kind)) for f in tellable_fields(actor)}
    offered = {
        **stored,
        **COLUMNS,
        **{f.key: (label_of(f), _text(f.key)) for f in active_fields()},
        **_measures(),
    }
    return [(key, *offered[key]) for key in dict.fromkeys(("code", "name", *keys)) if key in offered]


def _rows(actor: Actor, query: ListQuery, keys: list[str], progress: Progress) -> Iterator[Row]:
    """The pages of the list one after the other, as the list itself shows them."""
    measures = _measures()
    further = [key for key in keys if key not in COLUMNS and key not in measures]
    now, done = replace(query, page=1, after="", before=""), 0
    for _page in range(MOST_PAGES):
        found = list_customers(actor, now)
        ids = [row["id"] for row in found.rows]
        own, stored = own_cells(ids, keys), stored_values(actor, ids, further)
        measured = figures_of_rows(actor, found.rows, keys)
        yield from (
            row | stored.get(row["id"], {}) | own.get(row["id"], {}) | measured[row["id"]]
            for row in found.rows
        )
        done += len(ids)
        progress(done)
        if not found.has_more:
            return
        now = replace(now, after=found.next_after)


def _measures() -> dict[str, tuple[Any, Callable[[Row], Any]]]:
    """The company's own measures, the unit in the head and the number as it is."""
    return {
        each.key: (
            f"{each.name}（{word}）" if (word := unit_word(each.unit)) else each.name,
            _figure(each.key),
        )
        for each in own_measures()
    }


def _figure(key: str) -> Callable[[Row], Any]:
    return lambda row: row.get(key)


def _text(key: str) -> Callable[[Row], str]:
    return lambda row: "" if row.get(key) is None else str(row[key])


def _stored(key: str, kind: str) -> Callable[[Row], str]:
    if kind == "money":
        return _money(key)
    return lambda row: f"{row[key].normalize():f}" if isinstance(row.get(key), Decimal) else _text(key)(row)


def _value(row: Row) -> str:
    number = row.get("value")
    unit = leading_definition(published_run()).measure_spec.unit
    return (amount_text(number) if unit == "yuan" else amount(number, unit)) or ""


def _money(key: str) -> Callable[[Row], str]:
    return lambda row: amount_text(row.get(key)) or ""


def _change(row: Row) -> str:
    now, before = row.get("sales_12m"), row.get("sales_prior_12m")
    if now is None or not before or before < 0:
        return ""
    return f"{(Decimal(now - before) / before * 100).quantize(Decimal('0.1'))}%"


def _contact(row: Row) -> str:
    return " ".join(str(part) for part in (row["last_contact_on"], row["last_contact_by"]) if part)


def _next(row: Row) -> str:
    return " ".join(str(part) for part in (row["next_step_on"], row["next_step"]) if part)


COLUMNS: dict[str, tuple[Any, Callable[[Row], Any]]] = {
    "code": (_("客户编号"), _text("code")), "name": (_("客户名称"), _text("name")), "region": (_("地区"), _text("region")),
    "category": (_("类别"), _text("category")), "size": (_("规模"), _text("size")),
    "type": (_("类型"), lambda row: str(CustomerType(row["type"]).label)), "state": (_("状态"), lambda row: str(State(row["state"]).label)),
    "class": (_("级别"), lambda row: class_word(row.get("class"))), "value": (_("分级的值"), _value), "ev": (_("期望价值"), _money("ev")), "sales": (_("12 月销售"), _money("sales_12m")),
    "yoy": (_("同比"), _change), "last_order": (_("最近订单"), _text("last_order_on")), "last_contact": (_("最近联系"), _contact),
    "value_class": (_("价值类"), lambda row: str(WORDS.get(row.get("value_class") or "", ""))),
    "next_step": (_("下一步"), _next), "owner": (_("负责人"), _text("owner__name")),
}  # fmt: skip
