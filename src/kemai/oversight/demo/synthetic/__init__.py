"""A synthetic company of any size, the same for the same seed: for trying speed, not for telling a story."""
