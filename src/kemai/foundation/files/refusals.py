"""Why a file was not kept or can't be handed out: each a sentence for the person, with the status of its page."""

from kemai.foundation.access.actor import Refused


class FileRefused(Refused):
    """The file itself is not one that is kept."""

    status = 422


class FileConflict(Refused):
    """Somebody else changed the record first."""

    status = 409


class StoreFull(Refused):
    """No room on the disk; nothing of the file was left behind."""

    status = 507


class FileGone(Refused):
    """The record is there and its bytes are not."""

    status = 410
