"""Writes: each checks the actor, changes in one transaction, leaves a trail and announces."""
