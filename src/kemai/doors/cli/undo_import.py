"""`kemai undo-import BATCH`: a landed import taken back whole, or not at all."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from kemai.doors.cli import frame

SHOWN = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`BATCH [--reason TEXT] [--dry-run] [--keep-later-edits]`."""
    parser.add_argument("batch", type=int, metavar="BATCH", help="批号，kemai import 时印出来的那个")
    parser.add_argument("--reason", default="", metavar="TEXT", help="为什么撤销，留在痕迹里")
    parser.add_argument("--dry-run", action="store_true", help="只看会怎样，什么都不写")
    parser.add_argument("--keep-later-edits", action="store_true", help="后来又被改过的行保留，其余都撤销")


def run(args: argparse.Namespace) -> int:
    """Status 1 when it was refused or conflicts stand in its way; the JSON is printed all the same."""
    from kemai.oversight.exchange.planning.request import ImportRefused
    from kemai.oversight.exchange.undoing.switch import UndoConflicts

    actor, document = (
        frame.actor_for(args),
        {"batch": args.batch, "undone": False, "undo": None, "conflicts": []},
    )
    try:
        found = (_preview if args.dry_run else _undo)(actor, args)
        return _told(args, {**document, **found}, frame.OK)
    except UndoConflicts as refused:
        document["conflicts"] = _said(actor, str(refused), refused.conflicts)
        return _told(args, {**document, "refused": str(refused)}, frame.REFUSED)
    except ImportRefused as refused:
        frame.say(str(refused))
        return _told(args, {**document, "refused": str(refused)}, frame.REFUSED)


def _preview(actor: Any, args: argparse.Namespace) -> dict[str, Any]:
    from kemai.oversight.exchange.undoing.preview import undo_preview

    found = undo_preview(actor, args.batch)
    return {"counts": found.counts, "conflicts": _said(actor, "试算", found.conflicts)}


def _undo(actor: Any, args: argparse.Namespace) -> dict[str, Any]:
    from kemai.oversight.exchange.actions import undo_import
    from kemai.oversight.exchange.actions.undo import ANY

    keep, reason = ANY if args.keep_later_edits else "", args.reason or "命令行撤销"
    done = undo_import(actor=actor, batch_id=args.batch, reason=reason, keep=keep)
    kept = _said(actor, f"撤销了第 {args.batch} 批，{done.seconds:.1f} 秒", done.kept)
    return {"undone": True, "undo": done.undo_id, "conflicts": kept, "seconds": round(done.seconds, 3)}


def _told(args: argparse.Namespace, document: dict[str, Any], status: int) -> int:
    if args.json:
        frame.print_json(document)
    return status


def _plain(conflicts: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for each in conflicts:
        yield {
            "customer": each.code, "name": each.name, "part": each.part, "field": each.field, "before": each.before,
            "imported": each.imported, "now": each.now, "by": each.by, "at": each.at.isoformat() if each.at else None,
            "what": each.verb or each.kind, "later_batch": each.later,
        }  # fmt: skip


def _said(actor: Any, head: str, conflicts: Any) -> list[dict[str, Any]]:
    """Says the conflicts as the actor may read them, and gives them for the document."""
    from kemai.oversight.exchange.undoing.preview import as_seen

    seen = list(as_seen(actor, conflicts))
    _say(head, seen)
    return list(_plain(seen))


def _say(head: str, conflicts: Any) -> None:
    frame.say(head)
    for each in conflicts[:SHOWN]:
        values = f"：{each.before} → {each.imported}，现在 {each.now}" if each.field else ""
        frame.say(f"  {each.code} {each.name} {each.field or each.verb or each.kind}{values}（{each.by}）")
    if len(conflicts) > SHOWN:
        frame.say(f"  还有 {len(conflicts) - SHOWN} 处，用 --json 看全部")
