"""Who somebody is, which units and roles they hold, and what they may see and do."""
