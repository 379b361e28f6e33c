"""News that must reach other subjects, written in the same transaction as the change."""

from kemai.foundation.outbox.handlers import announce, deliver_waiting, handler

__all__ = ["announce", "deliver_waiting", "handler"]
