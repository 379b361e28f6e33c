"""The third step: check again, mend one cell or all of the same cause, hold totals against the accounting program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kemai.foundation.access.actor import Actor
from kemai.foundation.jobs.models import Job
from kemai.oversight.exchange.actions.settle import CHOICES
from kemai.oversight.exchange.actions.steps import CHECK, LAND, READ, Step, move, own_import
from kemai.oversight.exchange.actions.undo import cancel_undo
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.parsing.problems import RAW_CHARACTERS
from kemai.oversight.exchange.planning.request import ImportRefused

MOST_REPAIRS = 2_000
_LARGEST_FEN = 10**15


def mend_import(
    *, actor: Actor, import_id: int, aliases: Mapping[str, str] | None = None, **options: Any
) -> Import:
    """Applies a mend to all rows of the same cause and checks again.

    `aliases` maps a customer as written to a customer's code; options as in `map_columns`, such as
    create_customers=True or fill_down=["order_no"].
    """
    item = own_import(actor, import_id)
    known = {**item.options.get("aliases", {}), **(aliases or {})}
    changed = {**item.options, **{key: options[key] for key in CHOICES if key in options}, "aliases": known}
    return move(item, (Step.CHECKED,), Step.CHECKING, CHECK, actor, options=changed)


@dataclass(frozen=True)
class Repair:
    """The right value for one cell, or (`same_as`: what stands there) for every equal cell of the column.

    An empty value takes a repair back.
    """

    row: int
    field: str
    value: str
    same_as: str | None = None


def repair_cells(*, actor: Actor, import_id: int, repairs: Sequence[Repair]) -> Import:
    """Lays the right values over the file and checks again.

    The file stays as it was: repairs are kept with the import and applied again when it lands.
    """
    item = own_import(actor, import_id)
    known = item.options.get("repairs", {})
    for each in repairs:
        _refuse_bad_repair(item.kind, each)
        known = _with(known, each)
    if sum(len(cells) for part in known.values() for cells in part.values()) > MOST_REPAIRS:
        raise ImportRefused(_("改得太多了；请改好原文件再上传。"))
    return move(
        item, (Step.CHECKED,), Step.CHECKING, CHECK, actor, options={**item.options, "repairs": known}
    )


def _refuse_bad_repair(kind: str, repair: Repair) -> None:
    if KINDS[kind].find(repair.field) is None:
        raise ImportRefused(_("没有这个字段：%(field)s。") % {"field": repair.field})
    if len(repair.value.strip()) > RAW_CHARACTERS:
        raise ImportRefused(_("超过 %(limit)s 个字。") % {"limit": RAW_CHARACTERS})


def retry_import(*, actor: Actor, import_id: int) -> Import:
    """Starts the running step again after its work broke."""
    item = own_import(actor, import_id)
    if item.step == Step.UNDOING:
        return cancel_undo(
            actor=actor, import_id=import_id
        )  # it broke before its switch: it can be asked for again
    work = {Step.READING: READ, Step.CHECKING: CHECK, Step.LANDING: LAND}.get(Step(item.step))
    if work is None or not Job.objects.filter(pk=item.job_id, state=Job.State.FAILED).exists():  # type: ignore[misc]
        raise ImportRefused(_("这一步已经做过，或正在做。"))
    return move(item, (item.step,), item.step, work, actor)


def check_import(*, actor: Actor, import_id: int) -> Import:
    """Checks again, for instance after a customer was added."""
    item = own_import(actor, import_id)
    return move(item, (Step.MAPPING, Step.CHECKED), Step.CHECKING, CHECK, actor)


def back_to_columns(*, actor: Actor, import_id: int) -> Import:
    """The same file at its columns again."""
    item = own_import(actor, import_id)
    Import.objects.filter(pk=item.pk, step=Step.CHECKED).update(step=Step.MAPPING)
    item.refresh_from_db()
    return item


def hold_against(*, actor: Actor, import_id: int, totals: Mapping[str, str]) -> Import:
    """Keeps the accounting program's own totals by month ("" takes one back), to be shown beside those read."""
    item = own_import(actor, import_id)
    months = {month["month"] for month in item.preview.get("months", [])} | {"total"}
    kept = dict(item.options.get("erp_totals", {}))
    for month, text in totals.items():
        if month not in months:
            continue
        if text.strip():
            kept[month] = _fen(text)
        else:
            kept.pop(month, None)
    options = {**item.options, "erp_totals": kept}
    Import.objects.filter(pk=item.pk, step__in=(Step.CHECKED, Step.LANDED)).update(options=options)
    item.refresh_from_db()
    return item


def _with(repairs: Mapping[str, Any], repair: Repair) -> dict[str, Any]:
    """The repairs with one more, or one less where the value is empty."""
    changed: dict[str, Any] = {
        p: {k: dict(v) for k, v in repairs.get(p, {}).items()} for p in ("cells", "values")
    }
    value = repair.value.strip()
    if repair.same_as is None:
        part, key, name = "cells", str(repair.row), repair.field
    else:  # what is shown may itself be a repair of what the file says
        texts = changed["values"].get(repair.field, {})
        written = next((text for text, new in texts.items() if new == repair.same_as), repair.same_as)
        part, key, name = "values", repair.field, written
    if value:
        changed[part].setdefault(key, {})[name] = value
    else:
        changed[part].get(key, {}).pop(name, None)
    return changed


def _fen(text: str) -> int:
    from kemai.oversight.exchange.parsing.values import ValueRefused, parse_money

    try:
        fen = parse_money(text, is_rounding=True)
    except ValueRefused as error:
        raise ImportRefused(_("「%(text)s」不是金额，只写数字。") % {"text": text[:40]}) from error
    if abs(fen) > _LARGEST_FEN:
        raise ImportRefused(_("数太大，超过 15 位。"))
    return fen
