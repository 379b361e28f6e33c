"""Writes on estimates: each checks the actor, changes in one transaction, leaves a trail and announces."""

from kemai.foundation.lazily import offer

__getattr__ = offer(
    __name__, {"estimate_potential": "estimating", "Saved": "estimating", "estimate_problems": "estimating"}
)
