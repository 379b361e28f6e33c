"""News that must reach other subjects, written in the same transaction as the change."""
