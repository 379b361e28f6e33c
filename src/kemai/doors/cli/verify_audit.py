"""`kemai verify-audit`: whether the trail is whole."""

import argparse

from kemai.doors.cli import frame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def run(args: argparse.Namespace) -> int:
    """0 when nothing was tampered with, else 1 with every problem."""
    from kemai.foundation import trail
    from kemai.foundation.trail.models import Entry

    problems = trail.verify()
    if args.json:
        frame.print_json({"entries": Entry.objects.count(), "problems": problems})
    for problem in problems:
        frame.say(problem)
    if not problems:
        frame.say("留痕完整。")
    return frame.REFUSED if problems else frame.OK
