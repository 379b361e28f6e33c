"""`kemai import KIND FILE`: one file into the books, all good rows together or none."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path
from typing import Any

from kemai.doors.cli import frame
from kemai.oversight.exchange.parsing.kinds import KINDS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`KIND FILE [--map MAP.toml] [--dry-run] [--strict] [--errors FILE.csv] [--create-customers]`."""
    parser.add_argument("kind", choices=tuple(KINDS), metavar="KIND", help="、".join(KINDS))
    parser.add_argument("file", type=Path, metavar="FILE", help=".xlsx 或 .csv")
    parser.add_argument("--map", type=Path, metavar="MAP.toml", help="哪一列是哪个字段")
    parser.add_argument("--sheet", help="工作表，有几张像数据时要写")
    parser.add_argument("--dry-run", action="store_true", help="只试算，什么都不写")
    parser.add_argument("--strict", action="store_true", help="有一行不对就都不入")
    parser.add_argument("--errors", type=Path, metavar="FILE.csv", help="把拒绝的行写到这里，改好可再导")
    parser.add_argument("--create-customers", action="store_true", help="不认识的客户建成新客户")


def run(args: argparse.Namespace) -> int:
    """Status 1 when rows or the file were refused; the JSON is printed all the same."""
    from kemai.oversight.exchange.actions import keep_in_history, run_import
    from kemai.oversight.exchange.planning.request import ImportRefused, ImportRequest
    from kemai.oversight.exchange.reading import ReadRefused

    request = ImportRequest(
        actor=frame.actor_for(args), kind=args.kind, path=args.file, file_name=args.file.name, sheet=args.sheet,
        create_customers=args.create_customers, strict=args.strict, **_mapped(args),
    )  # fmt: skip
    try:
        outcome = run_import(request, dry_run=args.dry_run, errors_to=args.errors)
    except (ImportRefused, ReadRefused) as refusal:
        frame.say(str(refusal))
        if args.json:
            frame.print_json({**_nothing(args.kind), "refused": str(refusal)})
        return frame.REFUSED
    keep_in_history(request, outcome)
    _say(outcome, args)
    if args.json:
        frame.print_json(told(outcome))
    return frame.REFUSED if outcome.report.rejected else frame.OK


def told(outcome: Any) -> dict[str, Any]:
    """The result as JSON: the pinned keys first, then totals by month to hold against the ERP."""
    from kemai.foundation.money import amount_text

    report = outcome.report
    return {
        "batch": outcome.batch_id, "kind": report.kind, "rows": report.rows, "created": report.created,
        "updated": report.updated, "unchanged": report.unchanged, "rejected": report.rejected,
        "warnings": report.warnings, "seconds": round(outcome.seconds, 3), "landed": outcome.landed,
        "already_imported": outcome.already, "anonymous": report.anonymous,
        "new_customers": report.new_customers, "new_products": report.new_products,
        "months": [
            {"month": key, "rows": month.rows, "amount": amount_text(month.amount_fen)}
            for key, month in sorted(report.months.items())
        ],
        "problems": report.first[:50],
        "columns": outcome.columns,
    }  # fmt: skip


def _mapped(args: argparse.Namespace) -> dict[str, Any]:
    """Columns, reading options and customer aliases from the mapping file."""
    if args.map is None:
        return {}
    try:
        stored = tomllib.loads(args.map.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise frame.WrongUse(f"读不了对列文件 {args.map}：{error}") from error
    if stored.get("kind", args.kind) != args.kind:
        raise frame.WrongUse(f"对列文件是给 {stored['kind']} 的，不是 {args.kind}。")
    given = {
        "columns": stored.get("columns"),
        "reading": stored.get("options", {}),
        "aliases": stored.get("customers", {}),
    }
    return {key: value for key, value in given.items() if value is not None}


def _say(outcome: Any, args: argparse.Namespace) -> None:
    report = outcome.report
    if outcome.already and not report.created and not report.updated:
        frame.say(f"已导入：这份文件在第 {outcome.already} 批已经入账，什么都没有变。")
    for each in report.first[:20]:
        frame.say(f"第 {each['row']} 行 {each['field_label']}：{each['problem']}{each['mend']}")
    if report.rejected and args.strict and not args.dry_run:
        frame.say("有拒绝的行，按 --strict 一行都没有入账。")
    done = "试算" if args.dry_run else "入账" if outcome.landed else "没有入账"
    frame.say(
        f"{done}：{report.rows} 行，新增 {report.created}，改动 {report.updated}，没变 {report.unchanged}，"
        f"拒绝 {report.rejected}，提醒 {report.warnings}，{outcome.seconds:.1f} 秒"
    )


def _nothing(kind: str) -> dict[str, Any]:
    counts = dict.fromkeys(("rows", "created", "updated", "unchanged", "rejected", "warnings"), 0)
    return {"batch": None, "kind": kind, **counts, "seconds": 0.0}
