"""Measures that the company defines itself, and the names that formulas and lists may use."""
