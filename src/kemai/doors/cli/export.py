"""`kemai export KIND --to FILE.(xlsx|csv)`: what the actor may see, in a form that imports again unchanged."""

from __future__ import annotations

import argparse
from pathlib import Path

from kemai.doors.cli import frame
from kemai.oversight.exchange.parsing.kinds import KINDS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`KIND --to FILE.(xlsx|csv)`."""
    parser.add_argument("kind", choices=tuple(KINDS), metavar="KIND", help="、".join(KINDS))
    parser.add_argument("--to", type=Path, required=True, metavar="FILE")
    parser.add_argument("--reason", default="", help="为什么导出；一千行以上留痕时写明")


def run(args: argparse.Namespace) -> int:
    """Writes the file and tells how many rows."""
    from kemai.oversight.exchange.export import export_to

    if args.to.suffix.lower() not in (".xlsx", ".csv"):
        raise frame.WrongUse("文件名要以 .xlsx 或 .csv 结尾。")
    rows = export_to(actor=frame.actor_for(args), kind=args.kind, path=args.to, reason=args.reason)
    frame.say(f"导出 {rows} 行：{args.to}")
    if args.json:
        frame.print_json({"rows": rows})
    return frame.OK
