"""`kemai migrate`: brings the database up to date."""

import argparse

from kemai.doors.cli import frame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def run(args: argparse.Namespace) -> int:
    """Applies what is missing and says what it did."""
    state = frame.pending_migrations()
    frame.migrate()
    frame.print_json({"applied": bool(state)}) if args.json else frame.say(
        "已升级。" if state else "已是当前版本。"
    )
    return frame.OK
