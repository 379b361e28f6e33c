"""Import and export of every kind of record."""
