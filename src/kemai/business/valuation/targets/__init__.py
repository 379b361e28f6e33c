"""Targets shared out, and held against what was sold."""
