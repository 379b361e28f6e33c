"""Valuation in the background: nightly, after imports, on demand."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from kemai.foundation import jobs
from kemai.foundation.clock import business_today

NAME = "valuation.revalue"
TELL = "valuation.tell_owners"
PROPOSE = "valuation.propose_exclusions"


@jobs.job(NAME)
def revalue_job(
    as_of: str = "", trigger: str = "nightly", business_date: str = "", person_name: str = ""
) -> dict[str, Any]:
    """Revalues as of a date (today when none is given) with the rights of the system."""
    from kemai.business.valuation.actions import revalue
    from kemai.foundation.access.actor import system_actor

    run = revalue(
        actor=system_actor(business_today()), as_of=date.fromisoformat(as_of) if as_of else business_today(),
        trigger=trigger, person_name=person_name,
    )  # fmt: skip
    return {"run": run.pk}


jobs.timetable(NAME, time(2, 0))


def revalue_soon(*, revalues: bool = True, **payload: Any) -> None:
    """One valuation after however many imports; none after books that it does not read."""
    if revalues:
        jobs.enqueue(NAME, unique_key="valuation.after_import", trigger="import")


@jobs.job(TELL)
def tell_owners_job(*, run_id: int) -> dict[str, Any]:
    """Tells owners whose customers moved a class."""
    from kemai.business.valuation.models import Run
    from kemai.business.valuation.runs.news import tell_owners

    return {"told": tell_owners(Run.objects.get(pk=run_id))}


def tell_soon(*, run: int) -> None:
    """After a run is published, apart from its own transaction."""
    jobs.enqueue(TELL, unique_key=f"{TELL}:{run}", run_id=run)


@jobs.job(PROPOSE)
def propose_exclusions_job(*, run_id: int) -> dict[str, Any]:
    """Proposes what to do about customers that only cost, for managers to decide."""
    from kemai.business.valuation.actions import propose_for_run
    from kemai.business.valuation.models import Run
    from kemai.foundation.access.actor import system_actor

    made = propose_for_run(actor=system_actor(business_today()), run=Run.objects.get(pk=run_id))
    return {"proposed": made}


def propose_soon(*, run: int) -> None:
    """After a run is published, apart from its own transaction."""
    jobs.enqueue(PROPOSE, unique_key=f"{PROPOSE}:{run}", run_id=run)
