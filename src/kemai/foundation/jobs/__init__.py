"""Background work that survives kill -9: leased, fenced, retried, seen."""
