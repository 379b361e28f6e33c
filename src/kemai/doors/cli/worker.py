"""`kemai worker`: the background work alone."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many jobs at a time."""
    parser.add_argument("--children", type=int, default=1, help="同时做几件，默认 1")


def run(args: argparse.Namespace) -> int:
    """Watches over the children until told to stop."""
    from kemai.doors.worker.supervisor import Supervisor

    return Supervisor(max(args.children, 1)).run()
