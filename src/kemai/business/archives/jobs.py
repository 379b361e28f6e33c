"""Work of the archive in the background: changes of all customers that match."""

from __future__ import annotations

from typing import Any

from kemai.foundation import jobs

MASS = "archives.mass"


@jobs.job(MASS)
def mass_job(*, change_id: int) -> dict[str, Any]:
    """Prepares one change and puts it in force, whole or not at all."""
    from kemai.business.archives.actions.mass import run_mass

    return run_mass(change_id=change_id)
