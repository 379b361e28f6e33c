"""The history tells of every file: also of those that came past the wizard, by the command line or with the demo company."""

from __future__ import annotations

import secrets

from kemai.foundation.batches.models import Batch
from kemai.oversight.exchange.actions.importing import Outcome
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.planning.request import ImportRequest

_LONGEST_NAME = 255


def keep_in_history(request: ImportRequest, outcome: Outcome) -> Import | None:
    """The line of a landed file that was not uploaded; None where nothing landed. The file itself is not kept."""
    if outcome.batch_id is None or not outcome.landed:
        return None
    batch = Batch.objects.get(pk=outcome.batch_id)
    return Import.objects.create(
        kind=request.kind, step=Import.Step.LANDED, file_name=request.file_name[:_LONGEST_NAME],
        stored_name=f"{secrets.token_hex(16)}.upload", content_hash=batch.content_hash, size=request.path.stat().st_size,
        preview={**outcome.report.as_json(), "already": outcome.already}, batch=batch,
        person_id=request.actor.person_id, person_name=request.actor.name,
    )  # fmt: skip
