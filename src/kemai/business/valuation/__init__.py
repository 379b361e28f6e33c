"""Schemes, runs, standings: what each customer is worth and why."""
