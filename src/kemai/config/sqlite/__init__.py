"""The database backend for SQLite; Django looks for it in `base`."""
