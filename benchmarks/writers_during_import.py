"""Others write and read while a ledger is imported: how long a writer waits, and whether anybody is refused (case F09).

Without --minutes this is quick: processes beside one import. With it, people work over HTTP against a served company for
that long: `--minutes 10` is the promise, status 1 says that it is broken by more than a fifth.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from multiprocessing.synchronize import Event

from _bench import TODAY, fresh_company, vendor
from _promises import book, sized
from _ten_minutes import ten_minutes
from import_sales import told, write_ledger

PAUSE = 0.05


def main() -> int:
    """Imports once to have customers, then again while writers and readers are at work; 1 when one is refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=sized(300_000, 30_000))
    parser.add_argument("--customers", type=int, default=sized(30_000, 3_000))
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--readers", type=int, default=0, help="default 4, with --minutes 20")
    parser.add_argument("--minutes", type=float, default=0)
    with fresh_company(parser) as (asked, folder):
        asked.readers = asked.readers or (20 if asked.minutes else 4)
        if asked.minutes:
            sys.exit(0 if ten_minutes(asked, folder) else 1)
        first, second = folder / "first.csv", folder / "second.csv"
        write_ledger(first, 1_000, 1_000)
        print(told("customers to write on", "sales", first, create_customers=True), flush=True)
        write_ledger(second, asked.lines, asked.customers)
        spawn = multiprocessing.get_context("spawn")
        stop, results = spawn.Event(), spawn.Queue()
        jobs = [("write", n) for n in range(asked.writers)] + [("read", n) for n in range(asked.readers)]
        others = [spawn.Process(target=work, args=(what, n, stop, results)) for what, n in jobs]
        for each in others:
            each.start()
        for _each in others:
            results.get(timeout=120)  # it has begun
        print(told("sales import beside them", "sales", second, create_customers=True), flush=True)
        stop.set()
        found = [results.get(timeout=60) for _each in others]
        for each in others:
            each.join()
        for what in ("write", "read"):
            print(waited(what, [took for name, took, _refused in found if name == what for took in took]))
        refused = sum(refused for _name, _took, refused in found)
        book.figure("writers refused beside an import", refused, vendor(), size=asked.lines)
    return book.exit_code()


def work(what: str, number: int, stop: Event, results: multiprocessing.Queue) -> None:
    """One person's program: a small write or read, a pause, and again until told to stop."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kemai.config.settings")
    django.setup()
    from django.db import OperationalError

    once = {"write": _write, "read": _read}[what]
    results.put("begun")
    took, refused = [], 0
    while not stop.is_set():
        started = time.perf_counter()
        try:
            once(number)
        except OperationalError:
            refused += 1
        took.append(time.perf_counter() - started)
        time.sleep(PAUSE)
    results.put((what, took, refused))


def _write(number: int) -> None:
    from django.db import transaction

    from kemai.business.archives.models import Customer
    from kemai.foundation import trail
    from kemai.foundation.access.actor import system_actor

    with transaction.atomic():
        customer = Customer.objects.order_by("pk")[number]
        Customer.objects.filter(pk=customer.pk).update(next_step="打电话", next_step_on=TODAY)
        trail.record(
            actor=system_actor(TODAY), verb="agenda.step.changed", subject_type="customer",
            subject_id=customer.pk, customer_id=customer.pk,
        )  # fmt: skip


def _read(number: int) -> None:
    from kemai.business.archives.models import Customer

    list(Customer.objects.order_by("-pk").values_list("code", "name", "state")[: 25 + number])


def waited(what: str, took: list[float]) -> str:
    """Median, 99th percentile and worst, in milliseconds."""
    took.sort()
    at = {
        name: took[min(int(len(took) * share), len(took) - 1)] * 1_000
        for name, share in (("p50", 0.5), ("p99", 0.99))
    }
    return f"{what}: {len(took):,} times, p50 {at['p50']:.0f} ms, p99 {at['p99']:.0f} ms, worst {took[-1] * 1_000:.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
