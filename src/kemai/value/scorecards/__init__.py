"""Points of several criteria added up to one index."""
