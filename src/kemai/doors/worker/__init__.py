"""The background worker process."""
