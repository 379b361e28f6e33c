"""Duties over everybody's records: import and export."""
