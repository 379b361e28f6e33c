"""One valuation run: its parts, its files, and what follows it."""
