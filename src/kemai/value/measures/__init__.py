"""Measures: one named number about one customer at one as-of date, null with a reason where it is missing."""
