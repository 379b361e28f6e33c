"""Who is leaving, and who was confirmed as lost."""
