"""The background worker: a parent that only watches, and children that do one job at a time."""
