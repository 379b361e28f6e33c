"""What each part of a valuation costs, from a current ledger to published pages, for a full run and for a night.

Fills an empty database with the synthetic company of `--customers` and `--sales` lines (or takes a copy of the data
folder `--company`), then values everybody with all parts three times: from the database anew, in the night after 1 % of
the lines changed, and anew once more, which has to find what the night found in every part. Each step is a line of a table:
wall and CPU seconds, the most memory held meanwhile, and how many times what DuckDB alone needs to add up the same
Parquet by customer. CPU is that of this process and of its ended children, not of a database server.

The rows of one part go into the database beside the work on the next. `--apart` does one after the other, so that CPU and
memory of each step are its own; without it the lines of the parts have the rows beside them in theirs.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from _bench import TODAY, Took, fresh_company, measured, vendor
from _promises import book, sized
from revalue import bare_group_by, change_newest, fill, mb, refresh


@dataclass
class Step:
    """A named piece of a run and what it took; a piece that comes again adds up."""

    name: str
    took: Took
    is_beside: bool = False


def main() -> int:
    """Fills, values three times, prints; 1 when a promise is broken or two runs differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=sized(1_000_000, 20_000))
    parser.add_argument("--sales", type=int, default=sized(10_000_000, 200_000))
    parser.add_argument("--company", help="the data folder of a company loaded by demo-data into SQLite")
    parser.add_argument(
        "--unchecked", action="store_true", help="leave out the last run, which only compares"
    )
    parser.add_argument("--apart", action="store_true", help="rows of a part before the work on the next")
    with fresh_company(parser) as (asked, _folder):
        if asked.apart:
            one_after_the_other()
        if not asked.company:
            fill(asked.customers, asked.sales)
        full = valued("full", is_full=True)
        refresh()
        bare = bare_group_by()
        print(f"bare group-by: {bare.wall:.2f} s wall, {bare.cpu:.2f} s CPU", flush=True)
        full.show(bare)
        lines, beside = full.run.facts, f"{full.took.cpu:.1f} s CPU"
        told("valuation with all parts", full.took.wall, lines, beside)
        told("valuation with all parts, memory", full.peak, lines, "of this process")
        one_night(bare, None if asked.unchecked else "full", full)
    return book.exit_code()


def one_after_the_other() -> None:
    """The rows of a part are written by who worked it out."""
    from kemai.business.valuation.actions import revaluing

    module: Any = revaluing
    module.beside = lambda _name: nullcontext(lambda work: work())


def one_night(bare: Took, again: str | None, full: Valued) -> None:
    """1 % of the lines change; the night's run, and the same from nothing."""
    from kemai.business.trade.facts import current_facts

    before = current_facts()
    changed = change_newest(before.rows // 100)
    night = valued(f"nightly, {changed:,} lines changed")
    night.show(bare)
    after = current_facts()
    touched = [path for path in after.paths if path not in set(before.paths)]
    percent = 100 * mb(touched) / mb(after.paths)
    if again:
        full = valued(again, is_full=True)
        full.show(bare)
        if found(night.run) != found(full.run):
            raise SystemExit("the nightly run and the full run find different things")
    wall, cpu = night.took.wall / full.took.wall, night.took.cpu / full.took.cpu
    beside = f"{night.took.wall:.1f} of {full.took.wall:.1f} s wall, {cpu:.2f} by CPU" + (
        "; results equal" if again else ""
    )
    lines = night.run.facts
    told("nightly run with all parts", night.took.wall, lines, f"{night.took.cpu:.1f} s CPU")
    told("nightly run with all parts against a full one", wall, lines, beside)
    told(
        "nightly run with all parts, facts read and written",
        percent,
        lines,
        f"{len(touched)} of {len(after.paths)} files anew",
    )


def told(name: str, value: float, lines: int, beside: str) -> None:
    """One figure beside its promise."""
    book.figure(name, value, vendor(), size=lines, beside=f"{beside}, load {os.getloadavg()[0]:.1f}")


def found(run: Any) -> dict[str, str]:
    """The hashes of everything the run found."""
    return {"standings": run.result_hash} | {
        key: each["sha256"] for key, each in run.summary["parts"].items()
    }


@dataclass
class Valued:
    """A run, what it took in all, its steps and the most memory that any of them held."""

    name: str
    run: Any
    took: Took
    steps: list[Step]
    peak: float

    def show(self, bare: Took) -> None:
        """The run in one line and a line for each of its steps."""
        took, run = self.took, self.run
        print(
            f"{self.name}: {run.customers:,} customers, {run.facts:,} lines, {took.wall:.1f} s wall, {took.cpu:.1f} s CPU, "
            f"peak {self.peak:,.0f} MiB, {took.wall / bare.wall:.0f} times the bare group-by by wall, "
            f"{took.cpu / bare.cpu:.0f} by CPU ({vendor()}, load {os.getloadavg()[0]:.1f})",
            flush=True,
        )
        steps = [each.took for each in self.steps if not each.is_beside]
        rest = Took(took.wall - sum(s.wall for s in steps), took.cpu - sum(s.cpu for s in steps))
        for step in [*self.steps, Step("everything else", rest)]:
            each = step.took
            print(
                f"  {step.name:<28} {each.wall:7.1f} s wall {each.cpu:7.1f} s CPU {each.peak_mib:7,.0f} MiB "
                f"{each.cpu / bare.cpu:6.1f} times bare{', beside the parts' if step.is_beside else ''}",
                flush=True,
            )


def valued(name: str, *, is_full: bool = False) -> Valued:
    """One valuation of everybody with every part."""
    from kemai.business.valuation.actions.revaluing import revalue
    from kemai.foundation.access.actor import system_actor

    with steps_timed() as steps, measured() as took:
        run = revalue(actor=system_actor(TODAY), as_of=TODAY, is_full=is_full)
    return Valued(name, run, took, steps, max(took.peak_mib, *(each.took.peak_mib for each in steps)))


@contextmanager
def steps_timed() -> Iterator[list[Step]]:
    """Measures facts, inputs, engine, rows and every part of the runs of the block, in their order."""
    from kemai.business.valuation.actions import parts_of_a_run
    from kemai.business.valuation.actions import revaluing as module_of_runs
    from kemai.business.valuation.runs import parts

    steps: list[Step] = []
    revaluing: Any = module_of_runs
    library, known = revaluing.value.revalue, dict(parts._parts)
    places = [
        (revaluing, "rebuild_facts", "facts from the database"), (revaluing, "refresh_facts", "facts that changed"),
        (revaluing, "read_inputs", "inputs"), (revaluing, "store_standings", "rows of standings"),
        (parts_of_a_run, "store_part", "rows of parts"), (revaluing, "note_changes", "changes of class"),
        (revaluing, "drop_old_standings", "rows of old runs away"),
    ]  # fmt: skip
    real = [getattr(module, name) for module, name, _step in places]
    for (module, name, step), function in zip(places, real, strict=True):
        setattr(module, name, timed(steps, step, function))
    revaluing.value.revalue = timed(steps, "engine and its file", library)
    for key, part in known.items():
        parts._parts[key] = replace(part, work=timed(steps, f"part {key}", part.work))
    try:
        yield steps
    finally:
        revaluing.value.revalue = library
        parts._parts.update(known)
        for (module, name, _step), function in zip(places, real, strict=True):
            setattr(module, name, function)


def timed(steps: list[Step], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose every call is added to the step of the name."""

    def called(*given: Any, **named: Any) -> Any:
        is_beside = threading.current_thread() is not threading.main_thread()
        with alongside() if is_beside else measured() as took:
            result = function(*given, **named)
        for step in steps:
            if step.name == name:
                step.took = Took(
                    step.took.wall + took.wall,
                    step.took.cpu + took.cpu,
                    0.0,
                    max(step.took.peak_mib, took.peak_mib),
                )
                return result
        steps.append(Step(name, took, is_beside))
        return result

    return called


@contextmanager
def alongside() -> Iterator[Took]:
    """What a thread took beside another: its own CPU, and nothing of the memory, whose mark is the other's."""
    took, wall, cpu = Took(), time.perf_counter(), time.thread_time()
    yield took
    took.wall, took.cpu = time.perf_counter() - wall, time.thread_time() - cpu


if __name__ == "__main__":
    sys.exit(main())
