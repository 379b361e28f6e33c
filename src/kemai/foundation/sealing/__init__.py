"""Values encrypted at rest with a keyed blind index for exact search."""
