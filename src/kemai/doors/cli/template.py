"""`kemai template KIND --to FILE.xlsx`: an empty import sheet with notes."""

from __future__ import annotations

import argparse
from pathlib import Path

from kemai.doors.cli import frame
from kemai.oversight.exchange.parsing.kinds import KINDS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`KIND --to FILE.xlsx`."""
    parser.add_argument("kind", choices=tuple(KINDS), metavar="KIND", help="、".join(KINDS))
    parser.add_argument("--to", type=Path, required=True, metavar="FILE.xlsx")


def run(args: argparse.Namespace) -> int:
    """Writes the file."""
    from kemai.oversight.exchange.export.template import write_template

    with args.to.open("wb") as file:
        write_template(args.kind, file)
    frame.say(f"写好了：{args.to}")
    if args.json:
        frame.print_json({"kind": args.kind, "file": str(args.to)})
    return frame.OK
