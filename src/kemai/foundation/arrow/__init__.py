"""Rows of the database by the million: out as Arrow, and in from Arrow."""
